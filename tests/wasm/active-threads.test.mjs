// SPDX-License-Identifier: MIT
//
// How many of an engine's threads work: set by hand, or found by measuring. It changes no bit of what is trained.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { loadEngine as loadWorkerEngine } from 'tinycnn/worker';
import { assertCode, engineWith, weightsHash } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const digits = syntheticDigits({ count: 300, seed: 6 });
const options = { model: 'tinycnn', seed: 5, batchSize: 20 };

function sessionOf(engine, more = {}) {
  const session = engine.createSession({ ...options, ...more });
  session.setData('train', digits);
  session.setData('test', digits);
  return session;
}

const factsOf = (session, { loss, accuracy, step }) => ({
  ...{ loss, accuracy, step, hash: weightsHash(session) },
  ...{ saved: session.save(), evaluation: session.evaluate('test') },
});

/** What one thread trains. */
async function expected(steps, more) {
  const session = sessionOf(await engineWith(1), more);
  const facts = factsOf(session, session.trainSteps(steps));
  session.dispose();
  return facts;
}

/** An engine that finds its number of threads by itself, on a machine that says it has four cores. */
async function autoEngine() {
  const engine = await loadEngine({ threads: 4 });
  engine.setActiveThreads('auto');
  return engine;
}

/** Lets sessions measure made-up times: each look at the clock is later by what `secondsOf()` gives. Threads that wait for each other look
 * at the clock as well, any number of times: for them it stands still. */
function withClock(t, secondsOf) {
  let now = 0;
  t.mock.method(performance, 'now', () => {
    const { stack } = new Error();
    const isSession = stack.includes('/dist/session.js') && !stack.includes('/dist/tinycnn-simd');
    if (isSession) now += 1000 * secondsOf();
    return now;
  });
}

test('an engine works on as many of its threads as it is told, at any step, with the same bits', async () => {
  const engine = await loadEngine({ threads: 4 });
  assert.equal(engine.activeThreads, 4);
  const more = { augment: { degrees: 10 } };
  engine.setActiveThreads(1); // when the session is made, too
  const session = sessionOf(engine, more);
  const result = { lossSum: 0, accuracy: 0 };
  for (let step = 0; step < 24; ++step) {
    engine.setActiveThreads(1 + (step % 4));
    assert.equal(engine.activeThreads, 1 + (step % 4));
    assert.deepEqual(session.threads, { threads: 1 + (step % 4), isMeasuring: false });
    if (step % 5 === 4) {
      while (session.trainSlice(1) === undefined) engine.setActiveThreads(1 + ((engine.activeThreads + 1) % 4));
    } else session.trainSteps(1);
  }
  const { hash, saved, evaluation } = factsOf(session, result);
  const one = await expected(24, more);
  assert.deepEqual({ hash, saved, evaluation }, { hash: one.hash, saved: one.saved, evaluation: one.evaluation });
  assert.equal(engine.info.threads, 4);
  engine.dispose();
});

test('a number of active threads that the engine does not have is refused', async () => {
  const engine = await engineWith(2);
  for (const threads of [0, 3, 1.5, NaN, '2', undefined, null]) {
    assertCode('invalid-option', () => engine.setActiveThreads(threads), 'setActiveThreads', 'from 1 to 2');
  }
  assert.equal(engine.activeThreads, 2);
});

test('a disposed engine refuses another number of threads', async () => {
  const engine = await loadEngine({ threads: 2 });
  engine.dispose();
  assertCode('disposed', () => engine.setActiveThreads(1), 'disposed');
});

test('an engine without threads has one that is active', async () => {
  const engine = await engineWith(1);
  engine.setActiveThreads('auto');
  assert.equal(engine.activeThreads, 1);
  const session = sessionOf(engine);
  assert.deepEqual(session.threads, { threads: 1, isMeasuring: false });
  session.dispose();
});

test("with 'auto' a run whose number of threads changes while it is measured gives bit-exact what one thread gives", async (t) => {
  const engine = await autoEngine();
  const session = sessionOf(engine);
  assert.deepEqual(session.threads, { threads: 4, isMeasuring: true });
  const used = new Set();
  withClock(t, () => {
    used.add(engine.activeThreads);
    return 0.004;
  });
  const trained = session.trainSteps(120);
  assert.deepEqual([...used].sort(), [1, 2, 3, 4]);
  assert.equal(session.threads.isMeasuring, false);
  const { imagesPerSecond } = trained;
  assert.ok(imagesPerSecond > 0);
  const facts = factsOf(session, trained);
  t.mock.restoreAll();
  assert.deepEqual(facts, await expected(120));
  engine.dispose();
});

test("with 'auto' a session settles on the number of threads that is fastest by the clock, and evaluates with it", async (t) => {
  for (const best of [1, 2, 3, 4]) {
    const engine = await autoEngine();
    const session = sessionOf(engine);
    withClock(t, () => (engine.activeThreads === best ? 0.004 : 0.006));
    while (session.threads.isMeasuring) session.trainSteps(7);
    assert.deepEqual(session.threads, { threads: best, isMeasuring: false });
    session.trainSteps(1);
    assert.equal(engine.activeThreads, best);
    const other = sessionOf(engine); // begins with all threads
    other.trainSteps(1);
    assert.equal(engine.activeThreads, 4);
    session.evaluate('test');
    assert.equal(engine.activeThreads, best);
    t.mock.restoreAll();
    engine.dispose();
  }
});

test("fit and slices of mini-batches are measured with 'auto' as well", async (t) => {
  const engine = await autoEngine();
  const [fitted, sliced] = [sessionOf(engine), sessionOf(engine)];
  withClock(t, () => (engine.activeThreads === 2 ? 0.004 : 0.02)); // one thread takes three slices, two take two
  await fitted.fit({ epochs: 12 });
  assert.deepEqual(fitted.threads, { threads: 2, isMeasuring: false });
  for (let step = 0; step < 100; ++step) while (sliced.trainSlice(1) === undefined);
  assert.deepEqual(sliced.threads, { threads: 2, isMeasuring: false });
  engine.dispose();
});

test('a number that is set ends the choice by measuring', async (t) => {
  const engine = await autoEngine();
  const session = sessionOf(engine);
  withClock(t, () => 0.004);
  session.trainSteps(10);
  assert.equal(session.threads.isMeasuring, true);
  engine.setActiveThreads(3);
  session.trainSteps(200);
  assert.deepEqual(session.threads, { threads: 3, isMeasuring: false });
  assert.equal(engine.activeThreads, 3);
  engine.dispose();
});

test('in a worker the number of threads is set and told as well', async () => {
  const engine = await loadWorkerEngine({ threads: 2 });
  const session = await engine.createSession(options);
  assert.equal(await engine.activeThreads, 2);
  await engine.setActiveThreads(1);
  assert.equal(await engine.activeThreads, 1);
  assert.deepEqual(await session.threads, { threads: 1, isMeasuring: false });
  engine.dispose();
});
