// SPDX-License-Identifier: MIT
//
// One turn of the benchmark: trains for a while between two looks at the peak, so that a clock that drifts moves both.

import { trainingMacs } from 'tinycnn';
import type { Engine, LabelledImages, Recipe, Session, ZooEntry } from 'tinycnn';
import type { BenchPlan, StepsResult } from '../../shared/bench-protocol';

const turnCount = 3;
const turnSeconds = 0.3;
const warmUpSeconds = 0.2;
const peakSeconds = 0.03;
const callMilliseconds = 20;

/** As published, this one diverges, which ends training. */
const diverging = 'wide-593k';

export const recipeOf = ({ id, recipe, bestRecipe }: ZooEntry): Recipe => (id === diverging ? bestRecipe : recipe);

function createSession(engine: Engine, entry: ZooEntry, data: LabelledImages): Session {
  const { batchSize, optimizer, schedule, loss, emaDecay, normalize, augment } = recipeOf(entry);
  const session = engine.createSession({
    model: entry.id,
    batchSize,
    optimizer,
    schedule,
    loss,
    emaDecay,
    normalize,
    ...(augment === undefined ? {} : { augment }),
  });
  session.setData('train', data);
  return session;
}

/** Images a second over at least `seconds`, from this step on. */
function train(session: Session, images: number, seconds: number, fromStep = 0): number {
  const imagesUntil = (step: number): number =>
    Math.floor(step / session.stepsPerEpoch) * images + (step % session.stepsPerEpoch) * session.batchSize;
  session.rewind();
  if (fromStep > 0) session.trainSteps(fromStep);
  const start = performance.now();
  let steps = 1;
  let elapsed = 0;
  while (elapsed < 1000 * seconds) {
    session.trainSteps(steps);
    const now = performance.now() - start;
    if (now - elapsed < callMilliseconds) steps *= 2;
    elapsed = now;
  }
  return (1000 * (imagesUntil(session.step) - imagesUntil(fromStep))) / elapsed;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Training of one network on one engine; `pause` is awaited between turns. */
export async function measureSteps(
  engine: Engine,
  entry: ZooEntry,
  data: LabelledImages,
  pause: () => Promise<void>,
  { seconds, fromStep }: Pick<BenchPlan, 'seconds' | 'fromStep'>,
): Promise<StepsResult> {
  const session = createSession(engine, entry, data);
  try {
    const operations = 2 * trainingMacs(session.summary);
    const count = data.labels.length;
    train(session, count, warmUpSeconds);
    engine.measurePeak(peakSeconds);
    const turns = [];
    for (let turn = 0; turn < (seconds === undefined ? turnCount : 1); ++turn) {
      await pause();
      const before = engine.measurePeak(peakSeconds);
      const imagesPerSecond = train(session, count, seconds ?? turnSeconds, fromStep);
      const peak = (before + engine.measurePeak(peakSeconds)) / 2;
      turns.push({ imagesPerSecond, peak, share: (operations * imagesPerSecond) / peak });
    }
    const imagesPerSecond = median(turns.map((turn) => turn.imagesPerSecond));
    return {
      model: entry.id,
      threads: engine.info.threads,
      imagesPerSecond,
      gflops: (operations * imagesPerSecond) / 1e9,
      peakGflops: median(turns.map(({ peak }) => peak)) / 1e9,
      shareOfPeak: median(turns.map(({ share }) => share)),
    };
  } finally {
    session.dispose();
  }
}
