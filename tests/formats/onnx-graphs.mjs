// SPDX-License-Identifier: MIT
//
// Graphs as Keras (tf2onnx), CNTK and people write them, each with a name and what is unusual in it. The input is [N, 1, 6, 6] unless the
// graph says otherwise, the output three scores.

import { node, numbers, tensor } from './onnx-builder.mjs';

const weight = (dims, seed) => [
  dims,
  numbers(
    dims.reduce((product, side) => product * side, 1),
    seed,
  ),
];
const integers = (values) => [[values.length], values, { type: 'int64' }];
const scalar = (value) => [[], [value]];

/** An image of `sides` and `channels` channels called `from` becomes the scores. */
const head = (from, channels, sides) => ({
  nodes: [node('Flatten', [from], ['flat']), node('Gemm', ['flat', 'fc.weight', 'fc.bias'], ['output'], { transB: 1 })],
  constants: { 'fc.weight': weight([3, channels * sides[0] * sides[1]], 9), 'fc.bias': weight([3], 8) },
});

const conv = (attributes, weightDims, sides, { bias = true, channels = weightDims[0], ...rest } = {}) => {
  const end = head('conv', channels, sides);
  const inputs = bias ? ['input', 'conv.weight', 'conv.bias'] : ['input', 'conv.weight'];
  const constants = { 'conv.weight': weight(weightDims, 1), ...end.constants };
  if (bias) constants['conv.bias'] = weight([weightDims[0]], 2);
  return { nodes: [node('Conv', inputs, ['conv'], attributes), ...end.nodes], constants, ...rest };
};

/** A convolution with a ReLU, then `op`, then the scores. */
const after = (op, attributes, sides, { relu = true, opset = 13, extra = [], constants = {} } = {}) => {
  const end = head('pooled', 2, sides);
  return {
    nodes: [
      node('Conv', ['input', 'conv.weight'], ['conv'], { pads: [1, 1, 1, 1] }),
      node(relu ? 'Relu' : 'Identity', ['conv'], ['active']),
      node(op, ['active', ...extra], ['pooled'], attributes),
      ...end.nodes,
    ],
    constants: { 'conv.weight': weight([2, 1, 3, 3], 1), ...end.constants, ...constants },
    opset,
  };
};

const affine = (nodes, constants, rest = {}) => {
  const end = conv({}, [2, 1, 3, 3], [4, 4]);
  const [first, ...others] = end.nodes;
  void first;
  return {
    nodes: [...nodes, node('Conv', ['scaled', 'conv.weight', 'conv.bias'], ['conv']), ...others],
    constants: { ...end.constants, ...constants },
    ...rest,
  };
};

