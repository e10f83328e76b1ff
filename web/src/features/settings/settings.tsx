// SPDX-License-Identifier: MIT
//
// Everything that a recipe decides, open to change: curated values that can also be typed, and the learning rate drawn over the run. What
// can change in mid-run does so at once; the rest starts over, and says so.

import { adjustLearningRate } from '../../client/learning-rate';
import { choose, chosenSettings } from '../../client/run';
import { rateText } from '../../shared/format-small';
import { optimizerLabels } from '../../shared/optimizer-titles';
import { recipeLimits } from '../../shared/recipe-changes';
import { ratesOver } from '../../shared/recipe-rates';
import { recipe, recipeAsIs, run, runFacts, runSettings } from '../../state/store';
import { AugmentationPreview } from './augmentation-preview';
import { LessonSettings } from './lesson-settings';
import { NumberField } from '../../ui/number-field';
import { Field, WordField } from './setting-fields';
import { ThreadsSetting } from './threads-setting';
import './settings.css';
import type { OptimizerName } from '../../shared/optimizers';
import type { Augmentation, RecipeChanges, ScheduleName } from '../../shared/recipe-changes';

/** The visitor's changes without one of them. */
const without = (name: keyof RecipeChanges): RecipeChanges =>
  Object.fromEntries(Object.entries(chosenSettings().changes).filter(([each]) => each !== name));

const change = (changes: RecipeChanges): void => void choose({ changes: { ...chosenSettings().changes, ...changes } });

const schedules = { constant: 'constant', cosine: 'cosine decay', oneCycle: 'one cycle' } as const;
const augmentations = {
  recipe: 'as in the recipe',
  none: 'off (synthetic digits too)',
  slight: 'slight',
  strong: 'strong',
} as const;

const points = 81;

const width = 220;
const height = 60;

/** The learning rate from the first step to the last, and where the run is. */
function RateCurve() {
  const present = recipe.value;
  const facts = runFacts.value;
  if (present === null) return null;
  const rates = ratesOver(present, points);
  const max = Math.max(...rates, Number.MIN_VALUE);
  const at = (i: number): string =>
    `${((i / (points - 1)) * width).toFixed(1)},${(height - (rates[i]! / max) * (height - 4)).toFixed(1)}`;
  const steps = (facts?.stepsPerEpoch ?? 0) * present.epochs;
  const share = steps === 0 ? 0 : Math.min(1, run.value.step / steps);
  return (
    <figure class="rate-curve">
      <svg
        viewBox={`0 -2 ${width} ${height + 4}`}
        role="img"
        aria-label={`The learning rate over ${present.epochs} epochs: ${rateText(rates[0]!)} at the start, at most ${rateText(max)}, ${rateText(rates.at(-1)!)} at the end`}
      >
        <polyline points={rates.map((_, i) => at(i)).join(' ')} />
        <line x1={share * width} x2={share * width} y1="0" y2={height} />
      </svg>
      <figcaption class="quiet">
        {rateText(rates[0]!)} at the start, at most {rateText(max)}
      </figcaption>
    </figure>
  );
}

function WhileItTrains() {
  const rate = recipe.value?.optimizer.learningRate ?? 1e-3;
  return (
    <fieldset>
      <legend>Can change during training</legend>
      <Field label="Learning rate" topic="learningRate">
        {(id) => (
          <NumberField
            id={id}
            value={Number(rate.toPrecision(3))}
            min={0}
            max={recipeLimits.learningRate}
            offered={[0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]}
            onPick={(learningRate) => void adjustLearningRate(learningRate)}
          />
        )}
      </Field>
      <RateCurve />
      <ThreadsSetting />
    </fieldset>
  );
}

function StartingOver() {
  const present = recipe.value;
  const { changes } = runSettings.value;
  if (present === null) return null;
  return (
    <fieldset>
      <legend>{run.value.step > 0 ? 'Changing these restarts training' : 'Before training starts'}</legend>
      <Field label="Optimizer" topic="optimizer">
        {(id) => (
          <WordField<OptimizerName>
            id={id}
            value={present.optimizer.type}
            words={optimizerLabels}
            onPick={(optimizer) => {
              void choose({ changes: { ...without('learningRate'), optimizer } });
            }}
          />
        )}
      </Field>
      <Field label="Batch size" topic="batchSize">
        {(id) => (
          <NumberField
            id={id}
            value={present.batchSize}
            min={1}
            max={recipeLimits.batchSize}
            integer
            offered={[1, 8, 16, 32, 64, 128, 256, 1024]}
            onPick={(batchSize) => {
              change({ batchSize });
            }}
          />
        )}
      </Field>
      <Field label="Epochs" topic="epochs">
        {(id) => (
          <NumberField
            id={id}
            value={present.epochs}
            min={1}
            max={recipeLimits.epochs}
            integer
            offered={[1, 2, 5, 10, 20, 50]}
            onPick={(epochs) => {
              change({ epochs });
            }}
          />
        )}
      </Field>
      <Field label="Schedule" topic="schedule">
        {(id) => (
          <WordField<ScheduleName>
            id={id}
            value={present.schedule.type in schedules ? (present.schedule.type as ScheduleName) : 'constant'}
            words={schedules}
            onPick={(schedule) => {
              change({ schedule });
            }}
          />
        )}
      </Field>
      <Field label="Data augmentation" topic="augmentation">
        {(id) => (
          <WordField<Augmentation | 'recipe'>
            id={id}
            value={changes.augmentation ?? 'recipe'}
            words={augmentations}
            onPick={(picked) => {
              const others = without('augmentation');
              void choose({ changes: picked === 'recipe' ? others : { ...others, augmentation: picked } });
            }}
          />
        )}
      </Field>
      <Field label="Cutout in pixels" topic="cutout">
        {(id) => (
          <NumberField
            id={id}
            value={present.augment?.cutout ?? 0}
            min={0}
            max={recipeLimits.cutout}
            integer
            offered={[0, 4, 8, 12, 16]}
            onPick={(cutout) => {
              change({ cutout });
            }}
          />
        )}
      </Field>
      <Field label="Mixup" topic="mixup">
        {(id) => (
          <NumberField
            id={id}
            value={present.augment?.mixup ?? 0}
            min={0}
            max={recipeLimits.mixup}
            offered={[0, 0.1, 0.2, 0.4, 1]}
            onPick={(mixup) => {
              change({ mixup });
            }}
          />
        )}
      </Field>
      <Field label="Seed" topic="seed">
        {(id) => (
          <NumberField
            id={id}
            value={runSettings.value.seed}
            min={0}
            max={Number.MAX_SAFE_INTEGER}
            integer
            offered={[1, 2, 3]}
            onPick={(seed) => void choose({ seed })}
          />
        )}
      </Field>
    </fieldset>
  );
}

export function Settings() {
  const isChanged = Object.keys(runSettings.value.changes).length > 0;
  return (
    <div class="settings">
      <WhileItTrains />
      <StartingOver />
      <LessonSettings />
      <AugmentationPreview />
      {isChanged && (
        <button type="button" class="button" onClick={() => void choose({ changes: {} })}>
          Back to the recipe{recipeAsIs.value === null ? '' : `: ${recipeAsIs.value.title}`}
        </button>
      )}
    </div>
  );
}
