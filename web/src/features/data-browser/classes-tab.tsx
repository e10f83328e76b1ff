// SPDX-License-Identifier: MIT
//
// Every class: the mean of its images, and how many there are to learn from, to choose by, and to test with.

import { useEffect } from 'preact/hooks';
import { grouped } from '../../shared/format';
import { classNames, noun, runFacts } from '../../state/store';
import { Image } from '../../ui/digit-image';
import { loadOverview, loadSamples, overview, tab } from './state';
import type { DataOverview } from '../../shared/protocol';

/** Of the longest bar. */
function share(counts: DataOverview['counts'], label: number, part: keyof DataOverview['counts']): string {
  const max = Math.max(1, ...counts.train, ...counts.test);
  return `scaleX(${(counts[part][label]! / max).toFixed(4)})`;
}

function CountBars({ counts, label, holdsOut }: { counts: DataOverview['counts']; label: number; holdsOut: boolean }) {
  const parts = (['train', 'validation', 'test'] as const).filter((part) => holdsOut || part !== 'validation');
  return (
    <div class="count-bars">
      {parts.map((part) => (
        <div key={part} class={`count-bar of-${part}`}>
          <span class="track" aria-hidden="true">
            <span class="fill" style={{ transform: share(counts, label, part) }} />
          </span>
          <span>
            {grouped(counts[part][label]!)} <span class="quiet">{part}</span>
          </span>
        </div>
      ))}
    </div>
  );
}

export function ClassesTab() {
  useEffect(() => void loadOverview(), [runFacts.value]);
  const found = overview.value;
  if (found === null) return <p class="quiet">Calculating the mean images</p>;
  const show = (label: number): void => {
    tab.value = 'samples';
    void loadSamples({ subset: 'train', label, first: 0 });
  };
  return (
    <>
      <p class="quiet">
        Each picture is the mean of all training {noun.value.many} of a class: sharp where they are alike, blurred where
        they differ. The bars show how many {noun.value.many} there are. Choose a class to see its {noun.value.many}.
      </p>
      <ul class="class-grid">
        {classNames.value.map((name, label) => (
          <li key={name}>
            <button
              type="button"
              class="sample"
              title={`Samples of ${name}`}
              onClick={() => {
                show(label);
              }}
            >
              <Image pixels={found.means} index={label} />
              <strong>{name}</strong>
            </button>
            <CountBars counts={found.counts} label={label} holdsOut={(runFacts.value?.validationCount ?? 0) > 0} />
          </li>
        ))}
      </ul>
    </>
  );
}
