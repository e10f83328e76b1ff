// SPDX-License-Identifier: MIT
//
// What was measured, a panel for each network: its speed here as bars beside the reference figures, and one prediction.

import { grouped, percent } from '../../shared/format';
import { bench } from '../../state/bench';
import { referenceLines, referencePrediction } from './reference';
import { threadCounts } from '../../state/bench';
import type { StepsResult, Subject } from '../../shared/bench-protocol';

interface Line {
  name: string;
  imagesPerSecond: number;
  shareOfPeak: number | null;
  here: boolean;
}

const hereLine = ({ threads, imagesPerSecond, shareOfPeak }: StepsResult): Line => ({
  name: `Here, ${threads} thread${threads > 1 ? 's' : ''}`,
  imagesPerSecond,
  shareOfPeak,
  here: true,
});

function SpeedRow({ line, max }: { line: Line; max: number }) {
  const { name, imagesPerSecond, shareOfPeak, here } = line;
  return (
    <tr class={here ? 'here' : ''}>
      <th scope="row">{name}</th>
      <td class="bar-cell" aria-hidden="true">
        <span class="track">
          <span class="fill" style={{ transform: `scaleX(${(imagesPerSecond / max).toFixed(4)})` }} />
        </span>
      </td>
      <td>{grouped(Math.round(imagesPerSecond))}</td>
      <td>{shareOfPeak === null ? '' : percent(shareOfPeak, 0)}</td>
    </tr>
  );
}

const microseconds = (value: number): string => `${value.toFixed(1)} µs`;

function Prediction({ model }: { model: string }) {
  const found = bench.value.predictions.find((each) => each.model === model);
  if (found === undefined) return null;
  const reference = referencePrediction(model);
  return (
    <p data-testid={`prediction-${model}`}>
      One prediction takes {microseconds(found.engine)} in the engine, {microseconds(found.package)} with the call from
      JavaScript
      {reference !== undefined &&
        ` (reference: ${microseconds(reference.engine)} and ${microseconds(reference.package)})`}
      .
    </p>
  );
}

function Network({ subject, steps }: { subject: Subject; steps: readonly StepsResult[] }) {
  const { id, title, batchSize } = subject;
  const reference = referenceLines(id, batchSize, threadCounts(bench.value));
  const lines = [...steps.map(hereLine), ...reference.map((line) => ({ ...line, here: false }))];
  const max = Math.max(...lines.map(({ imagesPerSecond }) => imagesPerSecond));
  const last = steps.at(-1)!;
  return (
    <section class="panel bench-result" aria-labelledby={`result-${id}`} data-testid={`result-${id}`}>
      <h2 id={`result-${id}`}>
        {title} <span class="quiet">batch {grouped(batchSize)}</span>
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Where</th>
            <td aria-hidden="true" />
            <th scope="col">Images/s</th>
            <th scope="col">Of peak</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <SpeedRow key={line.name} line={line} max={max} />
          ))}
        </tbody>
      </table>
      <div class="quiet">
        <p>
          {last.gflops.toFixed(1)} of {last.peakGflops.toFixed(1)} GFLOP/s with {last.threads} thread
          {last.threads > 1 ? 's' : ''}.
        </p>
        <Prediction model={id} />
      </div>
    </section>
  );
}

export function Results() {
  const { subjects, steps } = bench.value;
  const measured = subjects.filter(({ id }) => steps.some(({ model }) => model === id));
  if (measured.length === 0) return null;
  return (
    <div class="bench-results">
      {measured.map((subject) => (
        <Network key={subject.id} subject={subject} steps={steps.filter(({ model }) => model === subject.id)} />
      ))}
    </div>
  );
}
