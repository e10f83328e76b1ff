// SPDX-License-Identifier: MIT
//
// The answer: the digit it reads, how sure it is, and all ten probabilities.

import { kDigitClasses } from '../data/datasets';
import { openUnit } from '../network-controller';
import { prediction } from '../state/digit-state';
import { percent } from '../state/format';
import { data, digit, run } from '../state/store';

function verdict(): string {
  const found = prediction(digit.value);
  const { atHand } = digit.value;
  if (found === null) return 'Nothing to read yet.';
  if (run.value.step === 0) return 'A blind guess: it knows nothing yet. Press Train.';
  const sure = `${percent(found.probability, 0)} sure`;
  if (atHand.kind !== 'test') return `${sure}.`;
  return atHand.label === found.label ? `${sure}, and right.` : `${sure}, but a person labelled it ${atHand.label}.`;
}

function Probability({ index, name, value, best }: { index: number; name: string; value: number; best: boolean }) {
  return (
    <li class={best ? 'best' : ''}>
      <span class="class-name">{name}</span>
      <span class="track" aria-hidden="true">
        <span class="fill" style={{ transform: `scaleX(${value.toFixed(4)})` }} />
      </span>
      <span class="share" data-testid={`probability-${index}`}>
        {percent(value, 1)}
      </span>
    </li>
  );
}

export function OutputPanel() {
  const found = prediction(digit.value);
  const names = data.value.facts?.classes ?? kDigitClasses;
  const values = digit.value.frame?.probabilities;
  return (
    <section class="panel output-panel" aria-labelledby="output-heading">
      <h2 id="output-heading">
        Answer{' '}
        <button
          type="button"
          class="more"
          disabled={found === null}
          onClick={() => {
            openUnit({ layer: 'softmax', index: found?.label ?? 0 });
          }}
        >
          softmax<span class="out-of-sight">: how this is worked out</span>
        </button>
      </h2>
      <div class="answer">
        <output class="prediction" data-testid="prediction" aria-label="The digit it reads" aria-live="off">
          {found?.label ?? ''}
        </output>
        <p data-testid="verdict">{verdict()}</p>
      </div>
      <ol class="probabilities" data-testid="activation-softmax" aria-label="Probability of each digit">
        {names.map((name, i) => (
          <Probability key={name} index={i} name={name} value={values?.[i] ?? 0} best={found?.label === i} />
        ))}
      </ol>
    </section>
  );
}
