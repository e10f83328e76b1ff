// SPDX-License-Identifier: MIT
//
// What the worker of the export and import dialogs makes of networks and files, and the table of a run's curves. Without a browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { syntheticDigits } from '../support/synthetic-digits.mjs';
import { ofAnotherProgram } from '../e2e/support/network-files';
import { curvesCsv } from '../../web/src/features/files/curves-csv';
import { fileName, groups } from '../../web/src/features/files/kinds';
import { fileSize } from '../../web/src/shared/format-small';
import { firstLink } from '../../web/src/state/page-link';
import { evaluated, initialRun, measured, probed } from '../../web/src/state/run-state';
import { networkOf, imported, startFrom } from '../../web/src/worker/networks';
import { Network } from '../../web/src/worker/files/network';
import { ForeignWeightsError, Reader } from '../../web/src/worker/files/read';
import type { ExportOptions, ModelSpec, Session } from 'tinycnn';
import type { FileKind, ImportAsk, NetworkCopy } from '../../web/src/shared/protocol-files';
import type { RunFacts } from '../../web/src/shared/protocol';

const engine = await loadEngine({ threads: 1 });
const train = syntheticDigits({ count: 1500, seed: 3 });
const testDigits = syntheticDigits({ count: 120, seed: 4 });
const pixels = testDigits.images.slice(0, 784);

function trained(id: string, steps = 60): { session: Session; copy: NetworkCopy } {
  const { bestRecipe, spec } = engine.zoo.find((row) => row.id === id)!;
  const { loss, normalize, optimizer } = bestRecipe;
  const session = engine.createSession({ model: spec, loss, normalize, optimizer, batchSize: 16, seed: 2 });
  session.setData('train', train);
  session.trainSteps(steps);
  const calibration = { ...train, images: train.images.slice(0, 784 * 50), labels: train.labels.slice(0, 50) };
  return { session, copy: { bytes: session.save(), step: steps, loss, normalize, calibration, test: testDigits } };
}

const read = (bytes: Uint8Array, ask: Partial<ImportAsk> = {}, spec: ModelSpec = engine.zoo[0]!.spec) =>
  new Reader(engine, { spec, test: testDigits, classes: 10, pixels }).read({
    ...{ name: 'file', bytes, weightsOf: { of: 'page' }, input: null },
    ...ask,
  });

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

for (const { id } of engine.zoo) {
  test(`${id}: every file that is read back answers the same, bit for bit, with its own loss`, async () => {
    const { session, copy } = trained(id, id === 'wide-593k' ? 5 : 60);
    const network = new Network(engine, copy, pixels);
    const answer = session.predict(pixels);
    assert.deepEqual(network.facts.answer, answer);
    for (const kind of ['onnx', 'safetensors', 'json', 'checkpoint'] as const) {
      const made = await network.make({ kind, input: 'bytes', testAccuracy: null });
      assert.deepEqual(made.answer, answer, kind);
      const found = await read(await bytesOf(made.blob));
      assert.deepEqual(found.answer, answer, kind);
      assert.deepEqual(found.loss, copy.loss, kind);
      assert.deepEqual([found.row, found.input, found.isWeights], [id, null, false]);
      assert.equal(found.accuracy?.count, 120);
    }
  });
}

test('integers answer for every kind of file, and are compared with floating point on all test images', async () => {
  for (const id of ['tinycnn', 'sigmoid-mlp']) {
    const { session, copy } = trained(id);
    const network = new Network(engine, copy, pixels);
    const { answer, bytes, macs } = await network.quantizedFacts();
    assert.ok(Math.abs(answer.reduce((sum, each) => sum + each, 0) - 1) < 1e-5);
    assert.equal(bytes.float, 4 * session.summary.parameters);
    assert.ok(bytes.int8 < 0.5 * bytes.float && macs.int8 <= macs.float);
    for (const kind of ['tflite-int8', 'c-int8'] as const) {
      const made = await network.make({ kind, input: 'bytes', testAccuracy: 0.5 });
      assert.deepEqual(made.answer, answer);
      assert.ok(made.blob.size > bytes.int8 / 2);
    }
    const counts: number[] = [];
    const found = await network.compare(Infinity, ({ count }) => counts.push(count));
    assert.deepEqual([found.count, found.total, counts.at(-1)], [120, 120, 120]);
    session.setData('test', testDigits);
    assert.equal(found.correct.before, Math.round(120 * session.evaluate('test').accuracy));
    assert.equal(found.changed.length, Math.min(40, found.changes));
    for (const { before, after, index, pixels: shown } of found.changed) {
      assert.notEqual(before, after);
      assert.deepEqual(shown, testDigits.images.slice(784 * index, 784 * (index + 1)));
    }
  }
});

