// SPDX-License-Identifier: MIT
// tinycnn bench: how fast this machine trains and predicts.
import { requireKnown } from './arguments.mjs';
import { withEngine } from './models.mjs';
import { grouped, table } from './terminal.mjs';

const images = 4096;
const stepsAtOnce = 8;
const defaultSeconds = 3;

/** Images a second, over `seconds` after a warm-up of a fifth of it. */
function trainingSpeed(session, seconds) {
  const run = (duration) => {
    const start = performance.now();
    let steps = 0;
    let elapsed = 0;
    for (; elapsed < duration; elapsed = (performance.now() - start) / 1000) {
      session.trainSteps(stepsAtOnce);
      steps += stepsAtOnce;
    }
    return (steps * session.batchSize) / elapsed;
  };
  run(seconds / 5);
  return run(seconds);
}

async function measure(id, threads, seconds, output) {
  return withEngine({ threads }, async (engine) => {
    requireKnown(
      'network',
      id,
      engine.zoo.map((entry) => entry.id),
      ['tinycnn zoo lists them.'],
    );
    const session = engine.createSession({ model: id, seed: 1, batchSize: 64 });
    session.setData('train', engine.generateDigits({ seed: 1, count: images }));
    output.progress(`Training with ${engine.info.threads} thread${engine.info.threads === 1 ? '' : 's'}`, 0.5);
    const imagesPerSecond = trainingSpeed(session, seconds);
    const { engine: microseconds } = session.measurePrediction(Math.min(1, seconds / 3));
    output.clear();
    const { info } = engine;
    return {
      model: id,
      threads: info.threads,
      variant: info.variant,
      imagesPerSecond,
      predictionMicroseconds: microseconds,
    };
  });
}

export async function run({ values, output }) {
  const { model = 'tinycnn', seconds = defaultSeconds, threads } = values;
  const wanted = threads === undefined ? [1, undefined] : [threads];
  const rows = [];
  for (const each of wanted) {
    const result = await measure(model, each, seconds, output);
    if (rows.some((row) => row[0] === String(result.threads))) continue;
    output.emit(result);
    const { imagesPerSecond, predictionMicroseconds, variant } = result;
    rows.push([String(result.threads), variant, grouped(imagesPerSecond), predictionMicroseconds.toFixed(1)]);
  }
  output.say(`${model}, mini-batches of 64 synthetic digits`);
  output.say(table([['threads', 'build', 'images/s in training', 'µs a prediction'], ...rows], [0, 2, 3]));
}
