// SPDX-License-Identifier: MIT
//
// How well it learns: loss and accuracy while training, accuracy on the test set at each epoch's end: as figures and as
// sentences that are there from the start, and as curves and images that come when somebody scrolls to them.

import { fixed, grouped, unknown, percent } from '../../shared/format';
import { bestByValidation } from '../../state/run-state';
import { data, guessingLoss, holdsOut, noun, recipe, run } from '../../state/store';
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
  if (first === undefined || last === undefined) return 'The loss curve is empty: nothing has been learnt yet.';
  return `The training loss went from ${first.loss.toFixed(2)} to ${last.loss.toFixed(2)} over ${grouped(last.step)} steps.`;
}

function accuracySummary(): string {
  const { curve, evaluations } = run.value;
  const last = curve.points.at(-1);
  if (last === undefined) return 'The accuracy curve is empty: nothing has been learnt yet.';
  const tests = evaluations.map(({ epoch, accuracy }) => `${percent(accuracy, 2)} after epoch ${epoch}`);
  const tested =
    tests.length === 0 ? 'It has not been tested yet.' : `On the test ${noun.value.many} it read ${tests.join(', ')}.`;
  return `The training accuracy is ${percent(last.accuracy, 1)} at step ${grouped(last.step)}. ${tested}`;
}

const natsText = (): string => `Guessing blindly costs ${guessingLoss.value.toFixed(2)}; zero would be perfect.`;

const lossTexts = {
  crossEntropy: { title: 'Cross entropy in nats', about: natsText },
  nll: { title: 'Negative log likelihood in nats', about: natsText },
  mse: {
    title: 'Mean squared error',
    about: () => 'It is the square of how far the answers are off; zero would be perfect.',
  },
} as const;

interface FigureProps {
  label: string;
  testid: string;
  value: string;
  mark?: string;
  title: string;
}

function Headline({ label, testid, value, mark, title }: FigureProps) {
  return (
    <div class={`headline ${mark ?? ''}`} title={title}>
      <dt>{label}</dt>
      <dd data-testid={testid}>{value}</dd>
    </div>
  );
}

function Panel({
  heading,
  topic,
  about,
  summary,
  headlines,
  children,
}: {
  heading: string;
  topic: Topic;
  about: string;
  summary: string;
  headlines: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="panel result" aria-label={heading}>
      <div class="panel-head">
        <div class="with-info">
          <h2>{heading}</h2>
          <Info about={heading.toLowerCase()} topic={topic} />
        </div>
        <dl>{headlines}</dl>
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
    `How many ${many} it reads correctly. After each epoch it is tested on ` +
    `${testCount === undefined ? unknown : grouped(testCount)} ${many} it never learns from: that is the honest figure.`;
  const best = bestByValidation(run.value);
  if (best === null) return honest;
  return (
    `${honest} Chosen by the loss on those held out, epoch ${best.epoch} is the best so far: ` +
    `there it read ${percent(best.accuracy, 2)} of the test ${many}.`
  );
}

export function Results() {
  const { loss, accuracy, evaluations } = run.value;
  const validates = holdsOut.value;
  const last = evaluations.at(-1);
  const lossType = recipe.value?.loss.type ?? 'crossEntropy';
  return (
    <div class="results">
      <Panel
        heading="Loss"
        topic="loss"
        about={`How wrong it is, on average, on the images it is learning from. ${lossTexts[lossType].about()}`}
        summary={lossSummary()}
        headlines={
          <Headline
            label="Training loss"
            testid="train-loss"
            value={fixed(loss, 4)}
            mark="mark-train"
            title={lossTexts[lossType].title}
          />
        }
      >
        <LazyPart part={lossCurve} props={{}} begins={onScreen} place="curve-place" />
      </Panel>
      <Panel
        heading="Accuracy"
        topic="accuracy"
        about={accuracyAbout()}
        summary={accuracySummary()}
        headlines={
          <>
            <Headline
              label="Training"
              testid="train-accuracy"
              value={percent(accuracy, 1)}
              mark="mark-train"
              title="On the images it is learning from"
            />
            <Headline
              label="Test"
              testid="test-accuracy"
              value={percent(last?.accuracy ?? null, 2)}
              mark="mark-test"
              title="On images it never learns from"
            />
            {validates && (
              <Headline
                label="Validation"
                testid="validation-accuracy"
                value={percent(last?.validation?.accuracy ?? null, 2)}
                mark="mark-validation"
                title="On images held out of the training set, to choose by"
              />
            )}
          </>
        }
      >
        <LazyPart part={accuracyCurve} props={{}} begins={onScreen} place="curve-place" />
      </Panel>
      <LazyPart part={confusion} props={{}} begins={onScreen} place="panel result result-place" />
      <LazyPart part={mistakes} props={{}} begins={onScreen} place="panel result result-place" />
    </div>
  );
}
