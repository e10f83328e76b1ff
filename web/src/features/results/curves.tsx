// SPDX-License-Identifier: MIT
//
// Loss and accuracy as curves, with what is drawn how.

import { percent } from '../../shared/format';
import { smoothing, smoothed } from '../../state/smoothing';
import { curveView, guessingLoss, holdsOut, run } from '../../state/store';
import { Curve } from '../../ui/chart';
import { Info } from './info';
import { LogScaleSwitch, SmoothingChoice } from './curve-tools';
import './curves.css';
import type { CurvePoint } from '../../state/curve';
import type { Columns, Line } from '../../ui/chart';

/** Share of the run that counts as its beginning. */
const beginning = 0.06;

const smooth = (values: (number | null)[]) => smoothed(values, smoothing[curveView.value.smoothing]);

type Measured = 'loss' | 'accuracy';

/** The run from its very first step: single ones until the first mean of many. */
function trained(): readonly CurvePoint[] {
  const { curve, story } = run.value;
  const first = curve.points[0]?.step ?? Infinity;
  return [...story.points.filter(({ step }) => step < first), ...curve.points];
}

/** On test images: the tests of all of them, and the quick looks at a sample in between. */
function tested(): readonly CurvePoint[] {
  const { evaluations, probes } = run.value;
  const at = new Map<number, CurvePoint>([...probes, ...evaluations].map((each) => [each.step, each]));
  return [...at.values()].sort((a, b) => a.step - b.step);
}

/** Columns over one axis of steps; each has a gap where only the others were measured. */
function columnsOf(...lines: ReadonlyMap<number, number | undefined>[]): Columns {
  const steps = [...new Set(lines.flatMap((line) => [...line.keys()]))].sort((a, b) => a - b);
  return [steps, ...lines.map((line) => steps.map((step) => line.get(step) ?? null))];
}

const byStep = (points: readonly CurvePoint[], of: Measured) => new Map(points.map((point) => [point.step, point[of]]));

/** Smoothed, in its own steps. */
const smoothedByStep = (points: readonly CurvePoint[], of: Measured) => {
  const values = smooth(points.map((point) => point[of]));
  return new Map(points.map(({ step }, i) => [step, values[i] ?? undefined]));
};

/** Of the evaluations alone: of the training images, or of those held out. */
const evaluated = (of: 'training' | 'validation', what: Measured) =>
  new Map(run.value.evaluations.map((evaluation) => [evaluation.step, evaluation[of]?.[what]]));

const columnsFor = (what: Measured): Columns =>
  columnsOf(
    smoothedByStep(trained(), what),
    evaluated('training', what),
    byStep(tested(), what),
    ...(holdsOut.value ? [evaluated('validation', what)] : []),
  );

const lossColumns = (): Columns => columnsFor('loss');
const accuracyColumns = (): Columns => columnsFor('accuracy');

function epochEnds(): readonly number[] {
  const { facts, step } = run.value;
  const perEpoch = facts?.stepsPerEpoch ?? 0;
  return perEpoch === 0 ? [] : Array.from({ length: Math.floor(step / perEpoch) }, (_, i) => (i + 1) * perEpoch);
}

/** The curve without its steep beginning, which would flatten all the rest. */
function settled(): readonly CurvePoint[] {
  const { points } = run.value.curve;
  return points.slice(Math.floor(points.length * beginning));
}

/** From its first value down to zero. */
function lossRange(): [number, number] {
  const max = [...trained(), ...tested()].reduce((max, { loss }) => Math.max(max, loss), guessingLoss.value);
  return [0, max * 1.05];
}

/** Whole decades, with room for the beginning too: here it flattens nothing. */
function logarithmicLossRange(): [number, number] {
  const losses = [...trained(), ...tested()].map(({ loss }) => loss);
  const positive = losses.filter((loss) => loss > 0);
  if (positive.length === 0) return [0.1, 10];
  return [
    10 ** Math.floor(Math.log10(Math.min(...positive))),
    10 ** Math.ceil(Math.log10(Math.max(...positive) * 1.01)),
  ];
}

/** All of it; with the logarithmic loss, which looks at small differences too, what the last part of the run needs. */
function accuracyRange(): [number, number] {
  if (!curveView.value.logarithmic) return [0, 1];
  const shown = [...settled(), ...run.value.evaluations].map(({ accuracy }) => accuracy);
  const min = shown.length === 0 ? 0 : Math.min(...shown);
  return [Math.max(0, Math.floor(20 * min - 0.5) / 20), 1];
}

const linesOf = (): Line[] => [
  { label: 'Last steps', color: '--train', light: true },
  { label: 'Training', color: '--train', marks: true },
  { label: 'Test', color: '--test' },
  ...(holdsOut.value ? [{ label: 'Validation', color: '--validation', marks: true }] : []),
];

export function LossCurve() {
  const { logarithmic } = curveView.value;
  return (
    <>
      <Curve
        key={`${logarithmic}/${holdsOut.value}`}
        label="Loss"
        lines={linesOf()}
        axisTitle="loss"
        epochs={epochEnds}
        range={logarithmic ? logarithmicLossRange : lossRange}
        logarithmic={logarithmic}
        format={(value, increment) => (logarithmic ? `${value}` : value.toFixed(increment < 0.1 ? 2 : 1))}
        exact={(value) => value.toFixed(4)}
        columns={lossColumns}
      />
      <div class="curve-tools">
        <SmoothingChoice />
        <LogScaleSwitch />
        <Info about="how the curves are drawn" topic="curves" />
      </div>
    </>
  );
}

export function AccuracyCurve() {
  const validates = holdsOut.value;
  return (
    <Curve
      key={`${validates}`}
      label="Accuracy"
      lines={linesOf()}
      axisTitle="accuracy"
      epochs={epochEnds}
      range={accuracyRange}
      format={(value, increment) => percent(value, Number.isInteger(Math.round(1e6 * increment) / 1e4) ? 0 : 1)}
      exact={(value) => percent(value, 2)}
      columns={accuracyColumns}
    />
  );
}
