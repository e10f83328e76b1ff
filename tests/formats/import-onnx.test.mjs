// SPDX-License-Identifier: MIT
//
// Graphs as other programs write them come in and give onnxruntime's scores. Without onnxruntime the scores are not compared, and a line
// says so; that the graphs come in and what they become is checked in any case.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { howToGetRuntimes, loadOnnxRuntime } from '../../tools/setup/runtimes.mjs';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { model, node, numbers } from './onnx-builder.mjs';
import { graphs } from './onnx-graphs.mjs';

const kTolerance = 1e-4;
const kImages = 3;

const engine = await loadEngine({ threads: 1 });
const runtime = await loadOnnxRuntime();

const noise = (length) => Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);

/** onnxruntime wants nodes in the order of execution. */
function inOrder(graph) {
  return graph.needsOrder ? { ...graph, nodes: graph.nodes.toReversed() } : graph;
}

async function scoresOf(bytes, pixels, dims) {
  const session = await runtime.InferenceSession.create(bytes);
  const { data } = (await session.run({ input: new runtime.Tensor('float32', pixels, dims) })).output;
  await session.release();
  return Float32Array.from(data);
}

/** Pixels with their channels last as they are first. */
function toPlanes(pixels, [height, width, channels]) {
  const size = height * width * channels;
  return pixels.map((_, at) => {
    const [place, image] = [at % size, at - (at % size)];
    return pixels[image + (place % (height * width)) * channels + Math.floor(place / (height * width))];
  });
}

function logitsOf({ spec, parameters, normalize }, images) {
  const size = spec.input.reduce((product, side) => product * side);
  const session = engine.createSession({ model: spec, parameters, normalize });
  try {
    const rows = [];
    for (let at = 0; at < images.length; at += size) rows.push(...session.logits(images.subarray(at, at + size)));
    return Float32Array.from(rows);
  } finally {
    session.dispose();
  }
}

const sizeOf = ({ input = ['N', 1, 6, 6] }) => input.slice(1).reduce((product, side) => product * side, 1);

for (const [name, graph] of Object.entries(graphs)) {
  test(`${name} comes in`, async () => {
    const imported = await engine.importModel(model(graph));
    assert.equal(imported.format, 'onnx');
    const images = noise(sizeOf(graph));
    assert.equal(logitsOf(imported, images).length, 3);
  });

  test(`${name}: onnxruntime's scores`, { skip: runtime ? false : howToGetRuntimes }, async () => {
    const { input = ['N', 1, 6, 6] } = graph;
    const count = input[0] === 'N' ? kImages : 1;
    const pixels = noise(count * sizeOf(graph));
    for (const kind of ['bytes', 'unit']) {
      const theirs = Float32Array.from(pixels, (byte) => (kind === 'bytes' ? byte : byte / 255));
      const expected = await scoresOf(model(inOrder(graph)), theirs, [count, ...input.slice(1)]);
      const imported = await engine.importModel(model(graph), { input: kind });
      const ours = graph.pixels === 'last' ? toPlanes(pixels, input.slice(1)) : pixels;
      assertWithinRelative(logitsOf(imported, ours), expected, kTolerance, `${name}, ${kind}`);
    }
  });
}

test('the order of the nodes does not matter', async () => {
  for (const [name, graph] of Object.entries(graphs)) {
    const straight = await engine.importModel(model(graph));
    const turned = await engine.importModel(model({ ...graph, nodes: graph.nodes.toReversed() }));
    const images = noise(sizeOf(graph));
    assert.deepEqual(logitsOf(turned, images), logitsOf(straight, images), name);
  }
});

test('every opset from 7 to 21 is read, none before and after', async () => {
  const graph = graphs['no bias, a batch of one'];
  for (let opset = 7; opset <= 21; ++opset) {
    assert.equal((await engine.importModel(model({ ...graph, opset }))).format, 'onnx');
  }
  for (const opset of [6, 22]) {
    await assert.rejects(engine.importModel(model({ ...graph, opset })), {
      code: 'invalid-data',
      message: `[importModel] expected ONNX of opset 7 to 21, got ${opset}`,
    });
  }
});