const windows = {
  'auto_pad SAME_UPPER': conv({ auto_pad: 'SAME_UPPER' }, [2, 1, 3, 3], [6, 6]),
  'auto_pad SAME_LOWER, an even kernel': conv({ auto_pad: 'SAME_LOWER' }, [2, 1, 2, 4], [6, 6]),
  'auto_pad SAME_UPPER, a stride that pads one side alone': conv(
    { auto_pad: 'SAME_UPPER', strides: [2, 2] },
    [2, 1, 3, 3],
    [3, 3],
  ),
  'auto_pad VALID': conv({ auto_pad: 'VALID' }, [2, 1, 3, 3], [4, 4]),
  'pads that differ on all sides': conv({ pads: [0, 2, 1, 0] }, [2, 1, 3, 3], [5, 6]),
  'more padding before than after': conv({ pads: [2, 1, 0, 0], strides: [1, 2] }, [2, 1, 3, 3], [6, 3]),
  dilations: conv({ dilations: [2, 1], kernel_shape: [2, 3] }, [2, 1, 2, 3], [4, 4]),
  'dilations and uneven pads': conv({ dilations: [2, 2], pads: [1, 0, 2, 3] }, [2, 1, 2, 2], [7, 7]),
  groups: conv({ group: 2 }, [4, 1, 3, 3], [4, 4], { input: ['N', 2, 6, 6] }),
  'no bias, a batch of one': conv({}, [2, 1, 3, 3], [4, 4], { bias: false, input: [1, 1, 6, 6] }),
  'constants that are listed as inputs': conv({}, [2, 1, 3, 3], [4, 4], { listsConstants: true }),
  'MaxPool with auto_pad behind a ReLU': after(
    'MaxPool',
    { kernel_shape: [4, 4], strides: [4, 4], auto_pad: 'SAME_UPPER' },
    [2, 2],
  ),
  'MaxPool padded after its end behind a ReLU': after(
    'MaxPool',
    { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 1, 1] },
    [3, 3],
  ),
  'MaxPool padded at one side': after('MaxPool', { kernel_shape: [3, 3], pads: [0, 1, 2, 1] }, [6, 6]),
  'MaxPool, ceil_mode that changes nothing': after(
    'MaxPool',
    { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 },
    [3, 3],
    { relu: false },
  ),
  'MaxPool, ceil_mode with windows beyond the end': after(
    'MaxPool',
    { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    [3, 3],
  ),
  AveragePool: after('AveragePool', { kernel_shape: [2, 3], strides: [2, 1] }, [3, 4], { relu: false }),
  'AveragePool that counts its pads': after(
    'AveragePool',
    { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 },
    [6, 6],
  ),
  'AveragePool with uneven pads': after(
    'AveragePool',
    { kernel_shape: [2, 2], pads: [0, 0, 1, 1], count_include_pad: 1 },
    [6, 6],
  ),
  GlobalMaxPool: after('GlobalMaxPool', {}, [1, 1]),
  GlobalAveragePool: after('GlobalAveragePool', {}, [1, 1]),
  'ReduceMean over height and width': after('ReduceMean', { axes: [2, 3], keepdims: 0 }, [1, 1]),
  'ReduceMean of opset 18': after('ReduceMean', {}, [1, 1], {
    opset: 18,
    extra: ['axes'],
    constants: { axes: integers([-1, -2]) },
  }),
  Pad: after('Pad', { mode: 'constant' }, [8, 9], {
    extra: ['pads'],
    constants: { pads: integers([0, 0, 1, 1, 0, 0, 1, 2]) },
  }),
};

const activations = {
  'LeakyRelu, alpha': after('LeakyRelu', { alpha: { float: 0.3 } }, [6, 6], { relu: false }),
  'Clip as ReLU': after('Clip', {}, [6, 6], { relu: false, extra: ['zero'], constants: { zero: scalar(0) } }),
  'Clip as ReLU6': after('Clip', {}, [6, 6], {
    relu: false,
    extra: ['zero', 'six'],
    constants: { zero: scalar(0), six: scalar(6) },
  }),
  'Clip as ReLU6 of opset 7': after('Clip', { min: { float: 0 }, max: { float: 6 } }, [6, 6], {
    opset: 7,
    relu: false,
  }),
  'Mul of two values': after('Mul', {}, [6, 6], { relu: false, extra: ['conv'] }),
  'Mul with a number for each channel': after('Mul', {}, [6, 6], { extra: ['gate'] }),
  'Mul with a vector that became an image': after('Mul', {}, [6, 6], { extra: ['gate'] }),
  'PRelu of one slope': after('PRelu', {}, [6, 6], {
    relu: false,
    extra: ['slope'],
    constants: {
      slope: [
        [2, 1, 1],
        [0.2, 0.2],
      ],
    },
  }),
  Sigmoid: after('Sigmoid', {}, [6, 6], { relu: false }),
  Tanh: after('Tanh', {}, [6, 6], { relu: false }),
  'Dropout of opset 7': after('Dropout', { ratio: { float: 0.25 } }, [6, 6], { opset: 7 }),
  'Dropout of opset 13': after('Dropout', {}, [6, 6], { extra: ['ratio'], constants: { ratio: scalar(0.25) } }),
  Cast: after('Cast', { to: 1 }, [6, 6]),
  silu: after('Mul', {}, [6, 6], { relu: false, extra: ['gate'] }),
  'gelu with its factors in another order': after('Mul', {}, [6, 6], { relu: false, extra: ['raised.half'] }),
};
activations['Mul with a number for each channel'].nodes.push(
  node('GlobalAveragePool', ['active'], ['mean']),
  node('Sigmoid', ['mean'], ['gate']),
);
{
  const gate = activations['Mul with a vector that became an image'];
  gate.nodes.push(
    node('GlobalAveragePool', ['active'], ['mean']),
    node('Flatten', ['mean'], ['row']),
    node('Gemm', ['row', 'gate.weight'], ['gates']),
    node('Reshape', ['gates', 'gate.sides'], ['gate']),
  );
  Object.assign(gate.constants, { 'gate.weight': weight([2, 2], 6), 'gate.sides': integers([-1, 2, 1, 1]) });
}
activations.silu.nodes.unshift(node('Sigmoid', ['active'], ['gate']));
{
  const gelu = activations['gelu with its factors in another order'];
  gelu.nodes.push(
    node('Mul', ['active', 'root'], ['scaled']),
    node('Erf', ['scaled'], ['erf']),
    node('Add', ['one', 'erf'], ['raised']),
    node('Mul', ['half', 'raised'], ['raised.half']),
  );
  Object.assign(gelu.constants, { root: scalar(Math.SQRT1_2), one: scalar(1), half: scalar(0.5) });
}

