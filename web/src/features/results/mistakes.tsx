// SPDX-License-Identifier: MIT
//
// Test images that the network misclassifies, or those of a chosen cell of the confusion matrix, the surest first. One that is pressed
// goes through the network.

import { showExamples } from '../../client/examples';
import { pickTestDigit } from '../../client/input';
import { grouped, percent } from '../../shared/format';
import { classNames, examples, noExamples } from '../../state/store';
import { Picture } from '../../ui/picture';
import './misclassified.css';
import { Info } from './info';
import type { Example, ExampleFilter, Examples as Found } from '../../shared/protocol';

const side = 28;
const ink = 255;

function toTheNetwork(index: number): void {
  void pickTestDigit(index);
  document.querySelector('.stage')?.scrollIntoView({ block: 'nearest' });
}

function Thumbnail({ index, label, predicted, confidence, pixels }: Example) {
  const names = classNames.value;
  const right = label === predicted;
  return (
    <li>
      <button
        type="button"
        class="example"
        title="Send it through the network"
        onClick={() => {
          toTheNetwork(index);
        }}
      >
        <Picture width={side} height={side} paint={() => ({ values: pixels, range: ink })} />
        <span class="out-of-sight">Test image {index}:</span>
        <span>
          {names[label]}
          {right ? (
            <span class="out-of-sight">, classified correctly</span>
          ) : (
            <>
              <span aria-hidden="true"> → </span>
              <span class="out-of-sight"> classified as </span>
              <b>{names[predicted]}</b>
            </>
          )}
          <span class="out-of-sight">,</span>
        </span>
        <span class="quiet">
          {percent(confidence, 0)}
          <span class="out-of-sight"> confident. Send it through the network.</span>
        </span>
      </button>
    </li>
  );
}

function title(filter: ExampleFilter, found: Found | null): string {
  if (filter === 'mistakes') {
    if (found === null || found.total === 0) return 'Its mistakes';
    const shown = found.examples.length;
    return shown < found.total
      ? `Its ${grouped(shown)} most confident mistakes (of ${grouped(found.total)})`
      : `Its ${grouped(shown)} mistakes, the most confident first`;
  }
  const [label, predicted] = [filter.label, filter.predicted].map((each) => classNames.value[each]!);
  return label === predicted ? `${label!}, classified correctly` : `${label!} classified as ${predicted!}`;
}

function About({ total }: { total: number }) {
  if (total === 0) return <p class="quiet">There are none.</p>;
  return (
    <p class="quiet">
      The label, the predicted class, and the network’s confidence in it. Press an image to see it in every layer.
    </p>
  );
}

export function Mistakes() {
  const { filter, count, found } = examples.value;
  return (
    <section class="panel result" aria-labelledby="mistakes-heading">
      <div class="panel-head">
        <div class="with-info">
          <h2 id="mistakes-heading">{title(filter, found)}</h2>
          <Info about="the listed test images" topic="mistakes" />
        </div>
        {filter !== 'mistakes' && (
          <button type="button" class="button" onClick={() => void showExamples('mistakes')}>
            All mistakes
          </button>
        )}
      </div>
      {found === null ? (
        <p class="quiet">
          The network is tested after each epoch; then the test images that it misclassifies appear here.
        </p>
      ) : (
        <>
          <About total={found.total} />
          <ul class="examples" data-testid="examples">
            {found.examples.map((example) => (
              <Thumbnail key={example.index} {...example} />
            ))}
          </ul>
          {found.examples.length === count && found.total > count && (
            <div>
              <button type="button" class="button" onClick={() => void showExamples(filter, count + noExamples.count)}>
                Show more
              </button>
            </div>
          )}
        </>
      )}
    </section>
  );
}
