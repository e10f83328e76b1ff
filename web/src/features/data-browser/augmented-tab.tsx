// SPDX-License-Identifier: MIT
//
// One training image as the engine augments it, epoch by epoch: exactly what the network receives.

import { useEffect } from 'preact/hooks';
import { nameOfClass } from '../../state/class-names';
import { classNames, noun, recipe, runFacts } from '../../state/store';
import { Image } from '../../ui/digit-image';
import { askedImage, augmented, versions, loadAugmented } from './state';

/** Whether the recipe draws training images anew at all. */
const augments = (): boolean => recipe.value?.augment !== undefined;

export function AugmentedTab() {
  const shown = augmented.value;
  const count = runFacts.value?.trainCount ?? 0;
  useEffect(() => void loadAugmented(Math.min(askedImage(), count - 1)), [runFacts.value]);
  if (shown === null) return <p class="quiet">Augmenting</p>;
  const { one } = noun.value;
  const other = (): void => void loadAugmented(Math.floor(Math.random() * count));
  return (
    <>
      <div class="browser-line">
        <p class="quiet">
          {augments()
            ? `Training ${one} ${shown.index}, ${nameOfClass(classNames.value, shown.label)}: in each epoch the network sees ` +
              'another version of it, rotated, shifted, sheared and scaled a little, so that it cannot memorize it.'
            : `Training ${one} ${shown.index}, ${nameOfClass(classNames.value, shown.label)}: this recipe has no augmentation, ` +
              'so the network sees it unchanged in every epoch.'}
        </p>
        <button type="button" class="button" onClick={other}>
          Another {one}
        </button>
      </div>
      <ul class="sample-grid" data-testid="augmented-versions">
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
