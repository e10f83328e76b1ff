// SPDX-License-Identifier: MIT
//
// tinycnn/worker in Node: the same session as promises, with the same bits, errors and codes, and an end to everything on dispose.
// (chromium-bits.test.mjs: the same in a browser.)

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loadEngine, TinyCNNError } from 'tinycnn/worker';
import { TinyCNNError as SameError } from 'tinycnn';
import { engineWith, runProgram, SMALL_SPEC, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const digits = syntheticDigits({ count: 300, seed: 5 });
const image = digits.images.subarray(784, 1568);
const options = { model: SMALL_SPEC, seed: 4, batchSize: 16 };
const engine = await loadEngine({ threads: 1 });
after(() => engine.dispose());

const rejectsWith = (code, promise, ...parts) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof TinyCNNError, String(error));
    assert.equal(error.code, code, error.message);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    return true;
  });

async function withRemote(use, given = options) {
  const session = await engine.createSession(given);
  try {
    return await use(session);
  } finally {
    session.dispose();
  }
}

const withoutSpeed = ({ imagesPerSecond, ...rest }) => (assert.ok(imagesPerSecond > 0), rest);

test('the error class is the same as that of the package', () => assert.equal(TinyCNNError, SameError));

test('what an engine in a worker gives is what an engine here gives', async () => {
  const here = await engineWith(1);
  assert.deepEqual([engine.info, engine.zoo], [here.info, here.zoo]);
  assert.deepEqual(await engine.describe(SMALL_SPEC), here.describe(SMALL_SPEC));
  assert.deepEqual(await engine.generateDigits({ count: 5 }), here.generateDigits({ count: 5 }));
  assert.deepEqual(await engine.renderStrokes([[[1, 2]]]), here.renderStrokes([[[1, 2]]]));
  assert.deepEqual(await engine.generateStrokes({ index: 3 }), here.generateStrokes({ index: 3 }));
  assert.ok((await engine.memory).used > 0);
  assert.ok((await engine.measurePeak(0)) > 0);
});

test('every method of a session answers with what it answers here, bit for bit', async () => {
  const asks = [
    async (s) => s.setData('train', digits),
    async (s) => s.setData('test', digits),
    async (s) => withoutSpeed(await s.trainSteps(5)),
    async (s) => s.trainSlice(),
    async (s) => [await s.step, await s.stepsPerEpoch, await s.hasValidation, await s.seed, await s.batchSize],
    async (s) => (await s.memoryBytes) > 0,
    async (s) => s.setLearningRate(0.01),
    async (s) => s.setSchedule({ type: 'cosine', totalSteps: 100 }),
    async (s) => s.findLearningRate({ steps: 10 }),
    async (s) => s.augmented(3, 1),
    async (s) => s.evaluate('test'),
    async (s) => s.evaluateRange('test', 5, 7),
    async (s) => [await s.predict(image), await s.logits(image), await s.predictBatch([image, image])],
    async (s) => [await s.activations('conv', image), await s.allActivations(image)],
    async (s) => s.gradients(digits.images, digits.labels),
    async (s) =>
      s.setParameters((await s.parameters()).map((each) => ({ ...each, data: each.data.map((x) => x / 2) }))),
    async (s) => s.parameters({ averaged: true }),
    async (s) => s.prune({ type: 'unstructured', sparsity: 0.5, schedule: { steps: 4, frequency: 2 } }),
    async (s) => s.prune({ type: 'channels', sparsity: 0.5 }),
    async (s) => s.quantizationAware({ calibration: 9 }),
    async (s) => (await s.fit({ epochs: 1 })).map(withoutSpeed),
    async (s) => s.pruning(),
    async (s) => s.load(await s.save()),
    async (s) => s.rewind(9),
    async (s) => s.save(),
    async (s) => [s.spec, s.summary, s.classNames],
  ];
  const answersOf = async (session) => {
    const answers = [];
    for (const ask of asks) answers.push(await ask(session));
    return answers;
  };
  const here = (await engineWith(1)).createSession(options);
  const expected = await answersOf(here);
  here.dispose();
  const answers = await withRemote(answersOf);
  for (const [i, answer] of answers.entries()) assert.deepEqual(answer, expected[i], String(asks[i]));
});

