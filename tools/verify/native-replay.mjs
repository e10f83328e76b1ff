// SPDX-License-Identifier: MIT
// A run that is repeated by the native library: from a checkpoint of its first step, on the same images, by the same changes on the way.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toIdxPair } from '../../tests/support/synthetic-digits.mjs';
import { inRoot } from '../support/paths.mjs';
import { lastLines, run } from '../support/processes.mjs';

/** Stands in for a session: notes what is done with it, as arguments of tests/support/replay_run.cpp. */
export class RunScript {
  step = 0;
  words = [];

  constructor(stepsPerEpoch) {
    this.stepsPerEpoch = stepsPerEpoch;
  }

  setLearningRate(rate) {
    this.words.push('learning-rate', rate);
  }

  setSchedule({ totalSteps }) {
    if (totalSteps !== undefined) this.words.push('total-steps', totalSteps);
  }

  trainSteps(count) {
    this.step += count;
    if (this.words.at(-2) === 'train') this.words[this.words.length - 1] += count;
    else this.words.push('train', count);
    return {};
  }
}

/** The hash of the weights at the end; null where training diverges. `data`: { images, labels, height, width }. */
export async function replayNatively({ checkpoint, data, script, threads }) {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-replay-'));
  try {
    const { images, labels } = toIdxPair(data);
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), images);
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), labels);
    writeFileSync(join(folder, 'checkpoint'), checkpoint);
    const program = inRoot('build', 'native-release', 'tests', 'replay_run');
    const { code, output } = await run(
      program,
      [folder, join(folder, 'checkpoint'), threads, ...script.words].map(String),
    );
    if (code === 0) return output.trim();
    if (/it diverged at step/.test(output)) return null;
    throw new Error(lastLines(output).join('\n'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
