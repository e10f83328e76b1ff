// SPDX-License-Identifier: MIT
//
// Test images that the network reads wrongly, or those of a chosen cell of the confusion matrix, the surest first. One that is pressed
// goes through the network.

import { showExamples } from '../../client/examples';
import { pickTestDigit } from '../../client/input';
import { grouped, percent } from '../../shared/format';
import { classNames, examples, noExamples } from '../../state/store';
import { Picture } from '../../ui/picture';
import './misreadings.css';
import { Info } from './info';
import type { Example, ExampleFilter } from '../../shared/protocol';

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
        title="Put it on the network"
        onClick={() => {
          toTheNetwork(index);
        }}
      >
        <Picture width={side} height={side} paint={() => ({ values: pixels, range: ink })} />
        <span class="out-of-sight">Test image {index}:</span>
        <span>
          {names[label]}
          {right ? (
            <span class="out-of-sight">, read rightly</span>
          ) : (
            <>
              <span aria-hidden="true"> → </span>
              <span class="out-of-sight"> taken for </span>
              <b>{names[predicted]}</b>
            </>
          )}
          <span class="out-of-sight">,</span>
        </span>
        <span class="quiet">
          {percent(confidence, 0)}
          <span class="out-of-sight"> sure. Put it on the network.</span>
        </span>
      </button>
    </li>
  );
}

function title(filter: ExampleFilter): string {
  if (filter === 'mistakes') return 'Its mistakes';
  const [label, predicted] = [filter.label, filter.predicted].map((each) => classNames.value[each]!);
  return label === predicted ? `${label!}, read rightly` : `${label!} taken for ${predicted!}`;
}

function About({ total, shown }: { total: number; shown: number }) {
  if (total === 0) return <p class="quiet">There are none.</p>;
  const many =
    shown < total
      ? `The ${grouped(shown)} it is surest of, of ${grouped(total)}.`
      : `All ${grouped(total)}, the surest first.`;
  return <p class="quiet">{many} The percentage is how sure it is. Press one to see what the layers make of it.</p>;
}

export function Mistakes() {
  const { filter, count, found } = examples.value;
  return (
    <section class="panel result" aria-labelledby="mistakes-heading">
      <div class="panel-head">
        <div class="with-info">
          <h2 id="mistakes-heading">{title(filter)}</h2>
          <Info about="the listed test images" topic="mistakes" />
        </div>
        {filter !== 'mistakes' && (
          <button type="button" class="button" onClick={() => void showExamples('mistakes')}>
            All mistakes
          </button>
        )}
      </div>
      {found === null ? (
        <p class="quiet">After each epoch it is tested; then the test images that it got wrong are here.</p>
      ) : (
        <>
          <About total={found.total} shown={found.examples.length} />
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
