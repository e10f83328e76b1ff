// SPDX-License-Identifier: MIT
//
// A ModelSpec that does not fit together is refused by describe and by createSession alike, in words that name the layer and the
// number at fault.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, engineWith } from '../support/sessions.mjs';

const conv = (options) => ({ name: 'conv', type: 'conv2d', outChannels: 2, kernelSize: 3, ...options });
const pool = (options) => ({ name: 'pool', type: 'maxPool2d', kernelSize: 2, ...options });
const linear = (options) => ({ name: 'fc', type: 'linear', outFeatures: 10, ...options });
const flatten = { name: 'flatten', type: 'flatten' };
const tail = [flatten, linear()];
const spec = (layers, input = [1, 28, 28]) => ({ name: 'odd', input, layers });
/** A field's name as JavaScript or as the core spells it. */
const field = (name) =>
  new RegExp(
    name.replace(/[A-Z]/g, (letter) => `_?${letter}`),
    'i',
  );
const without = (layer, key) => Object.fromEntries(Object.entries(layer).filter(([name]) => name !== key));

/** What is wrong, the spec, and what the text must say. */
const MISFITS = [
  ['a kernel larger than the image', spec([conv({ kernelSize: 29 }), ...tail]), 'conv', 'expected', '28x28', '29x29'],
  ['a kernel wider than the image', spec([conv({ kernelSize: [3, 40] }), ...tail]), 'conv', 'expected', '3x40'],
  ['a pool larger than the image', spec([pool({ kernelSize: 40 }), ...tail]), 'pool', 'expected', '40x40'],
  ['an unknown type', spec([{ name: 'mystery', type: 'lstm' }, ...tail]), 'expected', 'conv2d', 'lstm'],
  ['a layer without a type', spec([{ name: 'mystery' }, ...tail]), /mystery|layers\[0\]/, 'expected', 'type'],
  ['an unknown `from`', spec([flatten, linear({ from: ['nowhere'] })]), 'fc', 'nowhere', 'expected'],
  ['a `from` that names a later layer', spec([conv({ from: ['fc'] }), ...tail]), 'conv', "'fc'", 'earlier'],
  ['a layer that reads itself', spec([conv({ from: ['conv'] }), ...tail]), 'conv', 'earlier'],
  ['two sources for one input', spec([conv({ from: ['input', 'input'] }), ...tail]), 'conv', 'expected one', '2'],
  ['two layers of one name', spec([conv(), conv(), ...tail]), 'conv', 'expected', 'name'],
  ['a layer without a name', spec([without(conv(), 'name'), ...tail]), 'expected', 'name'],
  ['a layer of an empty name', spec([conv({ name: '' }), ...tail]), 'expected', 'name'],
  ["a layer named 'input'", spec([conv({ name: 'input' }), ...tail]), 'expected', 'name', 'input'],
  [
    'a convolution without a kernel size',
    spec([without(conv(), 'kernelSize'), ...tail]),
    'conv',
    field('kernelSize'),
    'expected',
  ],
  [
    'a convolution without channels',
    spec([without(conv(), 'outChannels'), ...tail]),
    'conv',
    field('outChannels'),
    'expected',
  ],
  [
    'a linear layer without features',
    spec([flatten, without(linear(), 'outFeatures')]),
    'fc',
    field('outFeatures'),
    'expected',
  ],
  [
    'a pool without a kernel size',
    spec([without(pool(), 'kernelSize'), ...tail]),
    'pool',
    field('kernelSize'),
    'expected',
  ],
  ['negative padding', spec([conv({ padding: -1 }), ...tail]), 'conv', 'padding', '-1'],
  ['a linear layer of an image', spec([conv(), linear()]), 'fc', 'expected a vector', '[2,26,26]'],
  ['a last layer that is no vector', spec([conv()]), 'conv', 'expected', 'vector', '[2,26,26]'],
  ['no layers', spec([]), 'expected at least one layer'],
  ['layers that are no list', { name: 'odd', input: [1, 28, 28], layers: 'conv' }, 'layers', 'expected'],
  ['no input', { name: 'odd', layers: tail }, 'input', 'expected'],
  ['an input of two sizes', spec(tail, [28, 28]), 'input', 'expected'],
  ['an input without rows', spec(tail, [1, 0, 28]), 'input', 'expected', '[1,0,28]'],
  ['an input of negative width', spec(tail, [1, 28, -28]), 'input', 'expected', '[1,28,-28]'],
  ['an input of half a pixel', spec(tail, [1, 28, 0.5]), 'input', 'expected', '0.5'],
  ['an input of a billion pixels a side', spec(tail, [1, 1e9, 1e9]), 'input', 'expected', '1000000000'],
  ['nothing at all', undefined, 'model', 'expected'],
  ['null', null, 'model', 'expected'],
  [
    'a kernel of three sizes',
    spec([conv({ kernelSize: [3, 3, 3] }), ...tail]),
    'conv',
    field('kernelSize'),
    'expected',
  ],
  [
    'sizes that would overflow',
    spec([conv({ outChannels: 1048576, kernelSize: 4096, padding: 4095 }), ...tail]),
    'conv',
    'expected',
  ],
  ['more classes than a label can name', spec([flatten, linear({ outFeatures: 257 })]), 'fc', 'expected', '256', '257'],
  ['more weights than memory', spec([flatten, linear({ outFeatures: 1000000 })]), 'fc', 'expected', '784000000'],
];

for (const [what, misfit, ...parts] of MISFITS) {
  test(`a model with ${what} is refused by describe and createSession`, async () => {
    const engine = await engineWith(1);
    assertRefused(() => engine.describe(misfit), ...parts);
    assertRefused(() => engine.createSession({ model: misfit }), ...parts);
  });
}

const BAD_SIZES = [0, -1, -2147483649, 2.5, NaN, Infinity, 1e12, 4294967297, '3', true, null];

for (const size of BAD_SIZES) {
  const shown = typeof size === 'string' ? `'${size}'` : String(size);
  const sizes = [
    ['outChannels', conv({ outChannels: size }), ...tail],
    ['kernelSize', conv({ kernelSize: size }), ...tail],
    ['kernelSize', conv({ kernelSize: [3, size] }), ...tail],
    ...(size === null ? [] : [['stride', conv({ stride: size }), ...tail]]), // null stands for the default
    ['kernelSize', pool({ kernelSize: size }), ...tail],
    ['stride', pool({ stride: [size, 1] }), ...tail],
    ['outFeatures', flatten, linear({ outFeatures: size })],
  ];
  test(`a size of ${shown} is refused wherever a layer has a size`, async () => {
    const engine = await engineWith(1);
    for (const [size, ...layers] of sizes) {
      const name = layers.at(size === 'outFeatures' ? -1 : 0).name;
      assertRefused(() => engine.describe(spec(layers)), name, field(size), 'expected');
    }
  });
}

test('padding may be as large as the kernel, as in PyTorch', async () => {
  const engine = await engineWith(1);
  const { layers } = engine.describe(spec([conv({ padding: 3 }), ...tail]));
  assert.deepEqual(layers[0].shape, [2, 32, 32]);
});

test('a refused model leaves the engine fit for use', async () => {
  const engine = await engineWith(1);
  for (const [, misfit] of MISFITS) assertRefused(() => engine.createSession({ model: misfit }));
  assert.equal(engine.describe(spec(tail)).parameters, 7850);
});
