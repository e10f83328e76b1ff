// SPDX-License-Identifier: MIT
//
// Runs models in TensorFlow Lite's own interpreter (run_tflite.c), and reads which operators a model has.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTensorFlowLite, howToGetTensorFlowLite } from '../../tools/setup/runtimes.mjs';
import { llvmTool } from '../../tools/setup/system-packages.mjs';
import { findCommand } from '../../tools/support/processes.mjs';

const tensorFlowLite = findTensorFlowLite();
const compiler = ['gcc', llvmTool('clang')].find((name) => findCommand(name));

export const whyNoTensorFlowLite = !tensorFlowLite
  ? howToGetTensorFlowLite
  : !compiler && 'there is no gcc or clang here to compile tests/formats/run_tflite.c with';

function run(command, args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stderr}`);
}

/** A function that runs a model over `count` images, a typed array [count][height][width][channels], and returns the bytes of the scores.
 * `folder`: for its files. `kernels`: 'reference' or 'optimized', which the interpreter takes by itself. */
export function makeRunner(folder) {
  const source = fileURLToPath(new URL('./run_tflite.c', import.meta.url));
  const inFolder = (name) => join(folder, name);
  run(compiler, ['-std=gnu99', '-Wall', '-Wextra', '-Werror', '-O1', source, '-o', inFolder('run_tflite'), '-ldl']);
  return (model, images, count, kernels = 'optimized') => {
    writeFileSync(inFolder('model.tflite'), model);
    writeFileSync(inFolder('images'), new Uint8Array(images.buffer, images.byteOffset, images.byteLength));
    const [first, ...rest] = tensorFlowLite.command;
    const files = ['model.tflite', 'images', 'scores'].map(inFolder);
    run(first, [...rest, inFolder('run_tflite'), tensorFlowLite.sharedObject, ...files, String(count), kernels]);
    return new Uint8Array(readFileSync(inFolder('scores')));
  };
}

/** [N][C][H][W] to [N][H][W][C]. */
export function channelsLast(pixels, [channels, height, width]) {
  const area = height * width;
  const result = new pixels.constructor(pixels.length);
  for (let i = 0; i < pixels.length; ++i) {
    const image = Math.floor(i / (channels * area));
    const channel = Math.floor(i / area) % channels;
    result[(image * area + (i % area)) * channels + channel] = pixels[i];
  }
  return result;
}

const field = (view, table, number) => {
  const vtable = table - view.getInt32(table, true);
  const place = 4 + 2 * number < view.getUint16(vtable, true) ? view.getUint16(vtable + 4 + 2 * number, true) : 0;
  return place === 0 ? null : table + place;
};
const follow = (view, at) => at + view.getUint32(at, true);
const vector = (view, at) => {
  const start = follow(view, at);
  return Array.from({ length: view.getUint32(start, true) }, (_, i) => start + 4 + 4 * i);
};

/** The builtin codes of a model's operators, each once. Field numbers: TensorFlow Lite's schema. */
export function operatorsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  assert.equal(new TextDecoder().decode(bytes.subarray(4, 8)), 'TFL3');
  const codes = vector(view, field(view, follow(view, 0), 1)).map((at) => follow(view, at));
  return codes.map((table) => view.getInt32(field(view, table, 3), true));
}
