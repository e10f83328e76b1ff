// SPDX-License-Identifier: MIT
//
// One training image as the present run augments it, epoch by epoch, beside the image itself.

import { useEffect } from 'preact/hooks';
import { Image } from '../../ui/digit-image';
import { nameOfClass } from '../../state/class-names';
import { classNames, noun, recipe, runFacts } from '../../state/store';
import { Info } from './info';
import { loadPreview, preview, versions } from './preview';

/** What the caption says after "A training digit of class 3". */
function whatHappens(): string {
  const { generated = 0, ...others } = recipe.value?.augment ?? {};
  const augments = Object.values(others).some((each) => each !== 0);
  const epochs = `the first ${versions} epochs`;
  if (augments)
    return `, as it is augmented in ${epochs}${generated > 0 ? '; synthetic digits take its place in some' : ''}`;
  if (generated > 0) return ` in ${epochs}: it is not augmented, but synthetic digits take its place in some`;
  return ': without augmentation it is the same in every epoch';
}

export function AugmentationPreview() {
  const shown = preview.value;
  const facts = runFacts.value;
  useEffect(() => void loadPreview(), [facts]);
  if (shown === null || (facts?.trainCount ?? 0) === 0) return null;
  const { one } = noun.value;
  return (
    <figure class="augmentation-preview">
      <figcaption class="setting-label">
        A training {one} of class {nameOfClass(classNames.value, shown.label)}
        {whatHappens()} <Info about="the augmented images" topic="augmentation" />
      </figcaption>
      <ul data-testid="augmentation-preview">
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
