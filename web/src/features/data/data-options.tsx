// SPDX-License-Identifier: MIT
//
// Of the drawer: what can be chosen about the loaded data: how much is held out for validation, and whether images are stored transposed.

import { orient } from '../../client/data';
import { choose } from '../../client/run';
import { data, runSettings } from '../../state/store';
import { Choice } from '../../ui/choice';
import { Info } from './info';
import type { Orientation } from '../../shared/dataset';

/** Shares of the training images. */
const shares = [0.05, 0.1, 0.2];

function ValidationPicker() {
  return (
    <Choice
      label="Validation set"
      testid="validation-picker"
      title="Training images that the network does not train on, for comparing settings; the test images are only for the final result"
      value={String(runSettings.value.validation)}
      onPick={(share) => void choose({ validation: Number(share) })}
    >
      <option value="0">none</option>
      {shares.map((share) => (
        <option value={String(share)}>{100 * share} % of the training images</option>
      ))}
    </Choice>
  );
}

function OrientationPicker({ orientation }: { orientation: Orientation }) {
  return (
    <Choice
      label="Images"
      testid="orientation-picker"
      title="EMNIST’s files contain transposed images (rows and columns swapped). If the images look wrong here, choose another orientation"
      value={orientation}
      onPick={(choice) => void orient(choice as Orientation)}
    >
      <option value="auto">detect orientation</option>
      <option value="as stored">as stored</option>
      <option value="transposed">rows and columns swapped</option>
    </Choice>
  );
}

export function DataOptions() {
  const orientation = data.value.facts?.orientation ?? null;
  return (
    <section class="data-options" aria-labelledby="data-options-heading">
      <div class="with-info">
        <h3 id="data-options-heading">Data</h3> <Info about="the validation set" topic="data" />
      </div>
      {orientation !== null && <OrientationPicker orientation={orientation} />}
      <ValidationPicker />
    </section>
  );
}
