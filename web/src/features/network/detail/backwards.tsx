// SPDX-License-Identifier: MIT
//
// What every look backwards begins with: the switch, and what the loss of this digit is.

import { lookBackwards } from '../../../client/network';
import { signed } from '../../../shared/format-small';
import { optimizerTitles } from '../../../shared/optimizer-titles';
import { nameOfClass } from '../../../state/class-names';
import { classNames, networkView, noun } from '../../../state/store';
import { InfoMark } from '../../../ui/info';
import { gradientFormula } from './formulas';
import type { ComponentChildren } from 'preact';
import type { Backwards } from '../../../shared/protocol';
import type { Scene } from './scene';

interface Props {
  scene: Scene;
  children: (backwards: Backwards) => ComponentChildren;
}

/** How far the present optimizer's step differs from the plain one that is shown. */
export const stepNote = ({ optimizer }: Backwards): string =>
  optimizer === 'sgd'
    ? 'A training step uses the mean gradient of a whole mini-batch, and momentum if the recipe has it.'
    : optimizer === 'muon'
      ? 'A training step uses the mean gradient of a whole mini-batch, and Muon makes the gradients of a layer’s weights orthogonal, as a matrix.'
      : `A training step uses the mean gradient of a whole mini-batch, and ${optimizerTitles[optimizer]} scales it for each weight by the size of its previous gradients.`;

export function BackwardsSection({ scene: { backwards }, children }: Props) {
  const open = networkView.value.backwards;
  return (
    <section class="backwards" aria-label="Gradients">
      <div class="backwards-head">
        <button
          type="button"
          class="button"
          aria-expanded={open}
          onClick={() => {
            lookBackwards(!open);
          }}
        >
          {open ? 'Hide backpropagation' : `Backpropagation: how this ${noun.value.one} changes the weights`}
        </button>
        <InfoMark about="gradients">
          <p>
            The gradient says how the loss of this {noun.value.one} would change if a value were a little larger.
            Backpropagation calculates it from the output back to the input, layer by layer; then every weight moves
            against its gradient.
          </p>
          {gradientFormula}
        </InfoMark>
      </div>
      {open && backwards !== null && (
        <>
          <p class="quiet">
            With the label {nameOfClass(classNames.value, backwards.label)}, the loss is {signed(backwards.loss, 4)}.
          </p>
          {children(backwards)}
        </>
      )}
    </section>
  );
}
