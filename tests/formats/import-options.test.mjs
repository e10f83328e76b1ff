// SPDX-License-Identifier: MIT
//
// importModel takes its options at their word or refuses them by name, maps weights whose names differ and says so, works from a worker,
// and a hostile file gets a sentence and changes nothing.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadEngine, TinyCNNError } from 'tinycnn';
import { loadEngine as loadWorkerEngine } from 'tinycnn/worker';
import { inRoot } from '../../tools/support/paths.mjs';
import { SMALL_SPEC } from '../support/sessions.mjs';
import { model, node, numbers } from './onnx-builder.mjs';

const engine = await loadEngine({ threads: 1 });
const session = engine.createSession({ model: SMALL_SPEC, seed: 3 });
const file = await session.exportModel({ format: 'safetensors' });
after(() => engine.dispose());

/** A safetensors file of { name, shape, data }, in this order. */
function safetensors(tensors, metadata) {
  const header = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const { name, shape, data } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, ...tensors.map(({ data }) => Buffer.from(data.buffer))]));
}

const foreign = safetensors(session.parameters());

const isRefusal = (code, text) => (error) => {
  assert.ok(error instanceof TinyCNNError, String(error));
  assert.deepEqual([error.code, error.message.includes(text)], [code, true], error.message);
  return true;
};

const circular = { name: 'circle' };
circular.layers = [circular];

const refusals = [
  [[undefined], 'invalid-data', '[importModel] expected a Uint8Array, got undefined'],
  [['text'], 'invalid-data', "[importModel] expected a Uint8Array, got the string 'text'"],
  [[new Uint8Array()], 'invalid-data', '[importModel] expected an ONNX, safetensors, PyTorch (.pt) or JSON file'],
  [[file, { inputs: 'unit' }], 'invalid-option', "got 'inputs': did you mean 'input'?"],
  [[file, { input: 'normalized' }], 'invalid-option', '[importModel.input] expected one of bytes, unit'],
  [[file, { spec: 7 }], 'invalid-spec', '[model] expected an object, got the number 7'],
  [[file, { spec: { ...SMALL_SPEC, layers: [] } }], 'invalid-spec', 'at least one layer'],
  [[file, { spec: 'lenet' }], 'invalid-spec', "got 'lenet': did you mean 'lenet5'?"],
  [[file, { spec: circular }], 'invalid-spec', '[importModel.spec] expected a spec, got an object'],
  [[file, { spec: () => 1 }], 'invalid-spec', '[model] expected an object'],
  [[foreign], 'invalid-data', '[importModel] expected a spec for these weights'],
  [[foreign, { spec: 'tinycnn' }], 'invalid-data', "[importModel] expected weights for the layer 'conv1'"],
];

for (const [args, code, text] of refusals) {
  test(`refused: ${text}`, async () => {
    await assert.rejects(engine.importModel(...args), isRefusal(code, text));
  });
}

test('null means the default, as everywhere', async () => {
  assert.deepEqual(await engine.importModel(file, { spec: null, input: null }), await engine.importModel(file));
});

test('input says what the weights were trained on, unless the file does', async () => {
  const normalizeOf = async (bytes, input) => (await engine.importModel(bytes, { spec: SMALL_SPEC, input })).normalize;
  assert.deepEqual(await normalizeOf(foreign), { mean: 0, std: 1 / 255 });
  assert.deepEqual(await normalizeOf(foreign, 'unit'), { mean: 0, std: 1 });
  assert.deepEqual(await normalizeOf(file, 'unit'), { mean: 0.1307, std: 0.3081 });
});

test('an id of the zoo names the network', async () => {
  const lenet = engine.createSession({ model: 'lenet5' });
  const bytes = safetensors(lenet.parameters());
  const { spec, parameters } = await engine.importModel(bytes, { spec: 'lenet5' });
  assert.deepEqual([spec, parameters], [lenet.spec, lenet.parameters()]);
  lenet.dispose();
});

const rename = (name, tensors) => tensors.map((tensor) => ({ ...tensor, name: name(tensor.name) }));
const counter = (name) => ({ name, shape: [], data: Float32Array.of(7) });

