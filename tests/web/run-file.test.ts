// SPDX-License-Identifier: MIT
//
// Files of runs: what was written is what is read, every version that was ever written stays readable, and what is no such file is refused
// with a sentence. The weights' hash is the core's.

import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import fc from 'fast-check';
import { fnv1a } from '../support/fnv1a.mjs';
import { fileOf, readRun } from '../../web/src/client/kept/run-in-file';
import { Fnv1a, hashOfWeights } from '../../web/src/shared/fnv1a';
import { readRunFile, writeRunFile } from '../../web/src/shared/run-file';
import type { Captured } from '../../web/src/client/kept/capture';
import type { ImportedNetwork } from '../../web/src/shared/imported';
import type { KeptData } from '../../web/src/client/kept/schema';

const data: KeptData = {
  source: { kind: 'published', id: 'mnist' },
  ...{ title: 'MNIST', classes: '0123456789'.split(''), trainCount: 60_000, testCount: 10_000 },
};

const sums = { steps: 3, loss: 0.5, accuracy: 2.5 };

/** A small run, whose weights are a checkpoint of another test. */
function run(): Captured {
  const weights = new Uint8Array(readFileSync(new URL('../wasm/checkpoints/version-4.bin', import.meta.url)));
  return {
    weights,
    past: {
      moments: [0, 1, 2].map((step) => ({ step, weights: Float32Array.from([step, 0.1 * step, -1]) })),
      checkpoints: [{ step: 600, epochs: 12, bytes: weights.slice(0, 40) }],
    },
    record: {
      network: 'TinyCNN',
      spec: { name: 'tinycnn', input: [1, 28, 28], layers: [{ name: 'fc', type: 'linear', outFeatures: 10 }] } as never,
      ...{ size: { parameters: 18_982, macs: 300_000 }, seconds: 12.5, hash: '0123456789abcdef' },
      ...{ schema: 3, savedAt: 0, step: 650, epochs: 12, isTraining: true, aim: null },
      stop: { at: 'step', step: 700 },
      log: {
        begun: { model: 'tinycnn', recipe: 'best', seed: 5, validation: 0.1, changes: { batchSize: 64 } },
        ...{ rates: [{ step: 20, learningRate: 0.003 }], unlike: null },
      },
      known: {
        ...{ loss: 0.25, accuracy: 0.9, extendedTo: null },
        curve: { bucket: 20, points: [{ step: 20, loss: 2.1, accuracy: 0.2 }], open: sums },
        story: { points: [{ step: 1, loss: 2.3, accuracy: 0.1 }], open: sums },
        probes: [{ step: 40, loss: 1.5, accuracy: 0.5, count: 1000 }],
        evaluations: [
          {
            ...{ step: 600, epoch: 1, loss: 0.3, accuracy: 0.91, count: 4 },
            confusion: [
              [2, 0],
              [1, 1],
            ],
            training: { loss: 0.2, accuracy: 0.93 },
            validation: { loss: 0.25, accuracy: 0.92 },
            dead: [{ layer: 'relu1', dead: 1, total: 4, isOfChannels: true }],
          },
        ],
      },
      test: { step: 600, predicted: Uint8Array.from([0, 0, 1, 0]) },
      drawing: [
        [
          [1, 2, 0.5],
          [3, 4, 0.5],
        ],
      ],
    },
  };
}

const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`runs/${name}.tinyrun`, import.meta.url)));

