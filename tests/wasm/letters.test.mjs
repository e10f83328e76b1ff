// SPDX-License-Identifier: MIT
//
// Letters as EMNIST stores them: images that lie transposed are told by their looks and put upright, and the best fitting network of the
// zoo reads 88 % of them. The real ones need LETTERS_DIR.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksTransposed, transposeImages } from 'tinycnn';
import { trainOnLetters } from '../../tools/experiments/letter-training.mjs';
import { engineWith } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const upright = syntheticDigits({ count: 400, seed: 1 });
const others = syntheticDigits({ count: 50, seed: 2 });

test('transposing exchanges rows and columns, and twice is not at all', () => {
  const image = { images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(0), height: 2, width: 3 };
  const turned = transposeImages(image);
  assert.deepEqual([...turned.images], [1, 4, 2, 5, 3, 6]);
  assert.deepEqual([turned.height, turned.width], [3, 2]);
  assert.deepEqual(transposeImages(turned), image);
  assert.deepEqual(transposeImages(transposeImages(upright)), { ...upright });
});

test('handwriting that is stored transposed is known by its looks alone', () => {
  assert.equal(looksTransposed(upright), false);
  assert.equal(looksTransposed(transposeImages(upright)), true);
});

test('beside upright images of the same classes even a few are enough', () => {
  assert.equal(looksTransposed(others, upright), false);
  assert.equal(looksTransposed(transposeImages(others), upright), true);
});

test('images that are not square, or empty, never look transposed', () => {
  assert.equal(
    looksTransposed({ images: new Uint8Array(12).fill(9), labels: new Uint8Array(2), height: 2, width: 3 }),
    false,
  );
  assert.equal(looksTransposed({ images: new Uint8Array(32), labels: new Uint8Array(2), height: 4, width: 4 }), false);
});

const folder = process.env.LETTERS_DIR;
const skip = folder ? false : 'LETTERS_DIR does not name a folder of letters';

test(
  'the best fitting network reads at least 88 % of the letters, whichever way round the test set is stored',
  { skip },
  async (t) => {
    const engine = await engineWith(2);
    const results = trainOnLetters({ engine, looksTransposed, transposeImages }, folder);
    for (const { name, transposed, accuracy } of results)
      t.diagnostic(`${name}: ${accuracy}${transposed ? ', put upright' : ''}`);
    assert.ok(results.length > 0);
    for (const { accuracy } of results) assert.ok(accuracy >= 0.88, `accuracy ${accuracy}`);
    assert.ok(results.every(({ name, transposed }) => transposed === /transposed/.test(name)));
  },
);
