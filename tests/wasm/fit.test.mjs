// SPDX-License-Identifier: MIT
//
// fit: epochs as a promise, with the same bits as steps by hand, other work in between, and an end at any time. (hold-out.test.mjs: that
// it chooses by the validation set.)

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TinyCNNError } from 'tinycnn';
import { engineWith, SMALL_SPEC, weightsHash } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const engine = await engineWith(1);
const digits = syntheticDigits({ count: 1500, seed: 9 });
const few = syntheticDigits({ count: 40, seed: 10 });
const stepsPerEpoch = Math.ceil(1500 / 16);

/** Runs `use` on a session with training data. */
async function withTraining(use, options = {}) {
  const session = engine.createSession({ model: SMALL_SPEC, seed: 5, batchSize: 16, ...options });
  try {
    session.setData('train', digits);
    return await use(session);
  } finally {
    session.dispose();
  }
}

const rejectsWith = (code, promise, ...parts) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof TinyCNNError, String(error));
    assert.equal(error.code, code, error.message);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    return true;
  });

const withoutSpeed = ({ imagesPerSecond, ...rest }) => (assert.ok(imagesPerSecond > 0), rest);

test('fit trains the steps that trainSteps trains and reports the same means, bit for bit', async () => {
  const byHand = await withTraining((session) => {
    session.setData('test', digits);
    const epochs = [1, 2].map(() => ({ ...session.trainSteps(stepsPerEpoch), test: session.evaluate('test') }));
    return { epochs: epochs.map(withoutSpeed), hash: weightsHash(session) };
  });
  await withTraining(async (session) => {
    session.setData('test', digits);
    const promise = session.fit({ epochs: 2 });
    assert.ok(promise instanceof Promise);
    assert.deepEqual((await promise).map(withoutSpeed), byHand.epochs);
    assert.equal(weightsHash(session), byHand.hash);
  });
});

test('fit needs no test set: an epoch says what there is to say', async () => {
  await withTraining(async (session) => {
    const [epoch] = await session.fit({ epochs: 1 });
    assert.deepEqual(['test' in epoch, 'validation' in epoch], [false, false]);
    assert.equal(session.step, stepsPerEpoch);
  });
});

test('fit finishes the epoch that has begun first', async () => {
  await withTraining(async (session) => {
    session.trainSteps(10);
    const [epoch] = await session.fit({ epochs: 1 });
    assert.deepEqual([epoch.step, epoch.epoch], [stepsPerEpoch, 1]);
  });
});

test('between the turns of fit other work runs, and the session answers', async () => {
  await withTraining(async (session) => {
    let turns = 0;
    const timer = setInterval(() => {
      ++turns;
      assert.equal(session.predict(digits.images.subarray(0, 784)).length, 10);
    }, 0);
    const alone = withTraining(async (other) => (await other.fit({ epochs: 4 }), weightsHash(other)));
    await session.fit({ epochs: 4 });
    clearInterval(timer);
    assert.ok(turns > 0, `${turns} turns`);
    assert.equal(weightsHash(session), await alone);
  });
});

test('onEpoch sees every epoch, is awaited, and ends fit by false', async () => {
  await withTraining(async (session) => {
    const seen = [];
    const onEpoch = async (epoch) => {
      seen.push(epoch.epoch);
      await Promise.resolve();
      return epoch.epoch < 2;
    };
    const history = await session.fit({ epochs: 9, onEpoch });
    assert.deepEqual(seen, [1, 2]);
    assert.deepEqual(
      history.map(({ epoch }) => epoch),
      [1, 2],
    );
  });
});

test('what onEpoch throws ends fit as it is, and fit can be called again', async () => {
  await withTraining(async (session) => {
    const mine = new Error('mine');
    const onEpoch = () => {
      throw mine;
    };
    await assert.rejects(session.fit({ epochs: 2, onEpoch }), mine);
    assert.equal((await session.fit({ epochs: 1 })).length, 1);
  });
});

test('an AbortSignal ends fit with its reason as the cause; what was trained stays', async () => {
  await withTraining(async (session) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const onEpoch = () => controller.abort(reason);
    const error = await session.fit({ epochs: 9, onEpoch, signal: controller.signal }).catch((each) => each);
    assert.ok(error instanceof TinyCNNError);
    assert.deepEqual([error.code, error.cause], ['aborted', reason]);
    assert.equal(session.step, stepsPerEpoch);
    await rejectsWith('aborted', session.fit({ epochs: 1, signal: controller.signal }));
    assert.equal(session.step, stepsPerEpoch);
  });
});

test('an AbortSignal ends fit within an epoch', async () => {
  await withTraining(
    async (session) => {
      const controller = new AbortController();
      const fitted = session.fit({ epochs: 1, signal: controller.signal });
      setImmediate(() => controller.abort());
      await rejectsWith('aborted', fitted);
      assert.ok(session.step < 1500, `${session.step} steps`);
    },
    { model: 'residual-8k', batchSize: 1 },
  );
});

test('a second fit of a session is refused while one runs, and one of a disposed session is ended', async () => {
  const session = engine.createSession({ model: SMALL_SPEC });
  session.setData('train', digits);
  const first = session.fit({ epochs: 1000 });
  await rejectsWith('busy', session.fit({ epochs: 1 }));
  session.dispose();
  await rejectsWith('disposed', first);
  await rejectsWith('disposed', session.fit({ epochs: 1 }));
});

for (const epochs of [NaN, 0, -1, 1.5, Infinity, '3', undefined, null]) {
  test(`fit refuses ${String(epochs)} (${typeof epochs}) epochs`, async () => {
    await withTraining(async (session) => {
      await rejectsWith('invalid-option', session.fit({ epochs }), '[fit.epochs]', 'an integer from 1');
      assert.equal(session.step, 0);
    });
  });
}

test('fit refuses what it cannot do before it trains a step', async () => {
  await withTraining(async (session) => {
    const refused = [
      [undefined, 'invalid-option', '[fit] expected an object'],
      [{ epochs: 1, onEpoch: 'log' }, 'invalid-option', '[fit.onEpoch]'],
      [{ epochs: 1, signal: {} }, 'invalid-option', '[fit.signal]'],
      [{ epochs: 1, targetAccuracy: NaN }, 'invalid-option', '[fit.targetAccuracy]'],
      [{ epochs: 1, targetAccuracy: 0.9 }, 'missing-data', 'validation or test'],
      [{ epochs: 1, patience: 1 }, 'missing-data', 'validation'],
    ];
    for (const [options, code, part] of refused) await rejectsWith(code, session.fit(options), part);
    session.setData('validation', few);
    for (const patience of [0, NaN, 1.5]) {
      await rejectsWith('invalid-option', session.fit({ epochs: 1, patience }), '[fit.patience]');
    }
    assert.equal(session.step, 0);
  });
  const session = engine.createSession({ model: SMALL_SPEC });
  await rejectsWith('missing-data', session.fit({ epochs: 1 }), 'train');
  session.dispose();
});
