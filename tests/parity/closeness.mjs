// SPDX-License-Identifier: MIT
//
// How far numbers are from PyTorch's. "Relative" is by elements, in units of the expected tensor's largest magnitude: an element that
// nearly cancels to zero is held to the rounding of its terms, not of itself.

import assert from 'node:assert/strict';

const kNegligible = 0.01;

/** The largest |actual - expected|; a NaN anywhere makes it NaN, which no tolerance admits. */
export function largestDifference(actual, expected) {
  assert.equal(actual.length, expected.length, `expected ${expected.length} values, got ${actual.length}`);
  assert.ok(expected.length > 0, 'nothing to compare');
  let largest = 0;
  for (let i = 0; i < expected.length; ++i) {
    const difference = Math.abs(actual[i] - expected[i]);
    if (!(difference <= largest)) largest = difference;
    if (Number.isNaN(largest)) break;
  }
  return largest;
}

export function largestMagnitude(values) {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Throws unless every element is within `tolerance` of the expected one; returns the distance. */
export function assertWithinAbsolute(actual, expected, tolerance, what) {
  const distance = largestDifference(actual, expected);
  assert.ok(distance <= tolerance, `${what}: off by ${distance}, allowed are ${tolerance}`);
  return distance;
}

/** As above, with `tolerance` in units of the expected tensor's largest magnitude, or of `leastScale` if that is more; a tensor of
 * zeros must be met exactly. */
export function assertWithinRelative(actual, expected, tolerance, what, leastScale = 0) {
  const scale = Math.max(largestMagnitude(expected), leastScale);
  const distance = largestDifference(actual, expected) / (scale || 1);
  const allowed = scale > 0 ? tolerance : 0;
  assert.ok(distance <= allowed, `${what}: off by ${distance} relative, allowed are ${allowed}`);
  return distance;
}

/** Compares two lists of { name, shape, data } by name: the same names and shapes, and data within `tolerance` by `assertWithin`. */
export function assertListsWithin(assertWithin, actual, expected, tolerance) {
  const names = (list) => list.map(({ name }) => name).sort();
  assert.deepEqual(names(actual), names(expected));
  const distances = expected.map((wanted) => {
    const found = actual.find(({ name }) => name === wanted.name);
    assert.deepEqual([...found.shape], wanted.shape, `${wanted.name}'s shape`);
    return assertWithin(found.data, wanted.data, tolerance, wanted.name);
  });
  return Math.max(...distances);
}

/** A network's gradients, relative; one that is next to nothing beside the largest is rounding alone (that of a bias before batch
 * norm, which takes it away again), and is held to `kNegligible` of the largest. */
export function assertGradientsWithin(actual, expected, tolerance) {
  const leastScale = kNegligible * Math.max(...expected.map(({ data }) => largestMagnitude(data)));
  const assertWithin = (a, b, allowed, what) => assertWithinRelative(a, b, allowed, `gradient of ${what}`, leastScale);
  return assertListsWithin(assertWithin, actual, expected, tolerance);
}
