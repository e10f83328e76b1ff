// SPDX-License-Identifier: MIT
//
// How well it learns: loss and accuracy while training, accuracy on the test set at each epoch's end; as curves, as figures, and as a
// sentence for those who do not see the curves.

import { fixed, grouped, kUnknown, percent } from '../state/format';
import { bestByValidation } from '../state/run-state';
import { kSmoothing, smoothed } from '../state/smoothing';
import { classNames, curveView, data, noun, recipe, run, runFacts } from '../state/store';
import { Confusion } from './confusion';
import { Curve } from './curve';
import { LogScaleSwitch, SmoothingChoice } from './curve-tools';
import { Mistakes } from './mistakes';
import type { CurvePoint } from '../state/curve';
import type { Columns } from './curve';
import type { ComponentChildren } from 'preact';

/** Share of the run that counts as its beginning. */
const kBeginning = 0.06;

const smooth = (values: (number | null)[]) => smoothed(values, kSmoothing[curveView.value.smoothing]);
const holdsOut = (): boolean => (runFacts.value?.validationCount ?? 0) > 0;

function lossColumns(): Columns {
  const { points } = run.value.curve;
  return [points.map(({ step }) => step), smooth(points.map(({ loss }) => loss))];
}

/** Training, test and validation accuracy on one axis of steps; each has a gap where only the others were measured. */
function accuracyColumns(): Columns {
  const { curve, evaluations } = run.value;
  const tested = new Map(evaluations.map(({ step, accuracy }) => [step, accuracy]));
  const validated = new Map(evaluations.map(({ step, validation }) => [step, validation?.accuracy]));
  const trained = new Map(curve.points.map(({ step, accuracy }) => [step, accuracy]));
  const steps = [...new Set([...trained.keys(), ...tested.keys()])].sort((a, b) => a - b);
  const column = (of: ReadonlyMap<number, number | undefined>) => steps.map((step) => of.get(step) ?? null);
  return [steps, smooth(column(trained)), column(tested), ...(holdsOut() ? [column(validated)] : [])];
}

function lossSummary(): string {
  const { points } = run.value.curve;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return 'The loss curve is empty: nothing has been learned yet.';
  return `The training loss went from ${first.loss.toFixed(2)} to ${last.loss.toFixed(2)} over ${grouped(last.step)} steps.`;
}

function accuracySummary(): string {
  const { curve, evaluations } = run.value;
  const last = curve.points.at(-1);
  if (last === undefined) return 'The accuracy curve is empty: nothing has been learned yet.';
  const tests = evaluations.map(({ epoch, accuracy }) => `${percent(accuracy, 2)} after epoch ${epoch}`);
  const tested =
    tests.length === 0 ? 'It has not been tested yet.' : `On the test ${noun.value.many} it read ${tests.join(', ')}.`;
  return `The training accuracy is ${percent(last.accuracy, 1)} at step ${grouped(last.step)}. ${tested}`;
}

/** The curve without its steep beginning, which would flatten all the rest: the axes are made for this part. */
function settled(): readonly CurvePoint[] {
  const { points } = run.value.curve;
  return points.slice(Math.floor(points.length * kBeginning));
}

function lossRange(): [number, number] {
  const most = settled().reduce((max, { loss }) => Math.max(max, loss), 0);
  return [0, (most === 0 ? guessingLoss() : most) * 1.1];
}

/** Whole decades, as far as the settled curve goes. */
function logarithmicLossRange(): [number, number] {
  const losses = settled().map(({ loss }) => loss);
  const positive = losses.filter((loss) => loss > 0);
  if (positive.length === 0) return [0.1, 10];
  return [
    10 ** Math.floor(Math.log10(Math.min(...positive))),
    10 ** Math.ceil(Math.log10(Math.max(...positive) * 1.01)),
  ];
}

function accuracyRange(): [number, number] {
  const tested = run.value.evaluations.map(({ accuracy }) => accuracy);
  const least = settled().reduce((min, { accuracy }) => Math.min(min, accuracy), Math.min(1, ...tested));
  return [Math.max(0, Math.floor(20 * least - 0.5) / 20), 1];
}

/** Cross entropy of giving every class the same probability. */
const guessingLoss = (): number => Math.log(classNames.value.length);

const natsText = (): string => `Guessing blindly costs ${guessingLoss().toFixed(2)}; zero would be perfect.`;

const kLossTexts = {
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
  about,
  summary,
  headlines,
  tools,
  children,
}: {
  heading: string;
  about: string;
  summary: string;
  headlines: ComponentChildren;
  tools?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="panel result" aria-label={heading}>
      <div class="panel-head">
        <h2>{heading}</h2>
        <dl>{headlines}</dl>
      </div>
      {children}
      {tools !== undefined && <div class="curve-tools">{tools}</div>}
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
    `${testCount === undefined ? kUnknown : grouped(testCount)} ${many} it never learns from: that is the honest figure.`;
  const best = bestByValidation(run.value);
  if (best === null) return honest;
  return (
    `${honest} Chosen by the loss on those held out, epoch ${best.epoch} is the best so far: ` +
    `there it read ${percent(best.accuracy, 2)} of the test ${many}.`
  );
}

const kAccuracyLines = [
  { label: 'Training accuracy', color: '--train' },
  { label: 'Test accuracy', color: '--test', marks: true },
  { label: 'Validation accuracy', color: '--validation', marks: true },
] as const;

export function Results() {
  const { loss, accuracy, evaluations } = run.value;
  const { logarithmic } = curveView.value;
  const validates = holdsOut();
  const last = evaluations.at(-1);
  const lossType = recipe.value?.loss.type ?? 'crossEntropy';
  return (
    <div class="results">
      <Panel
        heading="Loss"
        tools={
          <>
            <SmoothingChoice />
            <LogScaleSwitch />
          </>
        }
        about={`How wrong it is, on average, on the images it is learning from. ${kLossTexts[lossType].about()}`}
        summary={lossSummary()}
        headlines={
          <Headline
            label="Training loss"
            testid="train-loss"
            value={fixed(loss, 4)}
            mark="mark-train"
            title={kLossTexts[lossType].title}
          />
        }
      >
        <Curve
          key={String(logarithmic)}
          label="Loss"
          lines={[{ label: 'Training loss', color: '--train' }]}
          range={logarithmic ? logarithmicLossRange : lossRange}
          logarithmic={logarithmic}
          format={(value, increment) => (logarithmic ? `${value}` : value.toFixed(increment < 0.1 ? 2 : 1))}
          exact={(value) => value.toFixed(4)}
          columns={lossColumns}
        />
      </Panel>
      <Panel
        heading="Accuracy"
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
        <Curve
          key={validates}
          label="Accuracy"
          lines={kAccuracyLines.slice(0, validates ? 3 : 2)}
          range={accuracyRange}
          format={(value, increment) => percent(value, Number.isInteger(Math.round(1e6 * increment) / 1e4) ? 0 : 1)}
          exact={(value) => percent(value, 2)}
          columns={accuracyColumns}
        />
      </Panel>
      <Confusion />
      <Mistakes />
    </div>
  );
}
