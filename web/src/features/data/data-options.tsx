// SPDX-License-Identifier: MIT
//
// What can be chosen about the data at hand: how much is held out for validation, and which way round images are that may lie transposed.

import { orient } from '../../client/data';
import { choose } from '../../client/run';
import { isOpen, setOpen } from '../../state/panels';
import { runSettings } from '../../state/store';
import { Choice } from '../../ui/choice';
import { ToggleButton } from '../../ui/toggle-button';
import { Info } from './info';
import type { Orientation } from '../../shared/dataset';
import type { DatasetFacts } from '../../shared/protocol';

/** Shares of the training images. */
const shares = [0.05, 0.1, 0.2];

function ValidationPicker() {
  return (
    <Choice
      inLine
      label="Hold out"
      testid="validation-picker"
      title="Training images that it does not learn from, so that choices can be made by them: the test images are for the final figure alone"
      value={String(runSettings.value.validation)}
      onPick={(share) => void choose({ validation: Number(share) })}
    >
      <option value="0">nothing</option>
      {shares.map((share) => (
        <option value={String(share)}>{100 * share} % to validate</option>
      ))}
    </Choice>
  );
}

function OrientationPicker({ orientation }: { orientation: Orientation }) {
  return (
    <Choice
      inLine
      label="Images"
      testid="orientation-picker"
      title="EMNIST’s files hold images with rows and columns exchanged; if they look wrong here, choose another way round"
      value={orientation}
      onPick={(choice) => void orient(choice as Orientation)}
    >
      <option value="auto">put upright as they look</option>
      <option value="as stored">as they are stored</option>
      <option value="transposed">rows and columns exchanged</option>
    </Choice>
  );
}

export function DataOptions({ facts }: { facts: DatasetFacts }) {
  return (
    <div class="data-options">
      {facts.orientation !== null && <OrientationPicker orientation={facts.orientation} />}
      <ValidationPicker />
      <Info about="the data" topic="data" />
      <ToggleButton
        open={isOpen('data')}
        onToggle={(open) => {
          setOpen('data', open);
        }}
      >
        Look at the data
      </ToggleButton>
    </div>
  );
}
