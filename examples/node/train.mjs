// SPDX-License-Identifier: MIT
// node train.mjs [FOLDER] [CHECKPOINT]: trains on the four gzipped IDX files of a folder (MNIST's), evaluates, saves a checkpoint, and
// resumes from that file as another program would.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadEngine } from 'tinycnn';

const [folder = 'web/dist/data/mnist', checkpoint = 'checkpoint.tinycnn'] = process.argv.slice(2);
const percent = (share) => `${(100 * share).toFixed(2)} %`;

const engine = await loadEngine();
const read = async (name) => gunzipSync(await readFile(join(folder, `${name}-ubyte.gz`)));
const readSplit = async (name) => ({
  ...engine.readIdxImages(await read(`${name}-images-idx3`)),
  ...engine.readIdxLabels(await read(`${name}-labels-idx1`)),
});

async function setData(session) {
  session.setData('train', await readSplit('train'));
  session.setData('test', await readSplit('t10k'));
}

async function train() {
  // The seed decides the initial weights and the order of the images: the same seed gives the same weights on every machine.
  const session = engine.createSession({ model: 'tinycnn', seed: 1, optimizer: { type: 'adam', learningRate: 1e-3 } });
  await setData(session);
  await session.fit({
    epochs: 2,
    onEpoch: ({ epoch, loss, test }) =>
      console.log(`epoch ${epoch}: training loss ${loss.toFixed(4)}, test accuracy ${percent(test.accuracy)}`),
  });
  await writeFile(checkpoint, session.save());
  session.dispose();
}

/** A checkpoint holds everything but the data; the next epoch gives the same weights as if training had never stopped. */
async function resume() {
  const session = engine.restoreSession(await readFile(checkpoint));
  await setData(session);
  console.log(`resumed at step ${session.step} with test accuracy ${percent(session.evaluate('test').accuracy)}`);
  const [{ epoch, test }] = await session.fit({ epochs: 1 });
  console.log(`epoch ${epoch}: test accuracy ${percent(test.accuracy)}`);
  session.dispose();
}

try {
  await train();
  await resume();
} catch (error) {
  console.error(`train.mjs: ${error.message}`);
  process.exitCode = 1;
} finally {
  engine.dispose();
}
