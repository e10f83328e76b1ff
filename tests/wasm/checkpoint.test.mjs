// SPDX-License-Identifier: MIT
//
// Saving, loading and rewinding: a resumed training takes the very steps that an uninterrupted one takes, and bytes that are not a
// checkpoint of this model leave the session as it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertRefusedUnharmed,
  engineWith,
  fnv1a,
  SMALL_SPEC,
  weightsHash,
  withSession,
} from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const digits = syntheticDigits({ count: 200, seed: 4 });
const engine = await engineWith(1);

const OPTIMIZERS = {
  adam: { type: 'adam', learningRate: 2e-3, weightDecay: 1e-4 },
  sgd: { type: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 },
};

function withTraining(options, use) {
  return withSession(engine, { model: SMALL_SPEC, seed: 21, batchSize: 16, ...options }, (session) => {
    session.setData('train', digits);
    return use(session);
  });
}

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  // 20 steps are one epoch and a half, so that the second half starts inside an epoch.
  test(`with ${name}, 20 steps, a save, and 20 steps in a new session are 40 steps, bit for bit`, () => {
    const options = { optimizer };
    const straight = withTraining(options, (session) => {
      session.trainSteps(40);
      return session.save();
    });
    const half = withTraining(options, (session) => {
      session.trainSteps(20);
      return session.save();
    });
    // The new session's own seed, batch size and optimizer give way to the saved ones.
    withTraining({ seed: 99, batchSize: 8, optimizer: { type: 'sgd', learningRate: 1 } }, (session) => {
      session.load(half);
      assert.equal(session.step, 20);
      session.trainSteps(20);
      assert.deepEqual(session.save(), straight);
    });
  });
}

test('a one-cycle schedule resumes where it was', () => {
  const options = { schedule: { type: 'oneCycle', totalSteps: 40 }, optimizer: { type: 'adam', learningRate: 1e-2 } };
  const [straight, rates] = withTraining(options, (session) => {
    const seen = Array.from({ length: 40 }, () => session.trainSteps(1).learningRate);
    return [session.save(), seen];
  });
  const half = withTraining(options, (session) => {
    session.trainSteps(15);
    return session.save();
  });
  withTraining({}, (session) => {
    session.load(half);
    const seen = Array.from({ length: 25 }, () => session.trainSteps(1).learningRate);
    assert.deepEqual(seen, rates.slice(15));
    assert.deepEqual(session.save(), straight);
  });
  assert.ok(new Set(rates).size > 10, 'the rate changes as it goes');
});

test('steps taken one by one, or many at once, are the same steps', () => {
  const hashes = [[40], [1, 39], [13, 13, 14], Array(40).fill(1)].map((parts) =>
    withTraining({}, (session) => {
      for (const steps of parts) session.trainSteps(steps);
      return weightsHash(session);
    }),
  );
  assert.equal(new Set(hashes).size, 1);
});

test('save after load gives the same bytes', () => {
  withTraining({}, (session) => {
    session.trainSteps(3);
    const bytes = session.save();
    withSession(engine, { model: SMALL_SPEC }, (other) => {
      other.load(bytes);
      assert.deepEqual(other.save(), bytes);
    });
  });
});

test('a checkpoint loads into a session that has no data yet, and predicts the same', () => {
  const pixels = digits.images.subarray(0, 784);
  withTraining({}, (session) => {
    session.trainSteps(7);
    withSession(engine, { model: SMALL_SPEC }, (other) => {
      other.load(session.save());
      assert.deepEqual(other.predict(pixels), session.predict(pixels));
    });
  });
});

test('rewind gives the initial weights and the same training again', () => {
  withTraining({}, (session) => {
    const initial = weightsHash(session);
    session.trainSteps(30);
    const trained = weightsHash(session);
    session.rewind();
    assert.deepEqual([session.step, weightsHash(session)], [0, initial]);
    session.trainSteps(30);
    assert.equal(weightsHash(session), trained);
  });
});

test('rewind to another seed is what a new session of that seed is', () => {
  const fresh = withTraining({ seed: 77 }, (session) => {
    session.trainSteps(5);
    return session.save();
  });
  withTraining({}, (session) => {
    session.trainSteps(9);
    session.rewind(77);
    session.trainSteps(5);
    assert.deepEqual(session.save(), fresh);
  });
});