const zerosIn = (session: Session): number => {
  const weights = session.parameters().filter(({ shape }) => shape.length > 1);
  return weights.flatMap(({ data }) => [...data]).filter((value) => value === 0).length;
};

test('a smaller network is made, and the one that was taken stays as it is', async () => {
  const { session, copy } = trained('tinycnn');
  const network = new Network(engine, copy, pixels);
  for (const type of ['unstructured', 'channels'] as const) {
    const told: number[] = [];
    const ask = { pruning: { type, sparsity: 0.75 }, train };
    const {
      before,
      after,
      comparison,
      network: smaller,
    } = await network.prune(ask, ({ step, steps }) => {
      told.push(step / steps);
    });
    assert.equal(told.at(-1), 1);
    assert.deepEqual([before.weights, before.macs], [session.summary.parameters, session.summary.macs]);
    assert.ok(after.weights < before.weights && after.bytes < 0.7 * before.bytes, type);
    if (type === 'channels') assert.ok(after.macs <= 0.25 * before.macs);
    else assert.ok(Math.abs(after.weights / before.weights - 0.25) < 0.01);
    assert.equal(comparison.count, 120);
    const again = engine.createSession({
      model: smaller.spec,
      parameters: [...smaller.weights],
      normalize: copy.normalize,
    });
    again.setData('test', testDigits);
    assert.equal(again.evaluate('test').accuracy, comparison.correct.after / comparison.count);
    again.dispose();
  }
  assert.deepEqual(network.session.save(), copy.bytes);
});

test('zeros of a network that was pruned elsewhere stay zeros while it trains; those of others do not', async () => {
  const { spec } = engine.zoo[0]!;
  for (const [share, stays] of [
    [0.5, true],
    [0.05, false],
  ] as const) {
    const session = engine.createSession({ model: spec, seed: 3 });
    const weights = session.parameters().map((tensor) => ({
      ...tensor,
      data: tensor.data.map((value, i) => (tensor.shape.length > 1 && i % 20 < 20 * share ? 0 : value)),
    }));
    await startFrom(session, weights);
    const zeros = zerosIn(session);
    assert.ok(zeros > 0);
    session.setData('train', train);
    session.trainSteps(20);
    assert.equal(zerosIn(session) === zeros, stays);
    session.dispose();
  }
});

test('what a file’s network reads is found by test images where the file does not say it, and can be chosen', async () => {
  const { session } = trained('tinycnn', 150);
  for (const input of ['bytes', 'unit', 'normalized'] as const) {
    const bytes = ofAnotherProgram(await session.exportModel({ format: 'onnx', input }));
    const found = await read(bytes);
    assert.equal(found.input, input);
    const least = Math.min(...found.trials.map(({ loss }) => loss));
    assert.equal(found.trials.find(({ loss }) => loss === least)?.input, input);
    const difference = found.answer.map((share, i) => Math.abs(share - session.predict(pixels)[i]!));
    assert.ok(Math.max(...difference) < 1e-3, input);
    const other = await read(bytes, { input: input === 'unit' ? 'bytes' : 'unit' });
    assert.equal(other.input, input === 'unit' ? 'bytes' : 'unit');
  }
});

test('a layer called softmax gets another name, and nothing else changes', async () => {
  const spec: ModelSpec = {
    name: 'names',
    input: [1, 28, 28],
    layers: [
      { name: 'flatten', type: 'flatten' },
      { name: 'softmax', type: 'linear', outFeatures: 12 },
      { name: 'softmax1', type: 'relu' },
      { name: 'again', type: 'linear', outFeatures: 12, from: ['softmax'] },
      { name: 'join', type: 'add', from: ['softmax1', 'again'] },
      { name: 'fc', type: 'linear', outFeatures: 10 },
    ],
  };
  const session = engine.createSession({ model: spec });
  const found = await read(await session.exportModel({ format: 'json' }));
  assert.deepEqual(
    found.spec.layers.map(({ name }) => name),
    ['flatten', 'softmax2', 'softmax1', 'again', 'join', 'fc'],
  );
  assert.deepEqual(found.answer, session.predict(pixels));
});

