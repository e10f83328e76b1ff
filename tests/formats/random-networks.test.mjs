// SPDX-License-Identifier: MIT
//
// Random networks of all layer types give the engine's logits as ONNX in onnxruntime, in TensorFlow Lite's interpreter and compiled as C.
// Each runtime that is not there is skipped by name.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { howToGetRuntimes, loadOnnxRuntime } from '../../tools/setup/runtimes.mjs';
import { findCommand } from '../../tools/support/processes.mjs';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { openNetwork, runNetwork } from './networks.mjs';
import { randomSpecs } from './random-specs.mjs';
import { channelsLast, makeRunner, whyNoTensorFlowLite } from './tflite-runner.mjs';

const kNetworks = 60;
const kCompiled = 20; // of them, since each takes a compiler half a second
const kImages = 6;
const kTypes = 20;
const kTolerance = 1e-4;

const engine = await loadEngine({ threads: 1 });
const runtime = await loadOnnxRuntime();
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-random-'));
after(() => rmSync(folder, { recursive: true }));
const specs = randomSpecs(engine, { count: kNetworks });

/** Runs `use` with a session of each spec, its images and logits; `scoresOf` gives what another program makes of the images. */
async function compare(some, scoresOf) {
  for (const spec of some) {
    const session = openNetwork(engine, { spec, recipe: {} });
    const { images, logits } = runNetwork(session, kImages);
    const scores = await scoresOf(session, images);
    assertWithinRelative(scores, logits, kTolerance, `${spec.name}: ${JSON.stringify(spec)}`);
    session.dispose();
  }
}

test('every layer type is among them', () => {
  const types = new Set(specs.flatMap(({ layers }) => layers.map(({ type }) => type)));
  types.add('dropout2d'); // as dropout in every format
  assert.equal(types.size, kTypes);
});

for (const foldBatchNorm of [false, true]) {
  const what = foldBatchNorm ? 'ONNX with batch norm folded' : 'ONNX';
  test(`${what}: the same logits in onnxruntime`, { skip: runtime ? false : howToGetRuntimes }, async () => {
    await compare(specs, async (session, images) => {
      const network = await runtime.InferenceSession.create(
        await session.exportModel({ format: 'onnx', foldBatchNorm }),
      );
      const input = new runtime.Tensor('float32', Float32Array.from(images), [kImages, ...session.spec.input]);
      const results = await network.run({ [network.inputNames[0]]: input });
      await network.release();
      return Object.values(results)[0].data;
    });
  });
}

test('TensorFlow Lite: the same logits in its interpreter', { skip: whyNoTensorFlowLite }, async () => {
  const runModel = makeRunner(folder);
  await compare(specs, async (session, images) => {
    const pixels = channelsLast(Float32Array.from(images), session.spec.input);
    return new Float32Array(runModel(await session.exportModel({ format: 'tflite' }), pixels, kImages).buffer);
  });
});

test('C: the same logits', { skip: findCommand('gcc') ? false : 'there is no gcc here' }, async () => {
  const runner = fileURLToPath(new URL('./run_header.c', import.meta.url));
  const inFolder = (name) => join(folder, name);
  const run = (command, args) => {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  };
  await compare(specs.slice(0, kCompiled), async (session, images) => {
    writeFileSync(inFolder('network.h'), await session.exportModel({ format: 'c', name: 'network' }));
    writeFileSync(inFolder('images'), images);
    const classes = session.classNames.length;
    const defines = [
      `HEADER="${inFolder('network.h')}"`,
      'NAME=network',
      `INPUTS=${images.length / kImages}`,
      `CLASSES=${classes}`,
    ];
    const flags = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic', '-O1', '-fsanitize=address,undefined'];
    run('gcc', [...flags, ...defines.map((each) => `-D${each}`), runner, '-o', inFolder('program'), '-lm']);
    run(inFolder('program'), [inFolder('images'), inFolder('scores')]);
    const rows = new Float32Array(new Uint8Array(readFileSync(inFolder('scores'))).buffer);
    return rows.filter((_, at) => at % (classes + 1) < classes);
  });
});