test('tensors of every type and form hold the same weights', async () => {
  const values = numbers(108).map((x) => Math.round(64 * x) + 0); // no -0, which integers do not have
  const floats = new Float32Array(values);
  const bits = new Uint32Array(floats.buffer);
  const half = (x) => {
    const [word] = new Uint32Array(Float32Array.of(x).buffer);
    return x === 0 ? 0 : ((word >>> 16) & 0x8000) | ((((word >>> 23) & 255) - 112) << 10) | ((word >>> 13) & 0x3ff);
  };
  const forms = {
    float: values,
    double: values,
    int8: values,
    int32: values,
    int64: values,
    float16: values.map(half),
    bfloat16: [...bits].map((word) => word >>> 16),
  };
  for (const [type, numbersOfType] of Object.entries(forms)) {
    for (const stored of ['raw', 'typed']) {
      const graph = {
        nodes: [
          node('Cast', ['stored'], ['w'], { to: 1 }),
          node('Flatten', ['input'], ['flat']),
          node('Gemm', ['flat', 'w'], ['output'], { transB: 1 }),
        ],
        constants: { stored: [[3, 36], numbersOfType, { type, stored }] },
      };
      const { parameters } = await engine.importModel(model(graph));
      assert.deepEqual(parameters[0].data, floats, `${type}, ${stored}`);
    }
  }
});

test('what is expressed otherwise is said, and names come from the weights', async () => {
  const dilated = await engine.importModel(model(graphs['dilations and uneven pads']));
  assert.deepEqual(dilated.notes, ["Conv 'conv': its uneven padding became a layer before it."]);
  assert.deepEqual(
    dilated.spec.layers.map(({ name, type }) => `${name} ${type}`),
    ['pad zeroPad2d', 'conv conv2d', 'flatten flatten', 'fc linear'],
  );
  assert.deepEqual(dilated.spec.layers[0].padding, [0, 3, 1, 2]);
  assert.deepEqual(dilated.spec.layers[1].dilation, [2, 2]);
  const last = await engine.importModel(model(graphs['three channels last, read by a dense layer at once']));
  assert.deepEqual(last.spec.input, [3, 6, 5]);
  assert.match(last.notes[0], /the input is \[channels, height, width\]/);
});

test('a softmax at the end is left out, so that predict gives its probabilities and the network trains on', async () => {
  const graph = structuredGraph([
    node('Flatten', ['input'], ['flat']),
    node('Gemm', ['flat', 'w'], ['scores'], { transB: 1 }),
    node('Softmax', ['scores'], ['output'], { axis: 1 }),
  ]);
  const { spec, parameters, normalize, notes } = await engine.importModel(model(graph), { input: 'unit' });
  assert.deepEqual(
    spec.layers.map(({ type }) => type),
    ['flatten', 'linear'],
  );
  assert.match(notes[0], /softmax at the end is left out/);
  const session = engine.createSession({ model: spec, parameters, normalize, seed: 3, batchSize: 8 });
  const images = noise(8 * 36);
  const first = images.subarray(0, 36);
  const scores = [0, 1, 2].map((k) =>
    first.reduce((sum, byte, i) => sum + (byte / 255) * graph.constants.w[1][36 * k + i], 0),
  );
  const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
  const expected = Float32Array.from(scores, (score) => Math.exp(score) / total);
  assertWithinRelative(session.predict(first), expected, kTolerance, 'probabilities');
  session.setData('train', { images, labels: images.subarray(0, 8).map((byte) => byte % 3), height: 6, width: 6 });
  const before = session.trainSteps(1).loss;
  session.trainSteps(200);
  assert.ok(session.trainSteps(1).loss < before / 2, 'it learns');
  session.dispose();
});

const structuredGraph = (nodes) => ({ nodes, constants: { w: [[3, 36], numbers(108, 3)] } });

