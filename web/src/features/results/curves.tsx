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
import type { Evaluation } from '../../shared/protocol';
import type { Columns, Line } from '../../ui/chart';

/** Share of the run that counts as its beginning. */
const beginning = 0.06;

const smooth = (values: (number | null)[]) => smoothed(values, smoothing[curveView.value.smoothing]);

type Measured = 'loss' | 'accuracy';

/** What was measured while training, then in evaluations, on one axis of steps; each has a gap where only the others were measured. */
function columnsOf(what: Measured): Columns {
  const { curve, evaluations } = run.value;
  const at = (of: (evaluation: Evaluation) => number | undefined) =>
    new Map(evaluations.map((evaluation) => [evaluation.step, of(evaluation)]));
  const trained = new Map(curve.points.map((point) => [point.step, point[what]]));
  const training = at((evaluation) => evaluation.training[what]);
  const steps = [...new Set([...trained.keys(), ...training.keys()])].sort((a, b) => a - b);
  const column = (of: ReadonlyMap<number, number | undefined>) => steps.map((step) => of.get(step) ?? null);
  return [
    steps,
    smooth(column(trained)),
    column(training),
    column(at((evaluation) => evaluation[what])),
    ...(holdsOut.value ? [column(at(({ validation }) => validation?.[what]))] : []),
  ];
}

const lossColumns = (): Columns => columnsOf('loss');
const accuracyColumns = (): Columns => columnsOf('accuracy');

/** The curve without its steep beginning, which would flatten all the rest: the axes are made for this part. */
function settled(): readonly CurvePoint[] {
  const { points } = run.value.curve;
  return points.slice(Math.floor(points.length * beginning));
}

function lossRange(): [number, number] {
  const max = settled().reduce((max, { loss }) => Math.max(max, loss), 0);
  return [0, (max === 0 ? guessingLoss.value : max) * 1.1];
}

/** Whole decades, with room for the beginning too: here it flattens nothing. */
function logarithmicLossRange(): [number, number] {
  const losses = [...run.value.curve.points, ...run.value.evaluations].map(({ loss }) => loss);
  const positive = losses.filter((loss) => loss > 0);
  if (positive.length === 0) return [0.1, 10];
  return [
    10 ** Math.floor(Math.log10(Math.min(...positive))),
    10 ** Math.ceil(Math.log10(Math.max(...positive) * 1.01)),
  ];
}

function accuracyRange(): [number, number] {
  const shown = [...settled(), ...run.value.evaluations].map(({ accuracy }) => accuracy);
  const min = shown.length === 0 ? 0 : Math.min(...shown);
  return [Math.max(0, Math.floor(20 * min - 0.5) / 20), 1];
}

const linesOf = (what: Measured): Line[] => [
  { label: `${what === 'loss' ? 'Loss' : 'Accuracy'} in the last steps`, color: '--train', light: true },
  { label: `Training ${what}`, color: '--train', marks: true },
  { label: `Test ${what}`, color: '--test', marks: true },
  ...(holdsOut.value ? [{ label: `Validation ${what}`, color: '--validation', marks: true }] : []),
];

export function LossCurve() {
  const { logarithmic } = curveView.value;
  return (
    <>
      <Curve
        key={`${logarithmic}/${holdsOut.value}`}
        label="Loss"
        lines={linesOf('loss')}
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
      key={validates}
      label="Accuracy"
      lines={linesOf('accuracy')}
      range={accuracyRange}
      format={(value, increment) => percent(value, Number.isInteger(Math.round(1e6 * increment) / 1e4) ? 0 : 1)}
      exact={(value) => percent(value, 2)}
      columns={accuracyColumns}
    />
  );
}