test('weights that do not fit the network that was said are refused as such, other refusals are not', async () => {
  const { session } = trained('lenet5', 1);
  const own = (options: ExportOptions) => session.exportModel(options);
  const zip = await own({ format: 'safetensors' });
  const head = JSON.parse(Buffer.from(zip.subarray(8, 8 + zip[0]! + 256 * zip[1]!)).toString()) as Record<
    string,
    unknown
  >;
  delete head.__metadata__;
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length);
  const weights = Buffer.concat([length, text, zip.subarray(8 + zip[0]! + 256 * zip[1]!)]);
  await assert.rejects(read(weights), ForeignWeightsError);
  const found = await read(weights, { weightsOf: { of: 'zoo', id: 'lenet5' } });
  assert.deepEqual(found.weights, session.parameters());
  assert.equal(found.isWeights, true);
  await assert.rejects(
    read(weights.subarray(0, 5000)),
    (error) => error instanceof Error && !(error instanceof ForeignWeightsError),
  );
});

test('a run of an imported network starts from its weights, and from new ones only in the layer that does not fit', async () => {
  const { session } = trained('tinycnn', 5);
  const entry = { ...engine.zoo[0]!, id: 'imported-1' };
  imported.networks = [{ entry, weights: session.parameters() }];
  const { weights } = networkOf(engine, 'imported-1');
  const same = engine.createSession({ model: entry.spec });
  await startFrom(same, weights!);
  assert.deepEqual(same.parameters(), session.parameters());
  const fewer = engine.createSession({ model: entry.spec, classNames: ['a', 'b', 'c'] });
  const fresh = fewer.parameters();
  await startFrom(fewer, weights!);
  for (const [i, { name, data }] of fewer.parameters().entries()) {
    const from = name.startsWith('fc2') ? fresh : session.parameters();
    assert.deepEqual(data, from[i]!.data, name);
  }
  imported.networks = [];
  assert.throws(() => networkOf(engine, 'imported-1'), /no model named imported-1/);
});

test('each file has a name that its reader takes', () => {
  const named = (kind: FileKind | 'kernels', network: string): string =>
    fileName(
      groups.flatMap(({ items }) => items).find((item) => item.kind === kind)!,
      network,
    );
  assert.equal(named('onnx', 'bn-gap-12k'), 'bn-gap-12k.onnx');
  assert.equal(named('pytorch', 'bn-gap-12k'), 'bn_gap_12k.py');
  assert.equal(named('c-int8', '7 segments'), '_7_segments_int8.h');
  assert.equal(named('kernels', '../ünïcode/1'), 'ünïcode-1-kernels.png');
  assert.equal(named('json', ''), 'network.json');
});

test('sizes are said in the unit that fits', () => {
  assert.deepEqual([812, 78_432, 999_949, 999_950, 2_400_000].map(fileSize), [
    ...['812 bytes', '78.4 kB', '999.9 kB', '1.0 MB', '2.4 MB'],
  ]);
});

test('the curves of a run become a table with a line for each step of which anything is known', () => {
  const facts = { batchSize: 16, stepsPerEpoch: 40 } as RunFacts;
  const empty = { ...initialRun(firstLink.settings), facts };
  assert.equal(curvesCsv(empty), null);
  const steps = Array.from({ length: 40 }, (_, i) => ({ step: i + 1, steps: 1, loss: 2 / (i + 1), accuracy: 0.5 }));
  const run = evaluated(probed(measured(empty, steps, 1), { step: 20, loss: 1, accuracy: 0.25, count: 100 }), {
    ...{ step: 40, epoch: 1, loss: 0.123456789, accuracy: 0.9, count: 500, confusion: [], dead: [] },
    ...{ training: { loss: 0.1, accuracy: 0.95 }, validation: { loss: 0.2, accuracy: 0.8 } },
  });
  const [head, ...lines] = curvesCsv(run)!.trimEnd().split('\n');
  assert.equal(
    head,
    'step,images,epoch,train_loss,train_accuracy,test_loss,test_accuracy,validation_loss,validation_accuracy',
  );
  assert.equal(lines[0], '1,16,0.025,2,0.5,,,,');
  assert.match(
    lines.find((line) => line.startsWith('20,'))!,
    /^20,320,0\.5,[\d.]+,0\.5,1,0\.25,,$/,
  );
  assert.match(lines.at(-1)!, /^40,640,1,[\d.]+,0\.5,0\.123457,0\.9,0\.2,0\.8$/);
  const order = lines.map((line) => Number(line.split(',')[0]));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
});
