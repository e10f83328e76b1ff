// SPDX-License-Identifier: MIT
//
// A drawing becomes what MNIST's digits are: its ink fitted into 20x20 with its aspect kept, anti-aliased, its centre of mass in the
// middle of 28x28 (yann.lecun.com/exdb/mnist).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, engineWith } from '../support/sessions.mjs';

const SIDE = 28;
const engine = await engineWith(1);

/** A grey drawing of `side` x `side`, whose ink is 255 wherever `inked(x, y)`. */
function drawing(side, inked) {
  return Uint8Array.from({ length: side * side }, (_, i) => (inked(i % side, Math.floor(i / side)) ? 255 : 0));
}

const rectangle = (left, top, width, height) => (x, y) => x >= left && x < left + width && y >= top && y < top + height;

/** Size and centre of mass of the ink. */
function inkOf(pixels) {
  const ink = { mass: 0, x: 0, y: 0, left: SIDE, right: -1, top: SIDE, bottom: -1 };
  pixels.forEach((value, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    ink.mass += value;
    ink.x += value * x;
    ink.y += value * y;
    if (value < 128) return; // less than half covered: the edge's anti-aliasing
    Object.assign(ink, { left: Math.min(ink.left, x), right: Math.max(ink.right, x) });
    Object.assign(ink, { top: Math.min(ink.top, y), bottom: Math.max(ink.bottom, y) });
  });
  return {
    x: ink.x / ink.mass,
    y: ink.y / ink.mass,
    width: ink.right - ink.left + 1,
    height: ink.bottom - ink.top + 1,
  };
}

const near = (actual, expected, tolerance, what) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: expected ${expected} ± ${tolerance}, got ${actual}`);

test('an empty drawing is said to be empty, and comes back black', () => {
  const { pixels, empty } = engine.prepareDigit(new Uint8Array(280 * 280), 280, 280);
  assert.equal(empty, true);
  assert.deepEqual(pixels, new Uint8Array(784));
});

for (const [side, width, height] of [
  [280, 40, 100],
  [280, 200, 50],
  [112, 10, 90],
  [28, 3, 9],
  [280, 2, 2],
  [560, 560, 560],
]) {
  test(`ink of ${width}x${height} on ${side}x${side} becomes 20 pixels long, keeps its aspect and is centred`, () => {
    const [left, top] = [Math.floor((side - width) / 3), Math.floor((side - height) / 5)];
    const { pixels, empty } = engine.prepareDigit(drawing(side, rectangle(left, top, width, height)), side, side);
    assert.equal(empty, false);
    const ink = inkOf(pixels);
    const longer = Math.max(width, height);
    near(ink.width, (20 * width) / longer, 1.01, 'width');
    near(ink.height, (20 * height) / longer, 1.01, 'height');
    near(ink.x, 13.5, 0.51, 'centre, x');
    near(ink.y, 13.5, 0.51, 'centre, y');
    assert.ok(Math.max(...pixels) > 200, 'the ink stays dark');
  });
}

test('where on the pad it was drawn does not matter', () => {
  const shape = (dx, dy) => (x, y) =>
    rectangle(20 + dx, 30 + dy, 15, 120)(x, y) || rectangle(20 + dx, 135 + dy, 70, 15)(x, y);
  const [first, second] = [
    [0, 0],
    [140, 110],
  ].map(([dx, dy]) => engine.prepareDigit(drawing(280, shape(dx, dy)), 280, 280).pixels);
  assert.deepEqual(second, first);
});

test('a slanted stroke is anti-aliased', () => {
  const slanted = (x, y) => y >= 40 && y < 240 && Math.abs(x - 100 - 0.37 * y) < 10;
  const { pixels } = engine.prepareDigit(drawing(280, slanted), 280, 280);
  const greys = pixels.filter((value) => value > 0 && value < 255);
  assert.ok(new Set(greys).size > 8, `${new Set(greys).size} different greys`);
});

test('the centre of mass, not of the box, comes to the middle', () => {
  const heavyFoot = (x, y) => rectangle(100, 40, 20, 200)(x, y) || rectangle(60, 200, 100, 40)(x, y);
  const ink = inkOf(engine.prepareDigit(drawing(280, heavyFoot), 280, 280).pixels);
  near(ink.x, 13.5, 0.51, 'centre, x');
  near(ink.y, 13.5, 0.51, 'centre, y');
});

test('prepareDigit refuses sizes that do not match the bytes', () => {
  assertRefused(() => engine.prepareDigit(new Uint8Array(100), 10, 11), 'expected', '10x11', '100');
  for (const side of [0, -1, 1.5, NaN, 1e6])
    assertRefused(() => engine.prepareDigit(new Uint8Array(100), side, side), 'expected');
  assertRefused(() => engine.prepareDigit(undefined, 10, 10), 'expected', 'Uint8Array');
});