const vectors = {
  'Gemm with alpha, beta and one bias for all': {
    nodes: [
      node('Flatten', ['input'], ['flat']),
      node('Gemm', ['flat', 'w', 'b'], ['output'], { alpha: { float: 0.5 }, beta: { float: 2 } }),
    ],
    constants: { w: weight([36, 3], 1), b: [[1], [0.25]] },
  },
  'MatMul and Add': {
    nodes: [
      node('Reshape', ['input', 'shape'], ['flat']),
      node('MatMul', ['flat', 'w'], ['product']),
      node('Add', ['b', 'product'], ['output']),
    ],
    constants: { shape: integers([-1, 36]), w: weight([36, 3], 1), b: weight([1, 3], 2) },
  },
  'a Gemm that something else reads before its bias': {
    nodes: [
      node('Flatten', ['input'], ['flat']),
      node('MatMul', ['flat', 'w'], ['product']),
      node('Add', ['product', 'b'], ['sum']),
      node('Add', ['sum', 'product'], ['output']),
    ],
    constants: { w: weight([36, 3], 1), b: weight([3], 2) },
  },
  'a weight that is computed: Reshape of a constant, as CNTK has it': {
    nodes: [
      node('Reshape', ['input', 'shape'], ['flat']),
      node('Reshape', ['w', 'matrix'], ['w2']),
      node('MatMul', ['flat', 'w2'], ['product']),
      node('Add', ['product', 'b'], ['output']),
    ],
    constants: {
      shape: integers([1, 36]),
      w: weight([1, 6, 6, 3], 1),
      matrix: integers([36, 3]),
      b: weight([1, 3], 2),
    },
    input: [1, 1, 6, 6],
    outputDims: [1, 3],
  },
  'a weight that is computed: Transpose, Cast and Mul of constants': {
    nodes: [
      node('Flatten', ['input'], ['flat']),
      node('Transpose', ['w'], ['turned'], { perm: [1, 0] }),
      node('Cast', ['turned'], ['real'], { to: 1 }),
      node('Mul', ['real', 'scale'], ['scaled']),
      node('MatMul', ['flat', 'scaled'], ['output']),
    ],
    constants: {
      w: [[3, 36], numbers(108).map((x) => Math.round(20 * x)), { type: 'int8' }],
      scale: weight([1, 3], 3),
    },
  },
  'a shape that is computed: Shape, Gather, Unsqueeze, Concat': {
    nodes: [
      node('Shape', ['input'], ['shape']),
      node('Gather', ['shape', 'zero'], ['n']),
      node('Unsqueeze', ['n'], ['batch'], { axes: [0] }),
      node('Concat', ['batch', 'rest'], ['sizes'], { axis: 0 }),
      node('Reshape', ['input', 'sizes'], ['flat']),
      node('Gemm', ['flat', 'w'], ['output']),
    ],
    constants: { zero: [[], [0], { type: 'int64' }], rest: integers([-1]), w: weight([36, 3], 1) },
    opset: 11,
  },
  'BatchNormalization of a vector, LogSoftmax': {
    nodes: [
      node('Flatten', ['input'], ['flat']),
      node('BatchNormalization', ['flat', 's', 'b', 'm', 'v'], ['norm'], { epsilon: { float: 1e-3 } }),
      node('Gemm', ['norm', 'w'], ['scores']),
      node('LogSoftmax', ['scores'], ['output'], { axis: 1 }),
    ],
    constants: {
      ...Object.fromEntries(['s', 'b', 'm'].map((name, i) => [name, weight([36], i + 1)])),
      v: [[36], numbers(36, 5).map((x) => x + 1)],
      w: weight([36, 3], 4),
    },
  },
};

