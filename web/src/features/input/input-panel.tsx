// SPDX-License-Identifier: MIT
//
// The current input: the pad, test digits, and the 28x28 image that the network really gets.

import { pickTestDigit } from '../../client/input';
import { nameOfClass } from '../../state/class-names';
import { goToTab } from '../../state/panels';
import { currentInput, classNames, data, engine, noun, run } from '../../state/store';
import { Info } from './info';
import { DrawingPad } from './drawing-pad';
import { PadTools } from './pad-tools';
import { Picture } from '../../ui/picture';
import { Preparation } from './preparation';
import type { ComponentChildren } from 'preact';
import './input.css';

const size = 28;

function origin(): string {
  const shown = currentInput.value;
  if (shown.kind === 'test')
    return `Test ${noun.value.one} ${shown.index}, labelled ${nameOfClass(classNames.value, shown.label)}.`;
  if (shown.kind === 'drawing') return 'Your drawing, scaled and centred as in MNIST.';
  if (noun.value.one === 'image') return 'Take a test image: drawings seldom look like the images it was trained on.';
  return `Draw a ${noun.value.one}, or take a test ${noun.value.one}.`;
}

function Prepared() {
  const paint = () => {
    const shown = currentInput.value;
    return shown.kind === 'none' ? null : { values: shown.pixels, range: 255 };
  };
  return (
    <div class="prepared">
      <div role="img" aria-label="The 28 by 28 pixels that the network receives" data-testid="prepared">
        <Picture class="pixels" width={size} height={size} paint={paint} />
      </div>
      <p>
        <strong>What the network sees: 28×28 pixels.</strong> {origin()}{' '}
        <Info about="the network’s input" topic="prepared" />
      </p>
    </div>
  );
}

function TestDigits() {
  const none = data.value.facts === null || engine.value === null;
  const untested = none || run.value.evaluations.length === 0;
  return (
    <div class="digit-controls">
      <button type="button" class="button" disabled={none} onClick={() => void pickTestDigit('random')}>
        Test {noun.value.one}
      </button>
      <button
        type="button"
        class="button"
        aria-label={`Next test ${noun.value.one}`}
        disabled={none}
        onClick={() => void pickTestDigit('next')}
      >
        Next
      </button>
      <button
        type="button"
        class="button"
        aria-label="Next mistake"
        title={
          untested
            ? 'The network is tested after each epoch; then its mistakes are known'
            : `Next test ${noun.value.one} that the network misclassified in its last test`
        }
        disabled={untested}
        onClick={() => void pickTestDigit('mistake')}
      >
        Mistake
      </button>
    </div>
  );
}

/** `children`: what can be done with the drawing besides. */
export function InputPanel({ children }: { children: ComponentChildren }) {
  const { one, many } = noun.value;
  return (
    <section class="panel input-panel" aria-labelledby="input-heading">
      <div class="panel-head">
        <div class="with-info">
          <h2 id="input-heading">{one === 'image' ? 'Input' : 'Draw'}</h2> <Info about="drawing" topic="drawing" />
        </div>
        {one === 'digit' && (
          <button
            type="button"
            class="more"
            onClick={() => {
              goToTab('mine');
            }}
          >
            Your {many}
          </button>
        )}
      </div>
      <DrawingPad />
      <PadTools />
      <TestDigits />
      <Prepared />
      <Preparation />
      {children}
    </section>
  );
}
