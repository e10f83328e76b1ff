// SPDX-License-Identifier: MIT
//
// What the network of the run that was kept makes of the same input.

import { argmax } from '../../math/argmax';
import { nameOfClass } from '../../state/class-names';
import { percent } from '../../shared/format';
import { ghostRun } from '../../state/ghost';
import { classNames, digit } from '../../state/store';

export function GhostAnswer() {
  const { frame } = digit.value;
  if (ghostRun.value === null || frame === null) return null;
  const { ghost } = frame;
  if (ghost === null) return <p class="ghost-answer">The kept run has no answer to this.</p>;
  const best = argmax(ghost);
  return (
    <p class="ghost-answer" data-testid="ghost-answer">
      Kept run: <strong>{nameOfClass(classNames.value, best)}</strong>, {percent(ghost[best]!, 0)}
    </p>
  );
}
