// SPDX-License-Identifier: MIT
// first-run.mjs FOLDER THREADS PROFILE: does with the package in FOLDER, whose module counts calls, what the page does on a first visit, and
// writes which functions that called.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, threads, profile] = process.argv.slice(2);
/** Neither a multiple of a mini-batch nor of a block. */
const images = 1003;
const steps = 40;
const strokes = [
  [
    [0.2, 0.2, 0.5],
    [0.8, 0.2],
    [0.4, 0.9, 1],
  ],
  [[0.5, 0.5]],
];

const { instantiate } = WebAssembly;
/** @type {any} */
let exported = null;
/** @type {WebAssembly.Memory | null} */
let memory = null;
/** @type {any} */ (WebAssembly).instantiate = async (source, imports) => {
  /** @type {any} */
  const result = await instantiate(source, imports);
  const instance = result.instance ?? result;
  if ('__write_profile' in instance.exports) {
    exported = instance.exports;
    memory = exported.memory ?? imports.env.memory; // threads are given theirs
  }
  return result;
};

/** Everything that is shown of a network without opening a part of it. */
function show(session, pixels) {
  session.allActivations(pixels);
  session.predict(pixels);
  session.parameters({ averaged: true });
  session.save();
}

function train(engine, recipe, data) {
  const session = engine.createSession({ ...recipe, model: engine.zoo[0].id, seed: 7, classNames: [...'0123456789'] });
  const pixels = data.images.subarray(0, data.height * data.width);
  show(session, pixels);
  session.setData('train', data);
  session.setData('test', data);
  while (session.trainSlice(1) === undefined);
  for (let step = 0; step < steps; ++step) session.trainSteps(1 + (step % 2));
  for (const count of [1, 'auto']) {
    engine.setActiveThreads(count);
    session.trainSteps(1);
  }
  session.evaluateRange('test', 0, images);
  show(session, pixels);
  session.dispose();
}

const { loadEngine } = await import(pathToFileURL(join(folder, 'index.js')).href);
const engine = await loadEngine({ threads: Number(threads) });
engine.renderStrokes(strokes);
train(engine, engine.zoo[0].bestRecipe, engine.generateDigits({ seed: 3, count: images }));

const { malloc, __write_profile: write } = exported;
const length = write(0, 0);
const at = malloc(length);
write(at, length);
writeFileSync(profile, Uint8Array.from(new Uint8Array(memory.buffer, at, length)));
process.exit(); // the engine's threads never end
