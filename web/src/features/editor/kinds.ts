// SPDX-License-Identifier: MIT
//
// The kinds of layers that the editor offers: what a new one is like, and which fields of it can be changed. The engine's describe() is what
// checks them. Pure.

export type FieldType = 'integer' | 'size' | 'number' | 'flag';

export interface Field {
  name: string;
  label: string;
  type: FieldType;
  /** What holds where the spec leaves it out, as it is shown; none where the spec must say it. */
  usual?: string;
}

export interface Kind {
  type: string;
  /** Layers of this kind are called by it and a number. */
  stem: string;
  /** Of a new layer. */
  start: Readonly<Record<string, unknown>>;
  fields: readonly Field[];
  /** Whether it reads several layers. */
  joins: boolean;
}

const bias: Field = { name: 'bias', label: 'Bias', type: 'flag', usual: 'yes' };
const frozen: Field = { name: 'frozen', label: 'Frozen', type: 'flag', usual: 'no' };
const kernel: Field = { name: 'kernelSize', label: 'Kernel', type: 'size' };

const pooling: readonly Field[] = [
  kernel,
  { name: 'stride', label: 'Stride', type: 'size', usual: 'as the kernel' },
  { name: 'padding', label: 'Padding', type: 'size', usual: '0' },
];
const normalization: readonly Field[] = [
  { name: 'eps', label: 'Epsilon', type: 'number', usual: '0.00001' },
  { name: 'momentum', label: 'Momentum', type: 'number', usual: '0.1' },
  frozen,
];
const dropping: readonly Field[] = [{ name: 'p', label: 'Probability', type: 'number', usual: '0.5' }];

const kind = (
  type: string,
  stem: string,
  { start = {}, fields = [], joins = false }: Partial<Pick<Kind, 'start' | 'fields' | 'joins'>> = {},
): Kind => ({ type, stem, start, fields, joins });

/** In the order in which they are offered. */
export const kinds: readonly Kind[] = [
  kind('conv2d', 'conv', {
    start: { outChannels: 8, kernelSize: 3, padding: 1 },
    fields: [
      { name: 'outChannels', label: 'Channels', type: 'integer' },
      kernel,
      { name: 'stride', label: 'Stride', type: 'size', usual: '1' },
      { name: 'padding', label: 'Padding', type: 'size', usual: '0' },
      { name: 'dilation', label: 'Dilation', type: 'size', usual: '1' },
      { name: 'groups', label: 'Groups', type: 'integer', usual: '1' },
      bias,
      frozen,
    ],
  }),
  kind('linear', 'fc', {
    start: { outFeatures: 32 },
    fields: [{ name: 'outFeatures', label: 'Outputs', type: 'integer' }, bias, frozen],
  }),
  kind('relu', 'relu'),
  kind('maxPool2d', 'pool', { start: { kernelSize: 2 }, fields: pooling }),
  kind('avgPool2d', 'pool', { start: { kernelSize: 2 }, fields: pooling }),
  kind('globalAvgPool2d', 'pool'),
  kind('flatten', 'flatten'),
  kind('batchNorm2d', 'bn', { fields: normalization }),
  kind('batchNorm1d', 'bn', { fields: normalization }),
  kind('dropout', 'dropout', { fields: dropping }),
  kind('dropout2d', 'dropout', { fields: dropping }),
  kind('add', 'add', { joins: true }),
  kind('concat', 'concat', { joins: true }),
  kind('multiply', 'multiply', { joins: true }),
  kind('zeroPad2d', 'pad', {
    start: { padding: [1, 1, 1, 1] },
    fields: [{ name: 'padding', label: 'Left, right, top, bottom', type: 'size' }],
  }),
  kind('leakyReLU', 'relu', {
    fields: [{ name: 'negativeSlope', label: 'Negative slope', type: 'number', usual: '0.01' }],
  }),
  kind('relu6', 'relu'),
  kind('sigmoid', 'sigmoid'),
  kind('tanh', 'tanh'),
  kind('silu', 'silu'),
  kind('gelu', 'gelu'),
  kind('softmax', 'softmax'),
  kind('logSoftmax', 'softmax'),
];

const fieldOf = (name: string, value: unknown): Field => ({
  ...{ name, label: name, usual: '' },
  type: typeof value === 'boolean' ? 'flag' : Array.isArray(value) ? 'size' : 'number',
});

/** With those fields, too, that only the layer itself has: whatever a file or a link brings can be changed. */
export function kindOf(type: string, values: Readonly<Record<string, unknown>> = {}): Kind {
  const known = kinds.find((each) => each.type === type) ?? kind(type, type);
  const others = Object.keys(values).filter((name) => !known.fields.some((field) => field.name === name));
  return { ...known, fields: [...known.fields, ...others.map((name) => fieldOf(name, values[name]))] };
}
