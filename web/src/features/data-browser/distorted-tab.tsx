// SPDX-License-Identifier: MIT
//
// One training image as the engine distorts it, epoch by epoch: exactly what the network gets to see.

import { useEffect } from 'preact/hooks';
import { nameOfClass } from '../../state/class-names';
import { classNames, noun, recipe, runFacts } from '../../state/store';
import { Image } from '../../ui/digit-image';
import { distorted, versions, loadDistorted } from './state';

/** Whether the recipe draws training images anew at all. */
const distorts = (): boolean => recipe.value?.augment !== undefined;

export function DistortedTab() {
  const shown = distorted.value;
  const count = runFacts.value?.trainCount ?? 0;
  useEffect(() => void loadDistorted(Math.min(shown?.index ?? 0, count - 1)), [runFacts.value]);
  if (shown === null) return <p class="quiet">Distorting</p>;
  const { one } = noun.value;
  const other = (): void => void loadDistorted(Math.floor(Math.random() * count));
  return (
    <>
      <div class="browser-line">
        <p class="quiet">
          {distorts()
            ? `The network never sees this ${one} (number ${shown.index}, ${nameOfClass(classNames.value, shown.label)}) ` +
              'twice alike: each epoch turns, shifts, slants or stretches it a little, so that it learns what stays the same.'
            : `By this recipe the network sees this ${one} (number ${shown.index}, ` +
              `${nameOfClass(classNames.value, shown.label)}) as it is, in every epoch.`}
        </p>
        <button type="button" class="button" onClick={other}>
          Another {one}
        </button>
      </div>
      <ul class="sample-grid" data-testid="distorted-versions">
        <li class="original">
          <Image key={`original/${shown.index}`} pixels={shown.original} index={0} />
          <span class="quiet">original</span>
        </li>
        {Array.from({ length: versions }, (_, epoch) => (
          <li key={epoch}>
            <Image key={`${shown.index}/${epoch}`} pixels={shown.pixels} index={epoch} />
            <span class="quiet">epoch {epoch + 1}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