test('rewind refuses a seed that is none', () => {
  withTraining({}, (session) => {
    for (const seed of [-1, 0.5, NaN, 'x', 2 ** 53])
      assertRefusedUnharmed(session, () => session.rewind(seed), 'seed', 'expected');
  });
});

test('seeds differ: another seed gives other weights, the same seed the same', () => {
  const hashes = [1, 2, 1, 2 ** 32 + 1].map((seed) => withSession(engine, { model: 'tinycnn', seed }, weightsHash));
  assert.equal(hashes[0], hashes[2]);
  assert.equal(new Set(hashes).size, 3);
});

test('a checkpoint cut off anywhere is refused and changes nothing', () => {
  withTraining({}, (session) => {
    session.trainSteps(3);
    const bytes = session.save();
    session.trainSteps(2);
    const lengths = Array.from({ length: Math.min(200, bytes.length) }, (_, i) => i);
    for (const length of [...lengths, bytes.length >> 1, bytes.length - 4, bytes.length - 1]) {
      assertRefusedUnharmed(session, () => session.load(bytes.slice(0, length)), /\w{4}/);
    }
  });
});

test('a checkpoint with bytes to spare is refused and changes nothing', () => {
  withTraining({}, (session) => {
    const bytes = session.save();
    assertRefusedUnharmed(session, () => session.load(Uint8Array.of(...bytes, 0)), /\w{4}/);
  });
});

test('a checkpoint with any one bit flipped is refused and changes nothing', () => {
  withTraining({}, (session) => {
    session.trainSteps(3);
    const bytes = session.save();
    session.trainSteps(2);
    const stride = Math.max(1, Math.floor(bytes.length / 500));
    for (let i = 0; i < bytes.length; i += stride) {
      const corrupt = bytes.slice();
      corrupt[i] ^= 1 << (i % 8);
      assertRefusedUnharmed(session, () => session.load(corrupt), /\w{4}/);
    }
  });
});

/** `bytes` with the checksum that its payload calls for: 20 bytes of header, payload, 64-bit FNV-1a of the payload. */
function withChecksum(bytes) {
  new DataView(bytes.buffer).setBigUint64(bytes.length - 8, fnv1a(bytes.subarray(20, -8)), true);
  return bytes;
}

test('a changed checkpoint with the right checksum is refused, or taken whole', () => {
  withTraining({}, (session) => {
    const bytes = session.save();
    assert.deepEqual(withChecksum(bytes.slice()), bytes, 'the format is as this test knows it');
    const pixels = digits.images.subarray(0, 784);
    const firstAfterName = 24 + SMALL_SPEC.name.length; // the name alone may differ: it is no part of what is computed
    let refused = 0;
    for (let i = firstAfterName; i < Math.min(bytes.length - 8, 420); ++i) {
      for (const value of [0, 2, 127, 255]) {
        const changed = bytes.slice();
        changed[i] = value;
        const before = session.save();
        try {
          session.load(withChecksum(changed));
          assert.deepEqual(session.save(), changed, `byte ${i} of ${value} was taken`);
        } catch (error) {
          assert.ok(error.message.length > 10 && !(error instanceof WebAssembly.RuntimeError), error.message);
          if (error.code === 'ERR_ASSERTION') throw error;
          assert.deepEqual(session.save(), before, `byte ${i} of ${value} was refused`);
          ++refused;
        }
        assert.equal(session.predict(pixels).length, 10);
        session.load(bytes);
      }
    }
    assert.ok(refused > 50, `${refused} refused`);
  });
});

test('foreign bytes are refused and change nothing', () => {
  withTraining({}, (session) => {
    const random = Uint8Array.from({ length: 4096 }, (_, i) => (i * 73 + (i >> 3)) & 255);
    const texts = ['', 'PK\u0003\u0004', '<!DOCTYPE html>'].map((text) => new TextEncoder().encode(text));
    for (const bytes of [random, ...texts, new Uint8Array(100_000)]) {
      assertRefusedUnharmed(session, () => session.load(bytes), /\w{4}/);
    }
    for (const odd of [undefined, null, 'bytes', [1, 2]])
      assertRefusedUnharmed(session, () => session.load(odd), 'Uint8Array');
  });
});

test('a checkpoint of another model is refused by name and changes nothing', () => {
  const other = withSession(engine, { model: 'tinycnn' }, (session) => session.save());
  withTraining({}, (session) => assertRefusedUnharmed(session, () => session.load(other), 'model'));
});
