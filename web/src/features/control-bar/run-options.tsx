// SPDX-License-Identifier: MIT
//
// Of the drawer: by which recipe the run trains, when it stops by itself, and what is known of it besides.

import { choose, stopAt } from '../../client/run';
import { duration, unknown } from '../../shared/format';
import { firstRule } from '../../shared/first-rule';
import { stopNumber, stopNumbers, stopRule as ruleOf } from '../../shared/stop';
import { bestByValidation, secondsLeft } from '../../state/run-outlook';
import { epochProgress } from '../../state/run-state';
import { holdsOut, recipe, run, runSettings, stopRule } from '../../state/store';
import { Choice } from '../../ui/choice';
import { NumberField } from '../../ui/number-field';
import { Info } from './info';
import type { RecipeChoice } from '../../shared/protocol';
import type { StopKind } from '../../shared/stop';

function RecipePicker() {
  return (
    <Choice
      label="Recipe"
      title={recipe.value?.title}
      testid="recipe-picker"
      value={runSettings.value.recipe}
      onPick={(choice) => void choose({ recipe: choice as RecipeChoice })}
    >
      <option value="recommended">Recommended</option>
      <option value="best">Best on MNIST</option>
      <option value="published">As published</option>
    </Choice>
  );
}

function timeLeft(): string {
  const { phase, evaluating } = run.value;
  if (evaluating !== null) return 'testing';
  if (phase === 'finished') return 'done';
  const seconds = secondsLeft(run.value, stopRule.value, performance.now());
  return seconds === null ? unknown : duration(seconds);
}

const units = { epoch: 'epochs', step: 'steps', time: 'seconds', accuracy: '% accuracy', patience: 'epochs' } as const;

function soFar(): { epochs: number; steps: number; seconds: number; sinceBest: number } {
  const { startedAt, step } = run.value;
  const seconds = startedAt === null ? 0 : (performance.now() - startedAt) / 1000;
  const epochs = epochProgress(run.value).epoch;
  return { epochs, steps: step, seconds, sinceBest: epochs - (bestByValidation(run.value)?.epoch ?? epochs) };
}

/** What the rule of patience does, or what it needs. */
function patienceText(isChosen: boolean): string | null {
  if (!holdsOut.value) {
    return isChosen
      ? 'This rule needs a validation set: choose one under “Data” below. Without it training stops when the recipe ends.'
      : 'To stop by validation loss, choose a validation set under “Data” below.';
  }
  return isChosen
    ? 'Training stops when the loss on the validation set has not fallen for so many epochs, or when the recipe ends. Then the network of the best epoch is brought back. To train past it, choose another rule.'
    : null;
}

function StopPicker() {
  const rule = stopRule.value;
  const number = stopNumber(rule);
  const about = patienceText(rule.at === 'patience');
  return (
    <div class="stop">
      <Choice
        label="Stop"
        testid="stop-picker"
        title="When training stops automatically; you can change it during training"
        value={rule.at}
        onPick={(kind) => void stopAt(firstRule(kind as StopKind, soFar()))}
      >
        <option value="end">when the recipe ends</option>
        <option value="epoch">at an epoch</option>
        <option value="step">at a step</option>
        <option value="time">after a time</option>
        <option value="accuracy">at a test accuracy</option>
        <option value="patience" disabled={!holdsOut.value}>
          by validation loss
        </option>
      </Choice>
      {rule.at !== 'end' && (
        <span class="stop-number">
          <NumberField
            key={rule.at}
            id="stop-number"
            label={`Stop: ${units[rule.at]}`}
            value={number!}
            {...stopNumbers[rule.at]}
            onPick={(value) => void stopAt(ruleOf(rule.at, value))}
          />
          {units[rule.at]}
        </span>
      )}
      {about !== null && (
        <p class="quiet" data-testid="stop-about">
          {about}
        </p>
      )}
    </div>
  );
}

export function RunOptions() {
  return (
    <section aria-labelledby="run-options-heading">
      <div class="with-info">
        <h3 id="run-options-heading">Training</h3> <Info about="recipe and end of training" topic="run" />
      </div>
      <RecipePicker />
      <StopPicker />
      <dl class="run-facts">
        <div>
          <dt>Time left</dt>
          <dd data-testid="time-left" title="Estimated time until training stops automatically">
            {timeLeft()}
          </dd>
        </div>
      </dl>
    </section>
  );
}
