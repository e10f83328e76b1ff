// SPDX-License-Identifier: MIT
//
// How far the training is: epoch, step, seed, images per second, the time left, the last test, and when it stops by itself.
// Figures stand alone in their elements, without separators.

import { stopAt } from '../../client/run';
import { isOpen, panelIds, setOpen } from '../../state/panels';
import { run, stopRule } from '../../state/store';
import { epochProgress, lastTest, secondsLeft } from '../../state/run-state';
import { duration, fixed, unknown, percent } from '../../shared/format';
import { firstRule, stopNumbers, stopNumber, stopRule as ruleOf } from '../../shared/stop';
import { Choice } from '../../ui/choice';
import { NumberField } from '../../ui/number-field';
import { ToggleButton } from '../../ui/toggle-button';
import { Info } from './info';
import type { StopKind } from '../../shared/stop';
import type { ComponentChildren } from 'preact';

function Figure({ label, title, children }: { label: string; title: string; children: ComponentChildren }) {
  return (
    <div class="figure" title={title}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function timeLeft(): string {
  const { phase, evaluating } = run.value;
  if (evaluating !== null) return 'testing';
  if (phase === 'finished') return 'done';
  const seconds = secondsLeft(run.value, stopRule.value, performance.now());
  return seconds === null ? unknown : duration(seconds);
}

const units = { epoch: 'epochs', time: 'seconds', accuracy: '% accuracy' } as const;

function soFar(): { epochs: number; seconds: number } {
  const { startedAt } = run.value;
  const seconds = startedAt === null ? 0 : (performance.now() - startedAt) / 1000;
  return { epochs: epochProgress(run.value).epoch, seconds };
}

function StopPicker() {
  const rule = stopRule.value;
  const number = stopNumber(rule);
  return (
    <div class="stop">
      <Choice
        inLine
        label="Stop"
        testid="stop-picker"
        title="When training stops automatically; you can change it during training"
        value={rule.at}
        onPick={(kind) => void stopAt(firstRule(kind as StopKind, soFar()))}
      >
        <option value="end">when the recipe ends</option>
        <option value="epoch">at an epoch</option>
        <option value="time">after a time</option>
        <option value="accuracy">at a test accuracy</option>
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
    </div>
  );
}

export function RunFigures() {
  const { step, settings, imagesPerSecond } = run.value;
  const { epoch, share } = epochProgress(run.value);
  return (
    <div class="figures">
      <dl>
        <Figure label="Epochs" title="Passes through all training images">
          <span data-testid="epoch">{epoch}</span>
        </Figure>
        <Figure label="Step" title="Mini-batches of images that the network has trained on">
          <span data-testid="step">{step}</span>
        </Figure>
        <Figure label="Images/s" title="Training images per second">
          <span data-testid="throughput">{fixed(imagesPerSecond, 0)}</span>
        </Figure>
        <Figure label="Last test" title="The accuracy in the last test, on images that the network never trains on">
          <span data-testid="last-accuracy">{percent(lastTest(run.value)?.accuracy ?? null, 2)}</span>
        </Figure>
        <Figure label="Time left" title="Estimated time until training stops automatically">
          <span class="time-left" data-testid="time-left">
            {timeLeft()}
          </span>
        </Figure>
        <Figure label="Seed" title="The number that determines everything random: the same seed gives the same run">
          <span data-testid="seed">{settings.seed}</span>
        </Figure>
      </dl>
      <div class="run-tools">
        <StopPicker />
        <span class="run-settings">
          <ToggleButton
            small
            open={isOpen('settings')}
            onToggle={(open) => {
              setOpen('settings', open);
            }}
            controls={panelIds.settings}
          >
            Settings
          </ToggleButton>
          <Info about="the progress of training" topic="figures" />
        </span>
      </div>
      <progress
        class="epoch-progress"
        aria-label="Progress of this epoch"
        max={1}
        value={run.value.evaluating ?? share}
      />
    </div>
  );
}
