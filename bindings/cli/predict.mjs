// SPDX-License-Identifier: MIT
// tinycnn predict: the most probable classes of images.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ImageFitter } from '../../web/src/worker/data/files/fit-images';
import { decodeImage } from './data/decode-image.mjs';
import { Failure, inWords } from './errors.mjs';
import { readBytes } from './files.mjs';
import { openModel, requireReadable, withEngine } from './models.mjs';
import { percent, table } from './terminal.mjs';

const imageSize = 28 * 28;
const byNumbersToo = new Intl.Collator('en', { numeric: true });

function pngsIn(path) {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${inWords(error)}`);
  }
  const found = readdirSync(path, { recursive: true })
    .map(String)
    .filter((name) => /\.png$/i.test(name))
    .sort(byNumbersToo.compare)
    .map((name) => join(path, name));
  if (found.length === 0) throw new Failure(`${path} holds no PNG image.`);
  return found;
}

async function decoded(path) {
  try {
    return await decodeImage(readBytes(path));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${path} cannot be used: ${error.message}`);
  }
}

/** Whether the images were dark on light: the fitter says what it did in a note. */
const wereInverted = (notes) => notes.some((note) => note.includes('inverted'));

async function readImages(engine, paths, prepares, output) {
  const images = [];
  for (const [i, path] of paths.entries()) {
    images.push(await decoded(path));
    output.progress('Decoding', (i + 1) / paths.length);
  }
  output.clear();
  const fitter = new ImageFitter();
  for (const { grey, height, width } of images) fitter.add(grey, height, width);
  const { images: fitted, notes } = fitter.finish();
  if (!prepares) return images.map((_, i) => fitted.subarray(i * imageSize, (i + 1) * imageSize));
  const ink = (grey) => (wereInverted(notes) ? grey.map((value) => 255 - value) : grey);
  return images.map(({ grey, height, width }) => engine.prepareDigit(ink(grey), height, width).pixels);
}

export async function run({ values, positionals: [path, ...names], output }) {
  const paths = names.flatMap(pngsIn);
  return withEngine(values, async (engine) => {
    const { session } = await openModel(engine, path);
    requireReadable(session, path);
    const images = await readImages(engine, paths, values.prepare, output);
    const predictions = session.predictBatch(images);
    const rows = predictions.map((probabilities, i) => {
      const ranked = session.classNames
        .map((name, label) => ({ class: name, probability: probabilities[label] }))
        .sort((a, b) => b.probability - a.probability)
        .slice(0, values.top ?? 3);
      output.emit({ image: paths[i], predictions: ranked });
      return [paths[i], ...ranked.map((each) => `${each.class} ${percent(each.probability, 1)}`)];
    });
    output.say(table(rows));
  });
}