test('every member of a session is there in a worker', async () => {
  const here = await engineWith(1);
  const members = withSession(here, options, (session) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(session)).concat(Object.keys(session)),
  );
  const inner = ['requireLive', 'sizeOf', 'trainStepsInParts', 'evaluationParts'];
  await withRemote((session) => {
    for (const name of members) if (name !== 'constructor') assert.equal(name in session, !inner.includes(name), name);
  });
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(here))) {
    assert.ok(name in engine, name);
  }
});

test('a quantized network in a worker gives what one here gives, and has every member', async () => {
  const here = await engineWith(1);
  const session = here.createSession(options);
  session.setData('train', digits);
  session.setData('test', digits);
  session.trainSteps(5);
  const expected = await session.quantize({ calibration: 20 });
  await withRemote(async (remote) => {
    await remote.setData('train', digits);
    await remote.setData('test', digits);
    await remote.trainSteps(5);
    const quantized = await remote.quantize({ calibration: 20 });
    for (const name of ['bytes', 'macs', 'input', 'output', 'layers', 'classNames']) {
      assert.deepEqual(quantized[name], expected[name], name);
    }
    assert.deepEqual(await quantized.scores(image), expected.scores(image));
    assert.deepEqual(await quantized.logits(image), expected.logits(image));
    assert.deepEqual(await quantized.predict(image), expected.predict(image));
    assert.deepEqual(await quantized.predictBatch([image, image]), expected.predictBatch([image, image]));
    assert.deepEqual(await quantized.evaluate('test'), expected.evaluate('test'));
    for (const format of ['tflite', 'c']) {
      const file = expected.exportModel({ format });
      assert.deepEqual(await quantized.exportModel({ format }), file);
      assert.deepEqual(await remote.exportModel({ format, precision: 'int8', calibration: 20 }), file);
    }
    const members = Object.getOwnPropertyNames(Object.getPrototypeOf(expected)).concat(Object.keys(expected));
    for (const name of members) if (name !== 'constructor') assert.ok(name in quantized, name);
    await rejectsWith('invalid-data', quantized.predict(image.slice(1)), '784 pixels');
    await rejectsWith('invalid-option', remote.quantize({ calibration: 0 }), '[quantize.calibration]');
    quantized.dispose();
    await rejectsWith('disposed', quantized.predict(image));
    assert.equal((await remote.predict(image)).length, 10, 'the session lives on');
  });
  session.dispose();
});

test('errors come across with their code and text', async () => {
  await rejectsWith(
    'invalid-option',
    engine.createSession({ model: SMALL_SPEC, batchsize: 3 }),
    "did you mean 'batchSize'?",
  );
  await rejectsWith('invalid-spec', engine.describe({ name: 'a' }), '[model.layers]');
  await rejectsWith('invalid-checkpoint', engine.restoreSession(new Uint8Array(9)));
  await withRemote(async (session) => {
    await rejectsWith('missing-data', session.trainSteps(1), 'setData');
    await rejectsWith('invalid-data', session.predict(new Uint8Array(3)), '784 pixels');
    await rejectsWith('invalid-option', session.fit({ epochs: NaN }), '[fit.epochs]');
    await rejectsWith('invalid-option', session.fit({ epoch: 1 }), "did you mean 'epochs'?");
    await rejectsWith('invalid-option', session.fit({ epochs: 1, onEpoch: 5 }), '[fit.onEpoch]');
    await rejectsWith(
      'invalid-option',
      session.predict(() => 5),
      '[worker]',
    );
    await rejectsWith('invalid-option', session.setData('train', digits, { move: true }), '[setData]', 'transfer');
    assert.equal((await session.predict(image)).length, 10);
  });
});

