// SPDX-License-Identifier: MIT
//
// Images of one class, a page at a time. A training image can be seen augmented, a test image sent through the network.

import { pickTestDigit } from '../../client/input';
import { useEffect } from 'preact/hooks';
import { nameOfClass } from '../../state/class-names';
import { grouped } from '../../shared/format';
import { classNames, noun, runFacts } from '../../state/store';
import { Image } from '../../ui/digit-image';
import { chosen, pageSize, loadAugmented, loadSamples, samples, tab } from './state';
import type { Subset } from '../../shared/protocol';
import type { SamplesPage } from './state';

function open({ subset }: SamplesPage, index: number): void {
  if (subset === 'test' || subset === 'misclassified') {
    void pickTestDigit(index);
  } else if (subset === 'train') {
    tab.value = 'augmented';
    void loadAugmented(index);
  }
}

const subsets: readonly { subset: Subset; title: string }[] = [
  { subset: 'train', title: 'training set' },
  { subset: 'validation', title: 'validation set' },
  { subset: 'test', title: 'test set' },
  { subset: 'misclassified', title: 'misclassified in the last test' },
];

function Choices({ shown }: { shown: SamplesPage }) {
  const { subset: chosenSubset, label: chosenLabel } = chosen.value ?? shown;
  const holdsOut = (runFacts.value?.validationCount ?? 0) > 0;
  return (
    <div class="browser-choices">
      <label class="data-option">
        <span>Class</span>
        <select
          data-testid="class-picker"
          value={String(chosenLabel)}
          onChange={(event) => void loadSamples({ label: Number(event.currentTarget.value), first: 0 })}
        >
          {classNames.value.map((name, label) => (
            <option value={String(label)}>{name}</option>
          ))}
        </select>
      </label>
      <label class="data-option">
        <span>{noun.value.many}</span>
        <select
          data-testid="part-picker"
          value={chosenSubset}
          onChange={(event) => void loadSamples({ subset: event.currentTarget.value as Subset, first: 0 })}
        >
          {subsets
            .filter(({ subset }) => holdsOut || subset !== 'validation')
            .map(({ subset, title }) => (
              <option value={subset}>{title}</option>
            ))}
        </select>
      </label>
    </div>
  );
}

function Pages({ shown }: { shown: SamplesPage }) {
  const { first, total, indices } = shown;
  const go = (to: number) => () => void loadSamples({ first: to });
  return (
    <div class="browser-choices">
      <button type="button" class="button" disabled={first === 0} onClick={go(first - pageSize)}>
        Previous
      </button>
      <span class="quiet">
        {total === 0 ? 'none' : `${grouped(first + 1)} to ${grouped(first + indices.length)} of ${grouped(total)}`}
      </span>
      <button type="button" class="button" disabled={first + pageSize >= total} onClick={go(first + pageSize)}>
        Next
      </button>
    </div>
  );
}

const hints = {
  train: 'Choose an image to see how it is augmented during training.',
  validation: 'The network never trains on these images; they show which epoch was the best.',
  test: 'Choose an image to send it through the network.',
  misclassified:
    'Each with the class that was predicted in the last test. Choose an image to send it through the network now.',
} as const;

const readAs = ({ read }: SamplesPage, i: number): string =>
  read === null ? '' : nameOfClass(classNames.value, read[i]!);

function labelOf(shown: SamplesPage, i: number): string {
  const what = `${nameOfClass(classNames.value, shown.label)}, number ${shown.indices[i]!}`;
  return shown.subset === 'misclassified' ? `→ ${readAs(shown, i)}: ${what}` : what;
}

export function SamplesTab() {
  useEffect(() => {
    if (samples.value === null) void loadSamples({});
  }, [samples.value]);
  const shown = samples.value;
  if (shown === null) return <p class="quiet">Loading the images</p>;
  const name = nameOfClass(classNames.value, shown.label);
  return (
    <>
      <div class="browser-line">
        <Choices shown={shown} />
        <Pages shown={shown} />
      </div>
      <p class="quiet">{hints[shown.subset]}</p>
      <ul class="sample-grid" aria-label={`${noun.value.many} of class ${name}`}>
        {shown.indices.map((index, i) => (
          <li key={index}>
            <button
              type="button"
              class="sample"
              disabled={shown.subset === 'validation'}
              aria-label={labelOf(shown, i)}
              onClick={() => {
                open(shown, index);
              }}
            >
              <Image key={`${shown.subset}/${index}`} pixels={shown.pixels} index={i} />
              {shown.subset === 'misclassified' && <span>→ {readAs(shown, i)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