test('weights with other names are mapped by order and shape, layer by layer, which the notes say', async () => {
  const spec = {
    name: 'three alike',
    input: [4, 5, 5],
    layers: [
      ...['a', 'b', 'c'].flatMap((name) => [
        { name, type: 'conv2d', outChannels: 4, kernelSize: 3, padding: 1 },
        { name: `${name}n`, type: 'batchNorm2d' },
      ]),
      { name: 'gap', type: 'globalAvgPool2d' },
      { name: 'fc', type: 'linear', outFeatures: 3 },
    ],
  };
  const source = engine.createSession({ model: spec });
  const tensors = source.parameters();
  const names = ['features.0', 'features.1', 'features.3', 'features.4', 'features.6', 'features.7', 'classifier'];
  const layers = ['a', 'an', 'b', 'bn', 'c', 'cn', 'fc'];
  const renamed = rename((name) => {
    const [layer, kind] = name.split('.');
    return `${names[layers.indexOf(layer)]}.${kind}`;
  }, tensors);
  // As the safetensors library orders them: by name, so that a bias comes before its weight.
  const sorted = [...renamed, counter('features.1.num_batches_tracked')].sort((x, y) => (x.name < y.name ? -1 : 1));
  for (const given of [renamed, sorted]) {
    const imported = await engine.importModel(safetensors(given), { spec });
    assert.deepEqual(imported.parameters, tensors);
    assert.deepEqual(
      imported.notes,
      layers.map((layer, i) => `'${layer}' has the weights of '${names[i]}'.`),
    );
  }
  const partly = rename((name) => name.replace(/^b\./, 'other.'), tensors);
  const extra = [...partly, { name: 'aux.weight', shape: [2], data: Float32Array.of(1, 2) }];
  const imported = await engine.importModel(safetensors(extra), { spec });
  assert.deepEqual(imported.parameters, tensors);
  assert.deepEqual(imported.notes, [
    "'b' has the weights of 'other'.",
    "Nothing reads the tensors of 'aux' (aux.weight).",
  ]);
  source.dispose();
});

test('weights that are not finite, and variances below 0, are refused', async () => {
  const spec = {
    name: 'norm',
    input: [2, 1, 1],
    layers: [
      { name: 'bn', type: 'batchNorm1d' },
      { name: 'fc', type: 'linear', outFeatures: 2 },
    ],
  };
  const source = engine.createSession({ model: spec });
  for (const [name, value, text] of [
    ['fc.weight', NaN, 'finite weights, got nan in fc.weight'],
    ['fc.bias', Infinity, 'finite weights, got inf in fc.bias'],
    ['bn.running_var', -0.5, 'variances from 0, got -0.5 in bn.running_var'],
  ]) {
    const tensors = source.parameters();
    tensors.find((tensor) => tensor.name === name).data[1] = value;
    await assert.rejects(engine.importModel(safetensors(tensors), { spec }), isRefusal('invalid-data', text));
  }
  source.dispose();
});

test('a session starts from given parameters, running statistics included, or is not made', () => {
  const spec = {
    name: 'start',
    input: [1, 4, 4],
    layers: [
      { name: 'conv', type: 'conv2d', outChannels: 2, kernelSize: 3 },
      { name: 'bn', type: 'batchNorm2d' },
      { name: 'flatten', type: 'flatten' },
      { name: 'fc', type: 'linear', outFeatures: 2 },
    ],
  };
  const source = engine.createSession({ model: spec, seed: 8 });
  const data = {
    images: Uint8Array.from({ length: 160 }, (_, i) => i),
    labels: Uint8Array.from([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]),
  };
  source.setData('train', { ...data, height: 4, width: 4 });
  source.trainSteps(3);
  const parameters = source.parameters();
  assert.notDeepEqual(parameters.find(({ name }) => name === 'bn.running_var').data, Float32Array.of(1, 1));
  const started = engine.createSession({ model: spec, parameters });
  assert.deepEqual(started.parameters(), parameters);
  assert.deepEqual(started.logits(data.images.subarray(0, 16)), source.logits(data.images.subarray(0, 16)));
  assert.equal(started.step, 0);
  const { used } = engine.memory;
  for (const wrong of [parameters.slice(1), [{ ...parameters[0], name: 'x' }, ...parameters.slice(1)], 7]) {
    assert.throws(() => engine.createSession({ model: spec, parameters: wrong }), { code: 'invalid-data' });
  }
  for (let i = 0; i < 50; ++i) {
    assert.throws(() => engine.createSession({ model: spec, parameters: [] }), { code: 'invalid-data' });
  }
  assert.ok(engine.memory.used - used < 1e6, 'what is refused is freed');
  source.dispose();
  started.dispose();
});

test('a worker imports the same, and makes a session of it', async () => {
  const other = await loadWorkerEngine({ threads: 1 });
  const imported = await other.importModel(file);
  assert.deepEqual(imported, await engine.importModel(file));
  const remote = await other.createSession({ model: imported.spec, parameters: imported.parameters });
  assert.deepEqual(await remote.parameters(), session.parameters());
  await assert.rejects(other.importModel(foreign), isRefusal('invalid-data', 'a spec for these weights'));
  other.dispose();
});

test('the bytes of the moment of the call are read, and stay as they are', async () => {
  const bytes = file.slice();
  const imported = engine.importModel(bytes);
  bytes.fill(0);
  assert.deepEqual((await imported).parameters, session.parameters());
  const view = new Uint8Array([1, 2, ...file, 3]).subarray(2, 2 + file.length);
  assert.deepEqual((await engine.importModel(Buffer.from(view))).parameters, session.parameters());
  assert.deepEqual(view, file);
});

test('where the module of imports is missing, the error names it, and a later call finds it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-wasm-'));
  after(() => rmSync(folder, { recursive: true }));
  const copy = (name) => copyFileSync(inRoot('bindings', 'dist', name), join(folder, name));
  copy('tinycnn-simd.wasm');
  const elsewhere = await loadEngine({ threads: 1, wasmUrl: pathToFileURL(folder) });
  await assert.rejects(elsewhere.importModel(file), isRefusal('load-failed', 'tinycnn-imports.wasm to load'));
  copy('tinycnn-imports.wasm');
  assert.deepEqual(await elsewhere.importModel(file), await engine.importModel(file));
  elsewhere.dispose();
});

