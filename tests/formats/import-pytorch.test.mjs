// SPDX-License-Identifier: MIT
//
// Networks made with PyTorch come in, as ONNX of torch.onnx.export, as .pt and as safetensors, and give PyTorch's logits: every network of
// the zoo and random ones. Needs PyTorch, and says so where it is not.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { findPythonWithTorch, howToGetPyTorch } from '../../tools/setup/pytorch.mjs';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { exportedNetworks, runNetwork, someDigits } from './networks.mjs';
import { randomSpecs } from './random-specs.mjs';

const kRandom = 24;
const kImages = 6;
const kTolerance = 1e-4;
const kOpsets = [9, 11, 13, 14, 16, 17];
const kStyles = ['plain', 'view', 'fused', 'inside'];

const python = findPythonWithTorch();
const engine = await loadEngine({ threads: 1 });
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-torch-'));
after(() => rmSync(folder, { recursive: true }));

/** Names without dots, which modules cannot have. */
const windowed = exportedNetworks(engine).filter(({ id }) => id === 'gated' || id === 'mobile');
const specs = [
  ...engine.zoo.map(({ spec }) => spec),
  ...randomSpecs(engine, { seed: 7, count: kRandom }),
  ...[...windowed, ...windowed].map(({ spec }) => spec),
];
const cases = specs.map((spec, i) => ({
  spec,
  seed: i + 1,
  opset: kOpsets[i % kOpsets.length],
  style: kStyles[i % kStyles.length],
}));

const noise = (length) => Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);

function imagesOf({ input }) {
  const size = input.reduce((product, side) => product * side);
  return size === 28 * 28 ? someDigits(kImages) : noise(size * kImages);
}

function makeFiles() {
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
  for (const [i, { spec }] of cases.entries()) writeFileSync(join(folder, `${i}.bytes`), imagesOf(spec));
  const script = fileURLToPath(new URL('./torch_networks.py', import.meta.url));
  const { status, stderr } = spawnSync(python, ['-B', '-W', 'ignore', script, folder], { maxBuffer: 1 << 28 });
  assert.equal(status, 0, String(stderr));
}

const fileOf = (i, ending) => new Uint8Array(readFileSync(join(folder, `${i}.${ending}`)));

/** What a session of an imported network makes of a case's images. */
function logitsOf({ spec, parameters, normalize }) {
  const session = engine.createSession({ model: spec, parameters, normalize });
  try {
    return runNetwork(session, kImages).logits;
  } finally {
    session.dispose();
  }
}

/** A softmax at the end is left out of ONNX; what remains is compared by its softmax. */
function withoutSoftmax(logits, scores, imported, classes) {
  if (!imported.notes.some((note) => note.includes('softmax at the end'))) return logits;
  return Float32Array.from(logits, (_, at) => {
    const row = logits.subarray(at - (at % classes), at - (at % classes) + classes);
    const top = Math.max(...row);
    return Math.exp(logits[at] - top) / row.reduce((sum, each) => sum + Math.exp(each - top), 0);
  });
}

test('networks of PyTorch give its logits', { skip: python ? false : howToGetPyTorch }, async (t) => {
  makeFiles();
  for (const [i, { spec, style, opset }] of cases.entries()) {
    const what = `${spec.name}, opset ${opset}, ${style}`;
    const scores = new Float32Array(fileOf(i, 'scores').buffer);
    const classes = scores.length / kImages;
    const input = style === 'inside' ? 'bytes' : 'unit';
    const withTheirs = style === 'inside' ? { mean: 0.2, std: 0.4 } : { mean: 0, std: 1 };
    await t.test(`${what}: ONNX`, async (each) => {
      const imported = await engine.importModel(fileOf(i, 'onnx'), { input });
      assert.equal(imported.format, 'onnx');
      assert.deepEqual(imported.spec.input, spec.input);
      const logits = withoutSoftmax(logitsOf(imported), scores, imported, classes);
      const distance = assertWithinRelative(logits, scores, kTolerance, `${what}: ${JSON.stringify(spec)}`);
      each.diagnostic(`largest relative difference: ${distance.toExponential(1)}`);
    });
    for (const ending of ['pt', 'safetensors']) {
      await t.test(`${what}: ${ending}`, async () => {
        const imported = await engine.importModel(fileOf(i, ending), { spec, input: 'unit' });
        assert.equal(imported.format, ending === 'pt' ? 'pytorch' : ending);
        assert.deepEqual([imported.notes, imported.normalize], [[], { mean: 0, std: 1 }]);
        const logits = logitsOf({ ...imported, normalize: withTheirs });
        assertWithinRelative(logits, scores, kTolerance, what);
      });
    }
  }
});
