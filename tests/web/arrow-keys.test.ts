// SPDX-License-Identifier: MIT
//
// Where arrow keys lead.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { destination } from '../../web/src/ui/arrow-keys';

test('arrow keys move by a column or a row, and not out of the grid', () => {
  const grid = { count: 11, across: 4 };
  const to = (key: string, from: number) => destination(key, from, grid);
  assert.deepEqual([to('ArrowRight', 0), to('ArrowDown', 0), to('ArrowLeft', 5), to('ArrowUp', 5)], [1, 4, 4, 1]);
  assert.deepEqual([to('ArrowLeft', 4), to('ArrowRight', 7), to('ArrowUp', 2), to('ArrowDown', 7)], [4, 7, 2, 7]);
  assert.deepEqual([to('ArrowRight', 10), to('Home', 5), to('End', 5)], [10, 0, 10]);
});

test('in a single column Left and Right go up and down too', () => {
  const grid = { count: 3, across: 1 };
  assert.deepEqual(
    ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'].map((key) => destination(key, 1, grid)),
    [0, 0, 2, 2],
  );
});

test('a row can wrap, and pages stop at its ends', () => {
  const wrapping = { count: 3, wraps: true };
  assert.deepEqual([destination('ArrowRight', 2, wrapping), destination('ArrowLeft', 0, wrapping)], [0, 2]);
  const paged = { count: 25, page: 10 };
  assert.deepEqual([destination('PageUp', 3, paged), destination('PageUp', 20, paged)], [13, 24]);
  assert.equal(destination('PageDown', 3, paged), 0);
});

test('other keys are not for moving', () => {
  for (const key of ['Enter', 'a', 'PageUp']) assert.equal(destination(key, 0, { count: 3 }), null);
});
