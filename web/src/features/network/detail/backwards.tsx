// SPDX-License-Identifier: MIT
//
// What every look backwards begins with: the switch, and what the loss of this digit is.

import { lookBackwards } from '../../../client/network';
import { signed } from '../../../shared/format';
import { optimizers } from '../../../shared/optimizers';
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
    ? 'A real step takes the mean gradient of a whole mini-batch, and momentum where the recipe has it.'
    : `A real step takes the mean gradient of a whole mini-batch, and ${optimizers[optimizer].name} scales each weight’s by what it was lately.`;

export function BackwardsSection({ scene: { backwards }, children }: Props) {
  const open = networkView.value.backwards;
  return (
    <section class="backwards" aria-label="Backwards">
      <div class="backwards-head">
        <button
          type="button"
          class="button"
          aria-expanded={open}
          onClick={() => {
            lookBackwards(!open);
          }}
        >
          {open ? 'Hide' : 'Backwards:'} what it learns from this {noun.value.one}
        </button>
        <InfoMark about="looking backwards">
          <p>
            The gradient of the loss says how the loss of this one {noun.value.one} would change if a value were a
            little larger. It is worked out from the answer backwards, layer by layer; every weight then moves against
            its gradient.
          </p>
          {gradientFormula}
        </InfoMark>
      </div>
      {open && backwards !== null && (
        <>
          <p class="quiet">
            If this is a {nameOfClass(classNames.value, backwards.label)}, the loss is {signed(backwards.loss, 4)}.
          </p>
          {children(backwards)}
        </>
      )}
    </section>
  );
}
