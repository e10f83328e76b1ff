// SPDX-License-Identifier: MIT
//
// How far the training is: epoch, step, seed, the epoch's progress with the time left, images per second. Figures stand alone in their
// elements, without separators.

import { run } from '../state/store';
import { epochProgress } from '../state/run-state';
import { duration, fixed, kUnknown } from '../state/format';
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
  const { secondsLeft } = epochProgress(run.value);
  if (evaluating !== null) return 'testing';
  if (phase === 'finished') return 'done';
  return secondsLeft === null ? kUnknown : duration(secondsLeft);
}

export function RunFigures() {
  const { step, settings, imagesPerSecond } = run.value;
  const { epoch, share } = epochProgress(run.value);
  return (
    <div class="figures">
      <dl>
        <Figure label="Epochs" title="How often the network has seen all training images">
          <span data-testid="epoch">{epoch}</span>
        </Figure>
        <Figure label="Step" title="How many mini-batches of images it has learned from">
          <span data-testid="step">{step}</span>
        </Figure>
        <Figure label="Seed" title="The number that all its random choices come from: the same seed, the same run">
          <span data-testid="seed">{settings.seed}</span>
        </Figure>
        <Figure label="Images/s" title="How many images a second it learns from">
          <span data-testid="throughput">{fixed(imagesPerSecond, 0)}</span>
        </Figure>
        <Figure label="Epoch left" title="How long until it has seen all training images once more">
          <span class="time-left">{timeLeft()}</span>
        </Figure>
      </dl>
      <progress
        class="epoch-progress"
        aria-label="Progress of this epoch"
        max={1}
        value={run.value.evaluating ?? share}
      />
    </div>
  );
}
