// SPDX-License-Identifier: MIT
//
// One training image as the present run augments it, epoch by epoch, beside the image itself.

import { useEffect } from 'preact/hooks';
import { Image } from '../../ui/digit-image';
import { nameOfClass } from '../../state/class-names';
import { classNames, noun, recipe, runFacts } from '../../state/store';
import { Info } from './info';

import { loadPreview, preview, versions } from './preview';

/** Synthetic digits are not augmented any further, so they alone are no augmentation. */
const distorts = (): boolean =>
  Object.entries(recipe.value?.augment ?? {}).some(([name, value]) => name !== 'generated' && value !== undefined);

export function DistortionPreview() {
  const shown = preview.value;
  const facts = runFacts.value;
  useEffect(() => void loadPreview(), [facts]);
  if (shown === null || (facts?.trainCount ?? 0) === 0) return null;
  const { one } = noun.value;
  return (
    <figure class="distortion-preview">
      <figcaption class="setting-label">
        {distorts()
          ? `A training ${one} of class ${nameOfClass(classNames.value, shown.label)}, as it is augmented in the first ${versions} epochs`
          : `A training ${one} of class ${nameOfClass(classNames.value, shown.label)}: without augmentation it is the same in every epoch`}{' '}
        <Info about="the augmented images" topic="distortion" />
      </figcaption>
      <ul data-testid="distortion-preview">
        {Array.from({ length: versions + 1 }, (_, i) => (
          <li key={`${shown.id}/${i}`} class={i === 0 ? 'original' : ''}>
            {i === 0 ? <Image pixels={shown.original} index={0} /> : <Image pixels={shown.versions} index={i - 1} />}
            <span class="quiet">{i === 0 ? 'original' : i}</span>
          </li>
        ))}
      </ul>
      <button type="button" class="button small" onClick={() => void loadPreview(true)}>
        Another {one}
      </button>
    </figure>
  );
}