const json = (change) => {
  const value = JSON.parse(new TextDecoder().decode(jsonFile));
  change(value);
  return new TextEncoder().encode(JSON.stringify(value));
};
const jsonFile = await session.exportModel({ format: 'json' });
const gemm = (rest) =>
  model({
    nodes: [node('Gemm', ['input', 'w'], ['output'])],
    input: ['N', 4],
    constants: { w: [[4, 3], numbers(12)] },
    ...rest,
  });
const chain = (count) =>
  Array.from({ length: count }, (_, i) =>
    node('Relu', [i === 0 ? 'input' : `x${i - 1}`], [i + 1 === count ? 'output' : `x${i}`]),
  );

/** Files that mean harm, and what each is told. */
const hostile = {
  'sizes of a tensor that overflow': [
    gemm({ constants: { w: [[2 ** 40, 2 ** 40], numbers(12)] } }),
    'as its sizes say',
  ],
  'sizes of a tensor below 0': [gemm({ constants: { w: [[-4, -3], numbers(12)] } }), 'as its sizes say'],
  'an input of 2^60 pixels': [gemm({ input: ['N', 2 ** 30, 2 ** 30, 1] }), 'an input of the network with known sides'],
  'an input whose sides are free': [gemm({ input: ['N', 'C', 'H', 'W'] }), 'an input of the network with known sides'],
  'pads of 2^40': [
    model({
      nodes: [node('Conv', ['input', 'w'], ['output'], { pads: [0, 0, 2 ** 40, 0] })],
      constants: { w: [[1, 1, 3, 3], numbers(9)] },
    }),
    'pads from 0 to 4096',
  ],
  'a dilation that makes a giant kernel': [
    model({
      nodes: [node('Conv', ['input', 'w'], ['output'], { dilations: [4000, 4000], pads: [1000, 1000, 1000, 1000] })],
      constants: { w: [[1, 1, 2, 2], numbers(4)] },
    }),
    'a kernel no larger than its input of',
  ],
  'a node that reads itself': [gemm({ nodes: [node('Add', ['output', 'input'], ['output'])] }), 'without cycles'],
  'a value that is made twice': [
    gemm({ nodes: [node('Gemm', ['input', 'w'], ['output']), node('Relu', ['input'], ['output'])] }),
    "a value of its own, got 'output' again",
  ],
  'more layers than the engine allows': [gemm({ nodes: chain(2000) }), 'at most 1024 layers'],
  'a chain of 20,001 nodes': [gemm({ nodes: chain(20_001) }), 'at most 20000 nodes'],
  'weights that are text': [gemm({ constants: { w: [[4, 3], numbers(12), { type: 8 }] } }), "ONNX's type 8"],
  'two inputs': [
    gemm({
      constants: { w: [[4, 3], numbers(12)], b: [[3], numbers(3)] },
      nodes: [node('Gemm', ['w', 'input'], ['output'])],
    }),
    'constant',
  ],
  'safetensors of a header that never ends': [
    Uint8Array.from([255, 255, 255, 255, 0, 0, 0, 0, 0x7b]),
    'it is cut short',
  ],
  'safetensors with offsets beyond the file': [
    new Uint8Array(
      Buffer.from(
        Buffer.from(foreign)
          .toString('latin1')
          .replace(/\[0,(\d)/, '[9,$1'),
        'latin1',
      ),
    ),
    'cut short or damaged',
  ],
  'JSON with a shape of 2^52': [json((value) => (value.parameters[0].shape = [2 ** 52])), 'sides from 0 to'],
  'JSON with a number as a name': [json((value) => (value.spec.layers[0].name = 7)), "a layer's name to be a string"],
  'JSON with an unknown field': [json((value) => (value.spec.layers[0].dilution = 2)), 'dilution'],
  'JSON with a string among the weights': [json((value) => (value.parameters[0].data[3] = 'x')), 'expected JSON'],
  'JSON with weights beyond float32': [json((value) => (value.parameters[0].data[3] = 1e300)), 'values of float32'],
  'JSON of another version': [json((value) => (value.version = 2)), 'version 1, got version 2'],
};

for (const [name, [bytes, text]] of Object.entries(hostile)) {
  test(`${name}: a sentence, and nothing changes`, async () => {
    const before = session.save();
    await assert.rejects(engine.importModel(bytes), isRefusal('invalid-data', text));
    assert.deepEqual(session.save(), before);
    assert.deepEqual((await engine.importModel(file)).parameters, session.parameters(), 'the next file is read');
  });
}

test('a damaged checkpoint is refused as by restoreSession', async () => {
  const bytes = session.save();
  bytes[60] ^= 1;
  await assert.rejects(engine.importModel(bytes), isRefusal('invalid-data', 'the checksum does not match'));
});
