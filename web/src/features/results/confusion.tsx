// SPDX-License-Identifier: MIT
//
// The confusion matrix of the last test as a grid that the arrow keys move in; a cell lists its images.

import { showExamples } from '../../client/examples';
import { cellInWords, confusionInWords, strengths } from '../../state/confusion';
import { shownRun } from '../../state/past';
import { classNames, examples, noun } from '../../state/store';
import './misclassified.css';
import { useRovingFocus } from '../../ui/arrow-keys';
import { Info } from './info';
import type { Confused } from '../../state/confusion';

interface CellProps extends Confused {
  images: number;
  strength: number;
  index: number;
  tabIndex: 0 | -1;
}

function Cell({ images, strength, index, tabIndex, ...cell }: CellProps) {
  const { label, predicted, count } = cell;
  const { filter, found } = examples.value;
  const chosen = found !== null && filter !== 'mistakes' && filter.label === label && filter.predicted === predicted;
  return (
    <td role="gridcell">
      <button
        type="button"
        class={label === predicted ? 'right' : 'wrong'}
        style={{ '--strength': strength.toFixed(3) }}
        tabIndex={tabIndex}
        data-index={index}
        data-cell={`${label}-${predicted}`}
        aria-label={cellInWords(cell, images, classNames.value)}
        aria-pressed={chosen}
        title={cellInWords(cell, images, classNames.value)}
        onClick={() => void showExamples(chosen ? 'mistakes' : { label, predicted })}
      >
        {count > 0 ? count : ''}
      </button>
    </td>
  );
}

function Grid({ confusion }: { confusion: readonly (readonly number[])[] }) {
  const names = classNames.value;
  const colors = strengths(confusion);
  const { keys, tabIndexOf } = useRovingFocus({ count: names.length ** 2, across: names.length });
  return (
    <table class="confusion" role="grid" aria-labelledby="confusion-heading" {...keys}>
      <thead>
        <tr>
          <td />
          {names.map((name) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {confusion.map((row, label) => (
          <tr key={names[label]}>
            <th scope="row">{names[label]}</th>
            {row.map((count, predicted) => (
              <Cell
                key={predicted}
                {...{ label, predicted, count }}
                images={row.reduce((sum, each) => sum + each, 0)}
                strength={colors[label]![predicted]!}
                index={label * names.length + predicted}
                tabIndex={tabIndexOf(label * names.length + predicted)}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Confusion() {
  const last = shownRun.value.evaluations.at(-1);
  return (
    <section class="panel result" aria-labelledby="confusion-heading">
      <div class="panel-head">
        <div class="with-info">
          <h2 id="confusion-heading">Confusion matrix: which {noun.value.many} it mixes up</h2>
          <Info about="the confusion matrix" topic="confusion" />
        </div>
      </div>
      {last === undefined ? (
        <p class="quiet">The network is tested after each epoch; then the confusion matrix appears here.</p>
      ) : (
        <>
          <div class="confusion-holder">
            <Grid confusion={last.confusion} />
          </div>
          <p class="quiet">
            Each row is a true class, each column a predicted class. The blue diagonal counts correct predictions, all
            other cells count mistakes. Press a cell to list its images.{' '}
            <span class="out-of-sight">{confusionInWords(last.confusion, classNames.value)}</span>
          </p>
        </>
      )}
    </section>
  );
}
