// SPDX-License-Identifier: MIT
//
// exportModel takes its options at their word or refuses them by name, gives the bytes of the moment of the call, also from a worker, and
// says what is missing.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadEngine, TinyCNNError } from 'tinycnn';
import { loadEngine as loadWorkerEngine } from 'tinycnn/worker';
import { inRoot } from '../../tools/support/paths.mjs';
import { SMALL_SPEC } from '../support/sessions.mjs';

const kFormats = ['safetensors', 'pytorch', 'onnx', 'c', 'tflite', 'json'];

const engine = await loadEngine({ threads: 1 });
const session = engine.createSession({ model: SMALL_SPEC, seed: 3 });
after(() => engine.dispose());

/** What is refused, and what the text says. */
const refusals = [
  [undefined, '[exportModel] expected an object, got undefined'],
  [{}, '[exportModel.format] expected one of safetensors, pytorch, onnx, c, tflite, json, got undefined'],
  [{ format: 'onxx' }, "got 'onxx': did you mean 'onnx'?"],
  [{ format: 'toString' }, '[exportModel.format] expected one of'],
  [{ format: 'onnx', inputs: 'unit' }, "got 'inputs': did you mean 'input'?"],
  [{ format: 'onnx', input: 'pixels' }, '[exportModel.input] expected one of bytes, unit, normalized'],
  [{ format: 'onnx', foldBatchNorm: 1 }, '[exportModel.foldBatchNorm] expected true or false, got the number 1'],
  [
    { format: 'onnx', testAccuracy: 0.9 },
    "[exportModel as 'onnx'] expected format, name, precision, input, foldBatchNorm",
  ],
  [{ format: 'c', input: 'unit' }, "[exportModel as 'c'] expected format, name, precision, testAccuracy"],
  [{ format: 'c', testAccuracy: 98.5 }, '[exportModel.testAccuracy] expected a number from 0 to 1, got 98.5'],
  [{ format: 'c', name: 7 }, '[exportModel.name] expected a string, got the number 7'],
  [{ format: 'c', precision: 'int4' }, '[exportModel.precision] expected one of float32, int8'],
  [{ format: 'json', precision: 'int8' }, '[exportModel.format] expected one of onnx, c, tflite'],
  [
    { format: 'onnx', precision: 'int8', foldBatchNorm: true },
    "[exportModel as 'onnx' of int8] expected format, name, precision, input, calibration",
  ],
  [
    { format: 'tflite', precision: 'int8', input: 'unit' },
    "[exportModel as 'tflite' of int8] expected format, name, precision, calibration",
  ],
  [{ format: 'tflite', precision: 'int8', calibration: 0 }, 'an integer from 1 to 10000, got 0'],
  [{ format: 'tflite', calibration: 5 }, "[exportModel as 'tflite'] expected format, name, precision, input"],
];

for (const [options, text] of refusals) {
  test(`${JSON.stringify(options)} is refused`, async () => {
    await assert.rejects(session.exportModel(options), (error) => {
      assert.ok(error instanceof TinyCNNError, String(error));
      assert.equal(error.code, 'invalid-option');
      assert.ok(error.message.includes(text), error.message);
      return true;
    });
  });
}

test('null means the default, as everywhere', async () => {
  const options = { format: 'onnx', name: null, precision: null, input: null, foldBatchNorm: null };
  assert.deepEqual(await session.exportModel(options), await session.exportModel({ format: 'onnx' }));
});

test('the same network gives the same bytes, twice at once and in a worker', async () => {
  const other = await loadWorkerEngine({ threads: 1 });
  const remote = await other.createSession({ model: SMALL_SPEC, seed: 3 });
  for (const format of kFormats) {
    const both = [session.exportModel({ format }), session.exportModel({ format })];
    const [first, second] = await Promise.all(both);
    assert.ok(first instanceof Uint8Array && first.length > 1000, format);
    assert.deepEqual(second, first);
    assert.deepEqual(await remote.exportModel({ format }), first);
  }
  other.dispose();
});

test('docs/formats.md states the sizes of TinyCNN’s files', async () => {
  const tinycnn = engine.createSession({ model: 'tinycnn', seed: 1 });
  tinycnn.setData('train', engine.generateDigits({ seed: 1, count: 50 }));
  const rows = readFileSync(inRoot('docs', 'formats.md'), 'utf8').matchAll(
    /^\| \[`(\w+)`\].*\| (\d+) kB(?:, (\d+) kB in int8)? +\|$/gm,
  );
  const compared = [];
  for (const [, format, ...stated] of rows) {
    for (const [i, precision] of ['float32', 'int8'].entries()) {
      if (stated[i] === undefined) continue;
      const { length } = await tinycnn.exportModel({ format, precision });
      assert.ok(
        Math.abs(length / 1000 - Number(stated[i])) <= Math.max(1, 0.02 * Number(stated[i])),
        `${format} in ${precision}: ${length} bytes`,
      );
      compared.push(`${format} ${precision}`);
    }
  }
  assert.deepEqual(compared, [
    'safetensors float32',
    'pytorch float32',
    'onnx float32',
    'onnx int8',
    'tflite float32',
    'tflite int8',
    'json float32',
  ]);
  tinycnn.dispose();
});

test('exporting changes nothing', async () => {
  const before = session.save();
  for (const format of kFormats) await session.exportModel({ format });
  assert.deepEqual(session.save(), before);
});

test('a session that is disposed refuses, and one that is disposed meanwhile still answers', async () => {
  const brief = engine.createSession({ model: SMALL_SPEC, seed: 3 });
  const exported = brief.exportModel({ format: 'json' });
  brief.dispose();
  assert.deepEqual(await exported, await session.exportModel({ format: 'json' }));
  await assert.rejects(brief.exportModel({ format: 'json' }), { code: 'disposed' });
});

test('where the module of formats is missing, the error names it, and a later call finds it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-wasm-'));
  after(() => rmSync(folder, { recursive: true }));
  const copy = (name) => copyFileSync(inRoot('bindings', 'dist', name), join(folder, name));
  copy('tinycnn-simd.wasm');
  const elsewhere = await loadEngine({ threads: 1, wasmUrl: pathToFileURL(folder) });
  const moved = elsewhere.createSession({ model: SMALL_SPEC, seed: 3 });
  await assert.rejects(moved.exportModel({ format: 'c' }), (error) => {
    assert.equal(error.code, 'load-failed');
    assert.match(error.message, /\[formats\] expected .*tinycnn-formats\.wasm to load/);
    return true;
  });
  copy('tinycnn-formats.wasm');
  assert.deepEqual(await moved.exportModel({ format: 'c' }), await session.exportModel({ format: 'c' }));
  elsewhere.dispose();
});
