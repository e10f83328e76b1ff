// SPDX-License-Identifier: MIT
//
// How well it learns: loss and accuracy while training, accuracy on the test set at each epoch's end: as figures and as
// sentences that are there from the start, and as curves and images that come when somebody scrolls to them.

import { grouped, unknown, percent } from '../../shared/format';
import { bestByValidation } from '../../state/run-outlook';
import { data, guessingLoss, noun, recipe, run, runFacts } from '../../state/store';
import { lazy, LazyPart } from '../../ui/lazy-part';
import { Info } from './info';
import type { ComponentChildren } from 'preact';
import type { Topic } from './texts';
import './results.css';

const curves = () => import('./curves');
const lossCurve = lazy(async () => (await curves()).LossCurve);
const accuracyCurve = lazy(async () => (await curves()).AccuracyCurve);
const confusion = lazy(async () => (await import('./confusion')).Confusion);
const mistakes = lazy(async () => (await import('./mistakes')).Mistakes);

/** Loaded when it comes onto the screen. */
const onScreen = { within: '0px' };

function lossSummary(): string {
  const { points } = run.value.curve;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return 'The loss curve is empty: training has not started.';
  return `The training loss went from ${first.loss.toFixed(2)} to ${last.loss.toFixed(2)} over ${grouped(last.step)} steps.`;
}

function accuracySummary(): string {
  const { curve, evaluations } = run.value;
  const last = curve.points.at(-1);
  if (last === undefined) return 'The accuracy curve is empty: training has not started.';
  const perEpoch = runFacts.value?.stepsPerEpoch ?? 0;
  const tests = evaluations.map(
    ({ step, epoch, accuracy }) =>
      `${percent(accuracy, 2)} ${step === epoch * perEpoch ? `after epoch ${epoch}` : `at step ${grouped(step)}`}`,
  );
  const tested =
    tests.length === 0
      ? 'The network has not been tested yet.'
      : `It classified these shares of the test ${noun.value.many} correctly: ${tests.join(', ')}.`;
  return `On the last mini-batches the accuracy is ${percent(last.accuracy, 1)} at step ${grouped(last.step)}. ${tested}`;
}

const natsText = (): string => `Random guessing gives ${guessingLoss.value.toFixed(2)}; 0 is perfect.`;

const lossTexts = {
  crossEntropy: { title: 'Cross entropy in nats', about: natsText },
  nll: { title: 'Negative log-likelihood in nats', about: natsText },
  mse: {
    title: 'Mean squared error',
    about: () => 'It is the mean of the squared errors of the outputs; 0 is perfect.',
  },
} as const;

function Panel({
  heading,
  topic,
  about,
  summary,
  children,
}: {
  heading: string;
  topic: Topic;
  about: string;
  summary: string;
  children: ComponentChildren;
}) {
  return (
    <section class="panel result" aria-label={heading}>
      <div class="panel-head">
        <div class="with-info">
          <h2>{heading}</h2>
          <Info about={heading.toLowerCase()} topic={topic} />
        </div>
      </div>
      {children}
      <p class="quiet">{about}</p>
      <p class="out-of-sight">{summary}</p>
    </section>
  );
}

/** What the test set is for, and which epoch the validation set would choose. */
function accuracyAbout(): string {
  const testCount = data.value.facts?.testCount;
  const { many } = noun.value;
  const honest =
    `The share of ${many} that the network classifies correctly. After each epoch it is tested on ` +
    `${testCount === undefined ? unknown : grouped(testCount)} ${many} that it never trains on: only they show how well it does on new ${many}.`;
  const best = bestByValidation(run.value);
  if (best === null) return honest;
  return (
    `${honest} By the loss on the validation set, epoch ${best.epoch} is the best so far: ` +
    `after it the network classified ${percent(best.accuracy, 2)} of the test ${many} correctly.`
  );
}

export function Curves() {
  const lossType = recipe.value?.loss.type ?? 'crossEntropy';
  return (
    <div class="results">
      <Panel
        heading="Loss"
        topic="loss"
        about={`How wrong the network is, on average. ${lossTexts[lossType].about()}`}
        summary={lossSummary()}
      >
        <LazyPart part={lossCurve} props={{}} begins={onScreen} place="curve-place" />
      </Panel>
      <Panel heading="Accuracy" topic="accuracy" about={accuracyAbout()} summary={accuracySummary()}>
        <LazyPart part={accuracyCurve} props={{}} begins={onScreen} place="curve-place" />
      </Panel>
    </div>
  );
}

export function Mistakes() {
  return (
    <div class="results">
      <LazyPart part={confusion} props={{}} begins={onScreen} place="result-place" />
      <LazyPart part={mistakes} props={{}} begins={onScreen} place="result-place" />
    </div>
  );
}
