// SPDX-License-Identifier: MIT
//
// The curves of the chosen runs over each other, on the same axes. Those of the present run go on as it trains.

import { testedPoints, trainedPoints } from '../../state/comparison';
import { byStep, columnsOf, decadesOf, lossRangeOf, smoothedByStep } from '../../state/curve-columns';
import { grouped, percent } from '../../shared/format';
import { smoothing } from '../../state/smoothing';
import { curveView, guessingLoss, run, viewCurves } from '../../state/store';
import { Curve } from '../../ui/chart';
import { overlaid } from './state';
import type { CurvePoint } from '../../state/curve';
import type { Measured } from '../../state/curve-columns';
import type { Line } from '../../ui/chart';
import type { Overlaid } from './state';

interface Points {
  trained: readonly CurvePoint[];
  tested: readonly CurvePoint[];
}

function pointsOf({ row }: Overlaid): Points {
  const known = row.place === 'here' ? run.value : row.listed.run.known;
  return { trained: trainedPoints(known), tested: testedPoints(known) };
}

const linesOf = (drawn: readonly Overlaid[]): Line[] =>
  drawn.flatMap(({ letter, color }) => [
    { label: `${letter}, steps`, color, light: true },
    { label: `${letter}, test`, color },
  ]);

/** Of those that the chart was made for; what is gone since then is drawn as nothing. */
function columnsFor(drawn: readonly Overlaid[], what: Measured) {
  const keep = smoothing[curveView.value.smoothing];
  const now = new Map(overlaid.value.map((each) => [each.row.id, each]));
  return columnsOf(
    ...drawn.flatMap(({ row }) => {
      const present = now.get(row.id);
      if (present === undefined) return [new Map(), new Map()];
      const { trained, tested } = pointsOf(present);
      return [smoothedByStep(trained, what, keep), byStep(tested, what)];
    }),
  );
}

const losses = (): number[] =>
  overlaid.value.flatMap((each) => {
    const { trained, tested } = pointsOf(each);
    return [...trained, ...tested].map(({ loss }) => loss);
  });

/** Share of a run that counts as its beginning, which would flatten all the rest. */
const beginning = 0.1;

function accuracyRange(): [number, number] {
  if (!curveView.value.logarithmic) return [0, 1];
  const settled = overlaid.value.flatMap((each) => {
    const { trained, tested } = pointsOf(each);
    return [...trained.slice(Math.floor(trained.length * beginning)), ...tested.slice(-3)].map(
      ({ accuracy }) => accuracy,
    );
  });
  return [Math.max(0, Math.floor(20 * Math.min(1, ...settled) - 0.5) / 20), 1];
}

const noEpochs = (): readonly number[] => [];

function Charts({ drawn }: { drawn: readonly Overlaid[] }) {
  const { logarithmic } = curveView.value;
  const lines = linesOf(drawn);
  return (
    <div class="run-charts">
      <Curve
        label="Loss of the chosen runs"
        lines={lines}
        axisTitle="loss"
        epochs={noEpochs}
        range={() => (logarithmic ? decadesOf(losses()) : lossRangeOf(losses(), guessingLoss.value))}
        logarithmic={logarithmic}
        format={(value, increment) => (logarithmic ? `${value}` : value.toFixed(increment < 0.1 ? 2 : 1))}
        exact={(value) => value.toFixed(4)}
        columns={() => columnsFor(drawn, 'loss')}
      />
      <Curve
        label="Accuracy of the chosen runs"
        lines={lines}
        axisTitle="accuracy"
        epochs={noEpochs}
        range={accuracyRange}
        format={(value, increment) => percent(value, Number.isInteger(Math.round(1e6 * increment) / 1e4) ? 0 : 1)}
        exact={(value) => percent(value, 2)}
        columns={() => columnsFor(drawn, 'accuracy')}
      />
    </div>
  );
}

export function Overlay() {
  const drawn = overlaid.value;
  const { logarithmic } = curveView.value;
  return (
    <section class="runs-part" aria-labelledby="overlay-heading">
      <div class="panel-head">
        <h3 id="overlay-heading">Curves of the chosen runs</h3>
        {drawn.length > 0 && (
          <button
            type="button"
            class="button small"
            aria-pressed={logarithmic}
            title="Powers of ten are equally far apart, so that small differences are visible"
            onClick={() => {
              viewCurves({ logarithmic: !logarithmic });
            }}
          >
            Log scale
          </button>
        )}
      </div>
      {drawn.length === 0 ? (
        <p class="quiet">Tick runs in the table to draw their curves over each other.</p>
      ) : (
        <>
          <ul class="run-legend" data-testid="run-legend">
            {drawn.map(({ row, letter, color }) => (
              <li key={row.id}>
                <span class="run-letter" style={{ color: `var(${color})` }}>
                  {letter}
                </span>{' '}
                {row.name}, step {grouped(row.step)}
              </li>
            ))}
          </ul>
          <Charts key={`${logarithmic} ${drawn.map(({ row, letter }) => `${letter}${row.id}`).join()}`} drawn={drawn} />
        </>
      )}
    </section>
  );
}
