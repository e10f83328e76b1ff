// SPDX-License-Identifier: MIT
//
// What is happening: the one button that matters, what it does in words, and the run so far as a curve with its figures.

import { goAt, newSeed, pause, rewind, step, train } from '../../client/run';
import { computed } from '@preact/signals';
import { fixed, percent } from '../../shared/format';
import { lookedAt, shownRun } from '../../state/past';
import { isImported } from '../../shared/imported';
import { epochProgress } from '../../state/run-state';
import { storyOf } from '../../state/story';
import {
  classNames,
  data,
  engine,
  holdsOut,
  isAboutToStart,
  noun,
  run,
  runNote,
  runSettings,
  tempo,
} from '../../state/store';
import { Icon } from '../../ui/icons';
import { Info } from './info';
import { LiveCurve } from './live-curve';
import type { Topic } from './texts';
import type { IconName } from '../../ui/icons';
import type { ComponentChildren } from 'preact';
import './story.css';

const isTraining = computed(() => run.value.phase === 'training');

const trainTitle = computed(() => {
  const { phase, facts } = run.value;
  if (phase !== 'finished' || facts === null) return 'Train on all training images, epoch after epoch';
  return facts.epochs === 1 ? 'Train for one more epoch' : `Train for ${facts.epochs} more epochs`;
});

const story = computed(() =>
  storyOf({
    ...{ run: run.value, past: lookedAt.value, noun: noun.value, classes: classNames.value.length },
    ...{ progress: data.value.progress, hasData: data.value.facts !== null },
    ...{ isAboutToStart: isAboutToStart.value, note: runNote.value },
  }),
);
const headline = computed(() => story.value.headline);
const detail = computed(() => story.value.detail);

interface QuietProps {
  icon: IconName;
  title: string;
  disabled: boolean;
  onClick: () => void;
  children: string;
}

function Quiet({ icon, children, ...button }: QuietProps) {
  return (
    <button type="button" class="quiet-button" {...button}>
      <Icon name={icon} />
      <span>{children}</span>
    </button>
  );
}

/** By itself, so that the figures do not render the buttons anew. */
function Controls() {
  const ready = engine.value !== null && data.value.facts !== null;
  const training = isTraining.value;
  const imported = isImported(runSettings.value.model);
  return (
    <div class="controls" role="group" aria-label="Training">
      <button
        type="button"
        class="button primary train"
        disabled={!ready}
        title={training ? 'Pause training; nothing is lost' : trainTitle.value}
        onClick={() => void (training ? pause() : train())}
      >
        <Icon name={training ? 'pause' : 'play'} />
        {training ? 'Pause' : 'Train'}
      </button>
      <div class="other-controls">
        <Quiet icon="step" disabled={!ready} title="Train on one mini-batch of images" onClick={() => void step()}>
          Step
        </Quiet>
        <Quiet
          icon="rewind"
          disabled={engine.value === null}
          title={imported ? 'Back to the imported weights' : 'Back to the initial weights of this seed'}
          onClick={() => void rewind()}
        >
          Rewind
        </Quiet>
        <Quiet
          icon="seed"
          disabled={engine.value === null}
          title={imported ? 'The imported weights, with other random choices' : 'Start again from other random weights'}
          onClick={() => void newSeed()}
        >
          New seed
        </Quiet>
      </div>
      <Info about="training" topic="training" />
    </div>
  );
}

/** During the show a way past it; else how fast training is shown. */
function TempoChoice() {
  if (tempo.value === 'show' && isTraining.value) {
    return (
      <button
        type="button"
        class="more skip-show"
        title="Train at full speed from here on"
        onClick={() => void goAt('full')}
      >
        Skip
      </button>
    );
  }
  const slow = tempo.value === 'slow';
  return (
    <button
      type="button"
      class="more"
      aria-pressed={slow}
      title="Slow shows every single step; the weights are the same at any speed"
      onClick={() => void goAt(slow ? 'full' : 'slow')}
    >
      Slow
    </button>
  );
}

function Words() {
  const { progress } = data.value;
  return (
    <div class="words">
      <p class="headline" data-testid="headline">
        {headline}
      </p>
      <p class="happening" role="status" data-testid="run-note">
        {detail}
      </p>
      {progress === null ? (
        <Figures />
      ) : (
        <progress
          aria-label="Data loaded"
          max={progress.total === 0 ? 1 : progress.total}
          value={progress.total === 0 ? undefined : progress.received}
        />
      )}
    </div>
  );
}

interface FigureProps {
  label: string;
  testid: string;
  topic: Topic;
  children: ComponentChildren;
}

function Figure({ label, testid, topic, children }: FigureProps) {
  return (
    <div class="figure">
      <dt>
        <Info about={label.toLowerCase()} topic={topic} term={label} />
      </dt>
      <dd data-testid={testid}>{children}</dd>
    </div>
  );
}

function Figures() {
  const { step, imagesPerSecond, settings } = run.value;
  return (
    <div class="figures">
      <dl>
        <Figure label="Epoch" testid="epoch" topic="epoch">
          {epochProgress(run.value).epoch}
        </Figure>
        <Figure label="Step" testid="step" topic="step">
          {step}
        </Figure>
        <Figure label="Images/s" testid="throughput" topic="throughput">
          {fixed(imagesPerSecond, 0)}
        </Figure>
        <div class="figure">
          <dt>Seed</dt>
          <dd data-testid="seed">{settings.seed}</dd>
        </div>
      </dl>
      <TempoChoice />
    </div>
  );
}

interface MeasureProps {
  label: string;
  testid: string;
  mark: string;
  topic: Topic;
  children: ComponentChildren;
}

function Measure({ label, testid, mark, topic, children }: MeasureProps) {
  return (
    <div class={`measure ${mark}`}>
      <dt>
        <Info about={label.toLowerCase()} topic={topic} term={label} />
      </dt>
      <dd data-testid={testid}>{children}</dd>
    </div>
  );
}

/** The last values of the curve, and what its colours mean. */
function Measures() {
  const { loss, accuracy, evaluations } = shownRun.value;
  const tested = evaluations.at(-1);
  return (
    <dl class="measures">
      <Measure label="Training loss" testid="train-loss" mark="of-train" topic="loss">
        {fixed(loss, 4)}
      </Measure>
      <Measure label="Training accuracy" testid="train-accuracy" mark="" topic="trainAccuracy">
        {tested === undefined ? percent(accuracy, 1) : percent(tested.training.accuracy, 2)}
      </Measure>
      <Measure label="Test accuracy" testid="test-accuracy" mark="of-test" topic="testAccuracy">
        {percent(tested?.accuracy ?? null, 2)}
      </Measure>
      {holdsOut.value && (
        <Measure label="Validation accuracy" testid="validation-accuracy" mark="of-validation" topic="testAccuracy">
          {percent(tested?.validation?.accuracy ?? null, 2)}
        </Measure>
      )}
    </dl>
  );
}

function EpochProgress() {
  const { share } = epochProgress(run.value);
  return (
    <progress
      class="epoch-progress"
      aria-label="Progress of this epoch"
      max={1}
      value={run.value.evaluating ?? share}
    />
  );
}

export function Story() {
  return (
    <section class="story" aria-label="What is happening">
      <Controls />
      <Words />
      <div class="run-so-far">
        <LiveCurve />
        <Measures />
      </div>
      <EpochProgress />
    </section>
  );
}