test('data stay with the caller unless they are to be transferred', async () => {
  const copy = (data) => ({ ...data, images: data.images.slice(), labels: data.labels.slice() });
  await withRemote(async (session) => {
    const kept = copy(digits);
    await session.setData('train', kept);
    assert.deepEqual(kept, digits);
    const moved = copy(digits);
    await session.setData('test', moved, { transfer: true });
    assert.deepEqual([moved.images.length, moved.labels.length], [0, 0]);
    await session.trainSteps(3);
    assert.deepEqual(await session.evaluate('test'), await session.evaluate('train'));
  });
});

test('fit tells of each epoch, ends by false, and passes on what onEpoch throws', async () => {
  await withRemote(async (session) => {
    await session.setData('train', digits);
    const seen = [];
    const history = await session.fit({ epochs: 9, onEpoch: ({ epoch }) => seen.push(epoch) < 2 });
    assert.deepEqual(
      history.map(({ epoch }) => epoch),
      seen,
    );
    assert.deepEqual(seen, [1, 2]);
    const mine = new Error('mine');
    const onEpoch = () => Promise.reject(mine);
    await assert.rejects(session.fit({ epochs: 2, onEpoch }), mine);
  });
});

test('a signal ends fit in the worker, its reason is the cause, and other calls are answered meanwhile', async () => {
  await withRemote(async (session) => {
    await session.setData('train', digits);
    const controller = new AbortController();
    const reason = new Error('enough');
    const fitted = session.fit({ epochs: 1_000_000, signal: controller.signal });
    const before = await session.step;
    while ((await session.step) < before + 5); // it goes on while it answers
    await rejectsWith('busy', session.fit({ epochs: 1 }));
    controller.abort(reason);
    const error = await fitted.catch((each) => each);
    assert.deepEqual([error.code, error.cause], ['aborted', reason]);
    await rejectsWith('aborted', session.fit({ epochs: 1, signal: AbortSignal.abort() }));
  });
});

test('a session restored in a worker goes on where the other was; class names come along', async () => {
  const classNames = Array.from('abcdefghij');
  await withRemote(
    async (session) => {
      await session.setData('train', digits);
      await session.trainSteps(4);
      const restored = await engine.restoreSession(await session.save());
      assert.deepEqual([restored.classNames, await restored.step], [classNames, 4]);
      await withRemote(async (other) => {
        await other.load(await session.save());
        assert.deepEqual(other.classNames, classNames);
      });
      restored.dispose();
      await rejectsWith('disposed', restored.step);
    },
    { ...options, classNames },
  );
});

test('a disposed session refuses every call, a disposed engine also those that wait', async () => {
  const own = await loadEngine({ threads: 2 });
  const [one, two] = await Promise.all([own.createSession(options), own.createSession(options)]);
  one.dispose();
  one.dispose();
  await rejectsWith('disposed', one.predict(image));
  await two.setData('train', digits);
  const waiting = [two.fit({ epochs: 1_000_000 }), two.trainSteps(1_000_000)];
  own.dispose();
  own.dispose();
  for (const each of waiting) await rejectsWith('disposed', each);
  await rejectsWith('disposed', two.predict(image));
  await rejectsWith('disposed', own.createSession(options));
  two.dispose();
});

test('loadEngine rejects with the codes of the package', async () => {
  await rejectsWith('invalid-option', loadEngine({ thread: 1 }), "did you mean 'threads'?");
  await rejectsWith('invalid-option', loadEngine({ threads: 0 }), 'loadEngine.threads');
  await rejectsWith('load-failed', loadEngine({ threads: 1, wasmUrl: new URL('nowhere/', import.meta.url) }));
});

test('an idle worker does not keep a program alive', async () => {
  assert.deepEqual(await runProgram('idle-worker'), [0, '10\n']);
});
