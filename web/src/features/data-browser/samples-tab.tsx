// SPDX-License-Identifier: MIT
//
// Images of one class, a page at a time. A training image can be seen augmented, a test image sent through the network.

import { pickTestDigit } from '../../client/input';
import { useEffect } from 'preact/hooks';
import { nameOfClass } from '../../state/class-names';
import { grouped } from '../../shared/format';
import { classNames, noun, runFacts } from '../../state/store';
import { Image } from '../../ui/digit-image';
import { pageSize, loadDistorted, loadSamples, samples, tab } from './state';
import type { Shelf } from '../../shared/protocol';
import type { SamplesPage } from './state';

function open({ shelf }: SamplesPage, index: number): void {
  if (shelf === 'test' || shelf === 'misread') {
    void pickTestDigit(index);
  } else if (shelf === 'train') {
    tab.value = 'distorted';
    void loadDistorted(index);
  }
}

const shelves: readonly { shelf: Shelf; title: string }[] = [
  { shelf: 'train', title: 'training set' },
  { shelf: 'validation', title: 'validation set' },
  { shelf: 'test', title: 'test set' },
  { shelf: 'misread', title: 'misclassified in the last test' },
];

function Choices({ shown }: { shown: SamplesPage }) {
  const holdsOut = (runFacts.value?.validationCount ?? 0) > 0;
  return (
    <div class="browser-choices">
      <label class="data-option">
        <span>Class</span>
        <select
          data-testid="class-picker"
          value={String(shown.label)}
          onChange={(event) => void loadSamples(shown.shelf, Number(event.currentTarget.value), 0)}
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
          value={shown.shelf}
          onChange={(event) => void loadSamples(event.currentTarget.value as Shelf, shown.label, 0)}
        >
          {shelves
            .filter(({ shelf }) => holdsOut || shelf !== 'validation')
            .map(({ shelf, title }) => (
              <option value={shelf}>{title}</option>
            ))}
        </select>
      </label>
    </div>
  );
}

function Pages({ shown }: { shown: SamplesPage }) {
  const { shelf, label, first, total, indices } = shown;
  const go = (to: number) => () => void loadSamples(shelf, label, to);
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
  misread:
    'Each with the class that was predicted in the last test. Choose an image to send it through the network now.',
} as const;

const readAs = ({ read }: SamplesPage, i: number): string =>
  read === null ? '' : nameOfClass(classNames.value, read[i]!);

function labelOf(shown: SamplesPage, i: number): string {
  const what = `${nameOfClass(classNames.value, shown.label)}, number ${shown.indices[i]!}`;
  return shown.shelf === 'misread' ? `→ ${readAs(shown, i)}: ${what}` : what;
}

export function SamplesTab() {
  useEffect(() => {
    if (samples.value === null) void loadSamples('train', 0, 0);
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
      <p class="quiet">{hints[shown.shelf]}</p>
      <ul class="sample-grid" aria-label={`${noun.value.many} of class ${name}`}>
        {shown.indices.map((index, i) => (
          <li key={index}>
            <button
              type="button"
              class="sample"
              disabled={shown.shelf === 'validation'}
              aria-label={labelOf(shown, i)}
              onClick={() => {
                open(shown, index);
              }}
            >
              <Image key={`${shown.shelf}/${index}`} pixels={shown.pixels} index={i} />
              {shown.shelf === 'misread' && <span>→ {readAs(shown, i)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
