// SPDX-License-Identifier: MIT
//
// The current input nudged along the gradient: every pixel by the same amount, in the direction that makes another class likelier.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { readNudged } from '../../client/inspection';
import { inWords } from '../../client/command';
import { percent } from '../../shared/format';
import { argmax } from '../../math/argmax';
import { nameOfClass } from '../../state/class-names';
import { classNames, currentInput, run } from '../../state/store';
import { Image } from '../../ui/digit-image';
import type { Nudged } from '../../shared/protocol-insight';

/** Of the range from background to ink. */
const size = signal(0.1);
const nudged = signal<Nudged | null>(null);
const failure = signal<string | null>(null);

/** Milliseconds until the worker is asked again if it had no time to answer. */
const patience = 200;
let asks = 0;

async function ask(): Promise<void> {
  const mine = ++asks;
  try {
    const found = await readNudged({ size: size.peek() });
    if (mine !== asks) return;
    if (found === null) {
      if (currentInput.peek().kind !== 'none') setTimeout(() => void (mine === asks && ask()), patience);
      return;
    }
    nudged.value = found;
    failure.value = null;
  } catch (error) {
    if (mine === asks) failure.value = inWords(error);
  }
}

const answerOf = (probabilities: Float32Array): string => {
  const label = argmax(probabilities);
  return `${nameOfClass(classNames.value, label)}, ${percent(probabilities[label]!, 0)}`;
};

export function Nudge() {
  const { step } = run.value;
  const input = currentInput.value;
  useEffect(() => {
    void ask();
    return () => {
      ++asks;
    };
  }, [step, input, size.value]);
  const found = nudged.value;
  return (
    <div class="nudge" data-testid="nudge">
      <label>
        Change of each pixel: {percent(size.value, 0)} of the range
        <input
          type="range"
          min={0}
          max={0.4}
          step={0.01}
          value={size.value}
          onInput={(event) => {
            size.value = event.currentTarget.valueAsNumber;
          }}
        />
      </label>
      {failure.value !== null && <p role="alert">{failure.value}</p>}
      {found !== null && (
        <div class="nudge-pair">
          <figure>
            <Image pixels={found.before.pixels} index={0} />
            <figcaption>As it is: {answerOf(found.before.probabilities)}</figcaption>
          </figure>
          <figure>
            <Image pixels={found.after.pixels} index={0} />
            <figcaption data-testid="nudged-answer">Nudged: {answerOf(found.after.probabilities)}</figcaption>
          </figure>
        </div>
      )}
    </div>
  );
}
