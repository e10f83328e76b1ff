// SPDX-License-Identifier: MIT
//
// Loss and accuracy as curves, with what is drawn how.

import { percent } from '../../shared/format';
import { byStep, columnsOf, decadesOf, lossRangeOf, smoothedByStep } from '../../state/curve-columns';
import { smoothing } from '../../state/smoothing';
import { curveView, guessingLoss, holdsOut, run } from '../../state/store';
import { Curve } from '../../ui/chart';
import { Compare } from './compare';
import { testedPoints, trainedPoints } from '../../state/comparison';
import { ghostRun } from '../../state/ghost';
import { lookedAt } from '../../state/past';
import { Info } from './info';
import { LogScaleSwitch, SmoothingChoice } from './curve-tools';
import './curves.css';
import type { CurvePoint } from '../../state/curve';
import type { Measured } from '../../state/curve-columns';
import type { Columns, Line } from '../../ui/chart';

/** Share of the run that counts as its beginning. */
const beginning = 0.06;

/** Smoothed as the visitor wants it. */
const shownSteps = (points: readonly CurvePoint[], of: Measured) =>
  smoothedByStep(points, of, smoothing[curveView.value.smoothing]);

const trained = (): readonly CurvePoint[] => trainedPoints(run.value);
const tested = (): readonly CurvePoint[] => testedPoints(run.value);

/** Of this run and of the kept one: the axes have room for both. */
const bothLosses = (): number[] => {
  const { trained: before = [], tested: after = [] } = ghostRun.value ?? {};
  return [...trained(), ...tested(), ...before, ...after].map(({ loss }) => loss);
};

/** Of the evaluations alone: of the training images, or of those held out. */
const evaluated = (of: 'training' | 'validation', what: Measured) =>
  new Map(run.value.evaluations.map((evaluation) => [evaluation.step, evaluation[of]?.[what]]));

/** What there are curves of. A chart has the same curves from its beginning to its end: what is gone by then is drawn as nothing. */
interface Shown {
  validates: boolean;
  hasGhost: boolean;
}

const shownNow = (): Shown => ({ validates: holdsOut.value, hasGhost: ghostRun.value !== null });

function columnsFor(what: Measured, { validates, hasGhost }: Shown): Columns {
  const { trained: before = [], tested: testedBefore = [] } = ghostRun.value ?? {};
  return columnsOf(
    shownSteps(trained(), what),
    evaluated('training', what),
    byStep(tested(), what),
    ...(validates ? [evaluated('validation', what)] : []),
    ...(hasGhost ? [shownSteps(before, what), byStep(testedBefore, what)] : []),
  );
}

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

/** With room for the beginning. */
const lossRange = (): [number, number] => lossRangeOf(bothLosses(), guessingLoss.value);

/** With room for the beginning too: here it flattens nothing. */
const logarithmicLossRange = (): [number, number] => decadesOf(bothLosses());

/** All of it; with the logarithmic loss, which looks at small differences too, what the last part of the run needs. */
function accuracyRange(): [number, number] {
  if (!curveView.value.logarithmic) return [0, 1];
  const shown = [...settled(), ...run.value.evaluations, ...(ghostRun.value?.tested.slice(-3) ?? [])].map(
    ({ accuracy }) => accuracy,
  );
  const min = shown.length === 0 ? 0 : Math.min(...shown);
  return [Math.max(0, Math.floor(20 * min - 0.5) / 20), 1];
}

const linesOf = ({ validates, hasGhost }: Shown): Line[] => [
  { label: 'Last steps', color: '--train', light: true },
  { label: 'Training', color: '--train', marks: true },
  { label: 'Test', color: '--test' },
  ...(validates ? [{ label: 'Validation', color: '--validation', marks: true }] : []),
  ...(hasGhost
    ? [
        { label: 'Kept: steps', color: '--train', light: true, dashed: true },
        { label: 'Kept: test', color: '--test', light: true, dashed: true },
      ]
    : []),
];

const keyOf = ({ validates, hasGhost }: Shown): string => `${validates}/${hasGhost}`;

export function LossCurve() {
  const { logarithmic } = curveView.value;
  const shown = shownNow();
  return (
    <>
      <Curve
        key={`${logarithmic}/${keyOf(shown)}`}
        label="Loss"
        lines={linesOf(shown)}
        axisTitle="loss"
        epochs={epochEnds}
        range={logarithmic ? logarithmicLossRange : lossRange}
        logarithmic={logarithmic}
        format={(value, increment) => (logarithmic ? `${value}` : value.toFixed(increment < 0.1 ? 2 : 1))}
        exact={(value) => value.toFixed(4)}
        columns={() => columnsFor('loss', shown)}
        at={() => lookedAt.value}
      />
      <div class="curve-tools">
        <SmoothingChoice />
        <LogScaleSwitch />
        <Compare />
        <Info about="how the curves are drawn" topic="curves" />
      </div>
    </>
  );
}

export function AccuracyCurve() {
  const shown = shownNow();
  return (
    <Curve
      key={keyOf(shown)}
      label="Accuracy"
      lines={linesOf(shown)}
      axisTitle="accuracy"
      epochs={epochEnds}
      range={accuracyRange}
      format={(value, increment) => percent(value, Number.isInteger(Math.round(1e6 * increment) / 1e4) ? 0 : 1)}
      exact={(value) => percent(value, 2)}
      columns={() => columnsFor('accuracy', shown)}
      at={() => lookedAt.value}
    />
  );
}
