// SPDX-License-Identifier: MIT
//
// What lessons change: how many images the network learns from, how many of them are synthetic, and how many have a wrong label.

import { choose, chosenSettings } from '../../client/run';
import { areDigits } from '../../shared/published-datasets';
import { recipeLimits } from '../../shared/recipe-changes';
import { classNames, data, recipe, runFacts, runSettings } from '../../state/store';
import { NumberField } from '../../ui/number-field';
import { Field } from './setting-fields';
import type { RecipeChanges } from '../../shared/recipe-changes';

/** Sets one of the visitor's changes; undefined takes it back. */
function set<Name extends keyof RecipeChanges>(name: Name, value: RecipeChanges[Name] | undefined): void {
  const others = Object.entries(chosenSettings().changes).filter(([each]) => each !== name);
  void choose({ changes: Object.fromEntries(value === undefined ? others : [...others, [name, value]]) });
}

const percents = (share: number): number => Math.round(1000 * share) / 10;

/** All of those that are not held out for validation. */
function allImages(): number {
  const total = data.value.facts?.trainCount ?? 0;
  return total - (runFacts.value?.validationCount ?? 0);
}

function TrainingImages() {
  const all = allImages();
  if (all <= recipeLimits.trainingImages) return null;
  const chosen = Math.min(all, runSettings.value.changes.trainingImages ?? all);
  return (
    <Field label="Training images" topic="trainingImages">
      {(id) => (
        <NumberField
          id={id}
          value={chosen}
          min={recipeLimits.trainingImages}
          max={all}
          integer
          offered={[...[100, 300, 1000, 3000, 10_000, 30_000].filter((count) => count < all), all]}
          onPick={(count) => {
            set('trainingImages', count === all ? undefined : count);
          }}
        />
      )}
    </Field>
  );
}

export function LessonSettings() {
  const { wrongLabels = 0 } = runSettings.value.changes;
  const synthetic = recipe.value?.augment?.generated ?? 0;
  return (
    <fieldset>
      <legend>Experiments (each restarts training)</legend>
      <TrainingImages />
      {areDigits(classNames.value) && (
        <Field label="Synthetic digits in %" topic="synthetic">
          {(id) => (
            <NumberField
              id={id}
              value={percents(synthetic)}
              min={0}
              max={100}
              offered={[0, 20, 40, 60, 80, 100]}
              onPick={(percent) => {
                set('synthetic', percent / 100);
              }}
            />
          )}
        </Field>
      )}
      <Field label="Wrong labels in %" topic="wrongLabels">
        {(id) => (
          <NumberField
            id={id}
            value={percents(wrongLabels)}
            min={0}
            max={100}
            offered={[0, 5, 10, 20, 40, 80]}
            onPick={(percent) => {
              set('wrongLabels', percent === 0 ? undefined : percent / 100);
            }}
          />
        )}
      </Field>
    </fieldset>
  );
}
