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

/** A new network with its data; `seed` decides the initial weights and the order of the images. */
async function createSession() {
  const session = engine.createSession({ model: 'tinycnn', seed: 1, optimizer: { type: 'adam', learningRate: 1e-3 } });
  session.setData('train', await readSplit('train'));
  session.setData('test', await readSplit('t10k'));
  return session;
}

try {
  // Train and evaluate.
  const session = await createSession();
  await session.fit({
    epochs: 2,
    onEpoch: ({ epoch, loss, test, imagesPerSecond }) =>
      console.log(
        `epoch ${epoch}: training loss ${loss.toFixed(4)}, test accuracy ${percent(test.accuracy)}, ${Math.round(imagesPerSecond)} images/s`,
      ),
  });

  // Save: weights, optimizer state and step in one array of bytes.
  await writeFile(checkpoint, session.save());
  session.dispose();

  // Resume: the next epoch gives the same weights as if training had never stopped.
  const resumed = await createSession();
  resumed.load(await readFile(checkpoint));
  console.log(`resumed at step ${resumed.step} with test accuracy ${percent(resumed.evaluate('test').accuracy)}`);
  await resumed.fit({ epochs: 1 });
  console.log(`epoch 3: test accuracy ${percent(resumed.evaluate('test').accuracy)}`);
  resumed.dispose();
} catch (error) {
  console.error(`train.mjs: ${error.message}`);
  process.exitCode = 1;
}