/** As tf2onnx writes Keras: channels last outside, a flatten that takes them last, weights in that order. */
const channelsLast = {
  'an image with its channels last': {
    nodes: [
      node('Transpose', ['input'], ['planes'], { perm: [0, 3, 1, 2] }),
      node('Conv', ['planes', 'conv.weight'], ['conv'], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
      node('Add', ['conv', 'conv.bias'], ['biased']),
      node('Relu', ['biased'], ['relu']),
      node('Transpose', ['relu'], ['last'], { perm: [0, 2, 3, 1] }),
      node('Reshape', ['last', 'shape'], ['flat']),
      node('MatMul', ['flat', 'dense'], ['product']),
      node('Add', ['product', 'dense.bias'], ['output']),
    ],
    constants: {
      'conv.weight': weight([4, 1, 3, 3], 1),
      'conv.bias': weight([1, 4, 1, 1], 2),
      shape: integers([-1, 36]),
      dense: weight([36, 3], 3),
      'dense.bias': weight([3], 4),
    },
    input: ['N', 6, 6, 1],
  },
  'three channels last, a mean over height and width, a softmax that stays inside': {
    nodes: [
      node('Transpose', ['input'], ['planes'], { perm: [0, 3, 1, 2] }),
      node('Conv', ['planes', 'conv.weight'], ['conv']),
      node('Transpose', ['conv'], ['last'], { perm: [0, 2, 3, 1] }),
      node('Sigmoid', ['last'], ['gate']),
      node('ReduceMean', ['gate'], ['mean'], { axes: [1, 2], keepdims: 0 }),
      node('Softmax', ['mean'], ['soft'], { axis: -1 }),
      node('MatMul', ['soft', 'dense'], ['output']),
    ],
    constants: { 'conv.weight': weight([4, 3, 3, 3], 1), dense: weight([4, 3], 3) },
    input: ['N', 6, 5, 3],
    pixels: 'last',
  },
  'three channels last, read by a dense layer at once': {
    nodes: [node('Flatten', ['input'], ['flat']), node('Gemm', ['flat', 'w'], ['output'])],
    constants: { w: weight([90, 3], 1) },
    input: ['N', 6, 5, 3],
    pixels: 'last',
  },
  'a gate for each of the channels that come last': {
    nodes: [
      node('Transpose', ['input'], ['planes'], { perm: [0, 3, 1, 2] }),
      node('Conv', ['planes', 'conv.weight'], ['conv']),
      node('Transpose', ['conv'], ['last'], { perm: [0, 2, 3, 1] }),
      node('ReduceMean', ['last'], ['mean'], { axes: [1, 2], keepdims: 1 }),
      node('Sigmoid', ['mean'], ['gate']),
      node('Mul', ['last', 'gate'], ['gated']),
      node('Flatten', ['gated'], ['flat']),
      node('Gemm', ['flat', 'w'], ['output']),
    ],
    constants: { 'conv.weight': weight([2, 1, 3, 3], 1), w: weight([32, 3], 3) },
    input: ['N', 6, 6, 1],
  },
  'a batch norm and a join of channels that come last': {
    nodes: [
      node('Transpose', ['input'], ['planes'], { perm: [0, 3, 1, 2] }),
      node('Conv', ['planes', 'conv.weight'], ['conv']),
      node('Transpose', ['conv'], ['last'], { perm: [0, 2, 3, 1] }),
      node('Tanh', ['last'], ['tanh']),
      node('Concat', ['last', 'tanh'], ['joined'], { axis: 3 }),
      node('Mul', ['joined', 'scales'], ['scaled']),
      node('Flatten', ['scaled'], ['flat']),
      node('Gemm', ['flat', 'w'], ['output']),
    ],
    constants: { 'conv.weight': weight([2, 1, 3, 3], 1), scales: weight([4], 2), w: weight([64, 3], 3) },
    input: ['N', 6, 6, 1],
  },
};

const normalizations = {
  'normalization by Mul and Sub': affine(
    [node('Mul', ['input', 'a'], ['unit']), node('Sub', ['unit', 'b'], ['scaled'])],
    { a: scalar(1 / 100), b: [[1, 1, 1, 1], [0.5]] },
  ),
  'normalization by Sub and Div': affine(
    [node('Sub', ['input', 'a'], ['moved']), node('Div', ['moved', 'b'], ['scaled'])],
    { a: [[1], [30]], b: scalar(80) },
  ),
  'black on white: a constant minus the input': affine(
    [node('Div', ['input', 'a'], ['unit']), node('Sub', ['b', 'unit'], ['scaled'])],
    { a: scalar(255), b: scalar(1) },
  ),
  'a mean and a std for each channel': affine(
    [node('Sub', ['input', 'a'], ['moved']), node('Mul', ['moved', 'b'], ['scaled'])],
    {
      a: [
        [1, 2, 1, 1],
        [10, 200],
      ],
      b: [
        [2, 1, 1],
        [0.01, 0.03],
      ],
      'conv.weight': weight([2, 2, 3, 3], 1),
    },
    { input: ['N', 2, 6, 6] },
  ),
  'scales behind a convolution, which takes them in': after('Mul', {}, [6, 6], {
    relu: false,
    extra: ['scales'],
    constants: { scales: weight([1, 2, 1, 1], 5) },
  }),
  'a shift behind a ReLU': after('Add', {}, [6, 6], { extra: ['shift'], constants: { shift: weight([2, 1, 1], 5) } }),
};

const typed = (type, stored) => {
  const values = numbers(108).map((x) => Math.round(64 * x) / 64);
  const graph = {
    nodes: [node('Flatten', ['input'], ['flat']), node('Gemm', ['flat', 'w'], ['output'], { transB: 1 })],
    constants: { w: [[3, 36], values, { type, stored }] },
  };
  return graph;
};

const constants = {
  'weights as float_data': typed('float', 'typed'),
  'weights in a Constant node': {
    nodes: [
      node('Constant', [], ['w'], { value: tensor([36, 3], numbers(108)) }),
      node('Flatten', ['input'], ['flat']),
      node('MatMul', ['flat', 'w'], ['product']),
      node('Constant', [], ['b'], { value_float: { float: 0.5 } }),
      node('Add', ['product', 'b'], ['output']),
    ],
  },
  'integers as int64_data, behind where they are read': {
    nodes: [
      node('Gemm', ['flat', 'w'], ['output'], { transB: 1 }),
      node('Reshape', ['input', 'shape'], ['flat']),
      node('Constant', [], ['shape'], { value: tensor([2], [0, -1], { type: 'int64', stored: 'typed' }) }),
    ],
    constants: { w: weight([3, 36], 1) },
    needsOrder: true,
  },
  'weights of another type behind a Cast': {
    nodes: [
      node('Cast', ['half'], ['w'], { to: 1 }),
      node('Flatten', ['input'], ['flat']),
      node('MatMul', ['flat', 'w'], ['output']),
    ],
    constants: { half: [[36, 3], numbers(108), { type: 'double' }] },
  },
};

/** By name: what `model` of onnx-builder.mjs takes. */
export const graphs = { ...windows, ...activations, ...vectors, ...channelsLast, ...normalizations, ...constants };
