// SPDX-License-Identifier: MIT
//
// "Unlike anything it was trained on": on made-up features, and with real people's writing. Letters are what a network of digits has
// never seen: half of them are marked, and of the digits of writers 11 to 30 at most one in twenty. Needs LETTERS_DIR, PEN_DIGITS_DIR and
// MNIST_DIR. The features, the arithmetic and the threshold were chosen with writers 1 to 10; the others only measure.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { loadEngine } from 'tinycnn';
import { readPenDigits } from '../../tools/experiments/pen-digit-data.mjs';
import { familiarityOf, unusualness } from '../../web/src/math/familiarity';
import { finished } from '../../web/src/math/work';
import { recipeOf } from '../../web/src/shared/recipes';
import { unlikeFrom } from '../../web/src/state/digit-state';
import { Acquaintance } from '../../web/src/worker/acquaintance';
import { sessionOptionsOf } from '../../web/src/shared/plan';
import type { Strokes } from 'tinycnn';
import type { Features, LabelledFeatures } from '../../web/src/math/familiarity';

/** Numbers of a normal distribution, always the same. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
}

describe('made-up features', () => {
  const normal = normals(1);
  /** Two classes, correlated: far along one diagonal is near, along the other it is far. */
  const drawn = (label: number): LabelledFeatures => {
    const [shared, own] = [normal(), 0.1 * normal()];
    const values = Float64Array.of(10 * label + shared + own, shared - own, normal());
    return { label, values, scores: Float32Array.of(label === 0 ? 5 : 0, label === 0 ? 0 : 5) };
  };
  const many = (count: number) => Array.from({ length: count }, (_, i) => drawn(i % 2));
  const familiarity = finished(familiarityOf(many(600), many(200)))!;
  const at = (...values: number[]): Features => ({
    values: Float64Array.from(values),
    scores: Float32Array.of(5, 0),
  });

  test('a typical image is usual, one far from every class is not', () => {
    expect(unusualness(familiarity, at(0, 0, 0))).toBeLessThan(0.6);
    expect(unusualness(familiarity, at(10, 0, 0))).toBeLessThan(0.6);
    expect(unusualness(familiarity, at(5, 20, 0))).toBe(1);
  });

  test('distance counts by how the training images vary', () => {
    expect(unusualness(familiarity, at(1.5, 1.5, 0))).toBeLessThan(0.95);
    expect(unusualness(familiarity, at(1.5, -1.5, 0))).toBe(1);
  });

  test('an image that every class answers weakly is more unusual', () => {
    const image = at(0.5, 0.5, 0.5);
    const weak = { ...image, scores: Float32Array.of(0, 0) };
    expect(unusualness(familiarity, weak)).toBeGreaterThan(unusualness(familiarity, image));
  });

  test('of other training images as many are called unlike as were accepted', () => {
    const marked = many(2000).filter((features) => unusualness(familiarity, features) >= unlikeFrom);
    expect(Math.abs(marked.length / 2000 - (1 - unlikeFrom))).toBeLessThan(0.03);
  });

  test('there is nothing to say of too few images, or of NaN', () => {
    expect(finished(familiarityOf(many(4), many(100)))).toBeNull();
    expect(finished(familiarityOf(many(600), many(10)))).toBeNull();
    const broken = many(600).map((each) => ({ ...each, values: Float64Array.of(Number.NaN, 0, 0) }));
    expect(finished(familiarityOf(broken, many(200)))).toBeNull();
  });
});

const { MNIST_DIR: mnist, LETTERS_DIR: letters, PEN_DIGITS_DIR: pens } = process.env;
const skip =
  mnist && letters && pens ? false : 'MNIST_DIR, LETTERS_DIR and PEN_DIGITS_DIR do not name folders with data';

const epochs = 3;
const atOnce = 784;

test(
  'half of the letters are marked, and at most one in twenty digits of people whose digits chose nothing',
  { skip },
  async (t) => {
    const engine = await loadEngine({ threads: 2 });
    const unzipped = (folder: string, name: string) => gunzipSync(readFileSync(join(folder, `${name}-ubyte.gz`)));
    const train = {
      ...engine.readIdxImages(unzipped(mnist!, 'train-images-idx3')),
      ...engine.readIdxLabels(unzipped(mnist!, 'train-labels-idx1')),
    };
    const recipe = { ...recipeOf(engine.zoo[0]!, 'recommended', true), epochs };
    const totalSteps = epochs * Math.ceil(train.labels.length / recipe.batchSize);
    const options = sessionOptionsOf({ ...recipe, schedule: { type: 'cosine', totalSteps } }, train.labels.length);
    const session = engine.createSession({ model: engine.zoo[0]!.id, seed: 1, ...options });
    session.setData('train', train);
    session.trainSteps(totalSteps);
    const acquaintance = new Acquaintance(session, train, {
      ...{ isWanted: () => true, isTraining: () => false, found: () => undefined },
    });
    await acquaintance.refresh();
    const isMarked = (pixels: Uint8Array): boolean =>
      acquaintance.unusual(session.allActivations(pixels))! >= unlikeFrom;

    const { images } = engine.readIdxImages(unzipped(letters!, 'unipen-letters-t10k-images-idx3'));
    const count = 2000;
    const total = images.length / atOnce;
    const marked = Array.from({ length: count }, (_, i) => Math.floor((i * total) / count)).filter((i) =>
      isMarked(images.subarray(i * atOnce, (i + 1) * atOnce)),
    );
    const penDigits = readPenDigits(pens) as { writer: number; strokes: Strokes }[];
    const measuring = penDigits.filter(({ writer }) => writer > 10);
    const wrongly = measuring.filter(({ strokes }) => isMarked(engine.renderStrokes(strokes).pixels));
    session.dispose();
    const [found, falseAlarms] = [marked.length / count, wrongly.length / measuring.length];
    t.diagnostic(
      `marked: ${(100 * found).toFixed(1)} % of the letters, ${(100 * falseAlarms).toFixed(1)} % of the digits`,
    );
    expect(found).toBeGreaterThanOrEqual(0.5);
    expect(falseAlarms).toBeLessThanOrEqual(0.05);
  },
);