describe('a file of a run', () => {
  test('gives back what was written', () => {
    const { record, weights, past } = run();
    const read = readRun(fileOf(run(), data, null));
    expect(read.weights).toEqual(weights);
    expect(read.past).toEqual(past);
    expect(read.kept).toMatchObject({ ...record, data, isTraining: false });
  });

  test('brings the network along that came from a file', () => {
    const recipe = { title: 'mine', epochs: 1, batchSize: 8, emaDecay: 0, optimizer: {}, schedule: {}, loss: {} };
    const entry = {
      ...{ id: 'imported-1', title: 'Imported: mine', spec: { layers: [] }, parameters: 2, macs: 2 },
      ...{ recipe: { ...recipe, normalize: {} }, bestRecipe: { ...recipe, normalize: {} } },
    };
    const weights = [{ name: 'fc1.weight', shape: [1, 2], data: Float32Array.from([0.5, -3]) }];
    const network = { entry, weights } as unknown as ImportedNetwork;
    expect(readRun(fileOf(run(), data, network)).network).toEqual(network);
  });

  test('is today what it was', () => {
    expect(Buffer.from(fileOf(run(), data, null)).equals(golden('schema-3'))).toBe(true);
  });

  for (const schema of [1, 2, 3]) {
    test(`of schema ${schema} stays readable`, () => {
      const { kept, weights, past } = readRun(golden(`schema-${schema}`));
      expect(kept).toMatchObject({ schema: 3, step: 650, log: run().record.log, known: run().record.known, aim: null });
      expect(weights).toEqual(run().weights);
      expect(past.moments).toHaveLength(schema === 1 ? 0 : 3);
      expect(kept.test).toEqual(run().record.test);
      expect(kept.network).toBe(schema === 1 ? 'tinycnn' : 'TinyCNN');
      const { size, seconds, hash } = run().record;
      const isKnown = schema === 3;
      expect(kept).toMatchObject(
        isKnown ? { size, seconds, hash } : { spec: null, size: null, seconds: null, hash: null },
      );
    });
  }

  test('that is cut off or changed anywhere is refused, with a sentence', () => {
    const file = fileOf(run(), data, null);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = file.slice();
        changed[at]! ^= flip;
        expect(() => readRun(changed)).toThrow(/^This (is not a whole file of a run|file of a run has version \d+)/);
        expect(() => readRun(file.slice(0, at))).toThrow(/^This is not a whole file of a run: /);
      }),
      { numRuns: 200 },
    );
  });

  test('whose header anybody has written is refused where it cannot be', () => {
    const whole = readRunFile(fileOf(run(), data, null));
    const known = whole.run as Record<string, unknown>;
    const refusedBecauseOf = (change: Record<string, unknown>): string => {
      const file = writeRunFile({ ...whole, run: { ...known, ...change } });
      try {
        readRun(file);
      } catch (error) {
        return (error as Error).message;
      }
      return 'nothing';
    };
    expect(refusedBecauseOf({})).toBe('nothing');
    for (const change of [
      { step: -1 },
      { step: 'many' },
      { size: { parameters: -1, macs: 2 } },
      { hash: 7 },
      { stop: { at: 'never' } },
      { drawing: [[['x', 0]]] },
      { data: { ...data, source: { kind: 'elsewhere' } } },
      { log: { ...(known.log as object), begun: { model: 7 } } },
      { log: { ...(known.log as object), rates: [{ step: 2 }] } },
      { known: { ...(known.known as object), probes: [{}] } },
    ]) {
      const [name] = Object.keys(change);
      expect(refusedBecauseOf(change)).toBe(`In this file of a run “${name!}” is not what it should be.`);
    }
    expect(refusedBecauseOf({ schema: 4 })).toMatch(/^This run was saved by a newer version of this page\./);
  });

  test('of a newer container says which versions are read', () => {
    const file = fileOf(run(), data, null);
    new DataView(file.buffer).setUint32(8, 2, true);
    expect(() => readRun(file)).toThrow('This file of a run has version 2; this page reads versions up to 1.');
  });
});

test('the hash of weights is the core’s, whatever bytes they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(new Fnv1a().add(bytes).hex).toBe(fnv1a(bytes).toString(16).padStart(16, '0'));
    }),
  );
  const [a, b] = [Float32Array.from([1, -2.5]), Float32Array.from([1e-30])];
  expect(hashOfWeights([a, b])).toBe(hashOfWeights([Float32Array.from([...a, ...b])]));
});