/** What the engine does not have, and what the sentence must say. */
const missing = {
  'an operator that is not known': [[node('Elu', ['flat'], ['x'])], "[importModel: Elu 'x']", 'Elu'],
  'an operator of another domain': [
    [node('Relu', ['flat'], ['x'], {}, { domain: 'com.example' })],
    "[importModel: Relu 'x']",
    'com.example',
  ],
  'a Clip to 5': [[node('Clip', ['flat', 'zero', 'five'], ['x'])], "[importModel: Clip 'x']", 'ReLU6', 'from 0 to 5'],
  'a difference of two values': [[node('Sub', ['flat', 'flat'], ['x'])], "[importModel: Sub 'x']", 'a constant'],
  'a product with one number for all channels': [
    [
      node('Conv', ['input', 'cut.weight'], ['cut']),
      node('GlobalAveragePool', ['input'], ['mean']),
      node('Mul', ['cut', 'mean'], ['x']),
    ],
    "[importModel: Mul 'x']",
    'a number for each of its channels',
  ],
  'a constant divided by a value': [[node('Div', ['six', 'flat'], ['x'])], "[importModel: Div 'x']"],
  'a softmax over part of an image': [[node('Softmax', ['input'], ['x'], { axis: 2 })], "[importModel: Softmax 'x']"],
  'a transpose of the samples': [
    [node('Transpose', ['flat'], ['x'], { perm: [1, 0] })],
    "[importModel: Transpose 'x']",
    'samples',
  ],
  'a reshape of the samples': [[node('Reshape', ['flat', 'all'], ['x'])], "[importModel: Reshape 'x']", 'samples'],
  'a reshape that cuts through permuted axes': [
    [
      node('Conv', ['input', 'cut.weight'], ['cut']),
      node('Transpose', ['cut'], ['turned'], { perm: [0, 2, 3, 1] }),
      node('Reshape', ['turned', 'cuts'], ['x']),
    ],
    "[importModel: Reshape 'x']",
    'permuted',
  ],
  'a max-pool padded at one side behind no ReLU': [
    [node('MaxPool', ['input'], ['x'], { kernel_shape: [3, 3], pads: [0, 0, 1, 1] })],
    "[importModel: MaxPool 'x']",
    'ReLU',
  ],
  'an average that leaves its pads out': [
    [node('AveragePool', ['input'], ['x'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })],
    "[importModel: AveragePool 'x']",
    'count_include_pad',
  ],
  'a weight that depends on the input': [[node('MatMul', ['flat', 'flat'], ['x'])], "[importModel: MatMul 'x']"],
  'a second output': [
    [node('MaxPool', ['input'], ['pooled', 'indices'], { kernel_shape: [2, 2] }), node('Relu', ['indices'], ['x'])],
    "'indices'",
    'first output',
  ],
  'a value that nobody makes': [[node('Relu', ['nothing'], ['x'])], "'nothing'"],
  'a cycle': [[node('Add', ['flat', 'y'], ['x']), node('Relu', ['x'], ['y'])], 'without cycles'],
};

for (const [name, [nodes, ...texts]] of Object.entries(missing)) {
  test(`${name} is named`, async () => {
    const file = model({
      nodes: [
        node('Flatten', ['input'], ['flat']),
        ...nodes,
        node('Flatten', ['x'], ['last']),
        node('Gemm', ['last', 'w'], ['output']),
      ],
      constants: {
        zero: [[], [0]],
        six: [[], [6]],
        five: [[], [5]],
        all: [[1], [-1], { type: 'int64' }],
        cuts: [[3], [-1, 4, 18], { type: 'int64' }],
        'cut.weight': [[2, 1, 1, 1], numbers(2)],
        w: [[36, 3], numbers(108)],
      },
    });
    await assert.rejects(engine.importModel(file), ({ code, message }) => {
      assert.equal(code, 'invalid-data', message);
      for (const text of texts) assert.ok(message.includes(text), `${message} says ${text}`);
      return true;
    });
  });
}

test('weights in another file are refused with a sentence', async () => {
  const file = model({
    nodes: [node('Gemm', ['input', 'w'], ['output'])],
    constants: { w: [[36, 3], [], { external: true }] },
    input: ['N', 36],
  });
  await assert.rejects(engine.importModel(file), /keeps the tensor .* in another/);
});
