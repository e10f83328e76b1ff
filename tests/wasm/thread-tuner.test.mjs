// SPDX-License-Identifier: MIT
//
// How the number of threads is found, on machines and clocks that are made up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadTuner } from '../../bindings/dist/thread-tuner.js';

/** Images a second of a machine with this many cores that are free. */
const machine = (cores, speed = 50_000) => {
  return (threads) => speed * (threads <= cores ? threads ** 0.9 : 0.9);
};

/** Trains on a machine, whose speed is a function of (threads, seconds since the start), for so many seconds; gives what was
 * used: a list of { threads, seconds } without repetitions. */
function train(tuner, speedAt, seconds, { images = 16, from = 0 } = {}) {
  const used = [];
  for (let now = 0; now < seconds;) {
    const { threads } = tuner;
    const taken = images / speedAt(threads, from + now);
    now += taken;
    tuner.learn(images, taken);
    if (used.at(-1)?.threads !== threads) used.push({ threads, seconds: 0 });
    used.at(-1).seconds += taken;
  }
  return used;
}

/** Periods between trials. */
const countTrials = (used) => used.filter(({ seconds }) => seconds > 0.5).length;

test('where the browser reports more cores than there are, as many threads train as there are cores', () => {
  for (const [reported, cores] of [
    [3, 2],
    [4, 2],
    [8, 2],
    [64, 3],
    [4, 1],
    [2, 1],
  ]) {
    const tuner = new ThreadTuner(reported);
    train(tuner, machine(cores), 5);
    assert.equal(tuner.choice, cores, `${cores} cores reported as ${reported}`);
    assert.equal(tuner.isTuning, false);
    assert.equal(tuner.threads, tuner.choice);
  }
});

test('where the browser reports the cores that there are, all threads train', () => {
  for (const cores of [1, 2, 3, 4, 5, 7, 16, 64]) {
    const tuner = new ThreadTuner(cores);
    train(tuner, machine(cores), 5);
    assert.equal(tuner.choice, cores);
  }
});

test('one thread is never measured', () => {
  const tuner = new ThreadTuner(1);
  assert.equal(tuner.isTuning, false);
  tuner.learn(16, 10);
  assert.equal(tuner.threads, 1);
});

test('all threads train before the trial, and at once again after it where they are fastest', () => {
  const tuner = new ThreadTuner(4);
  assert.deepEqual([tuner.threads, tuner.choice, tuner.isTuning], [4, 4, true]);
  const used = train(tuner, machine(4), 3);
  assert.equal(used[0].threads, 4);
  assert.equal(used.at(-1).threads, 4);
});

test('the first trial is over within a quarter of a second and costs less than a tenth of one', () => {
  for (const cores of [2, 4, 8]) {
    const speedAt = machine(cores);
    const tuner = new ThreadTuner(cores);
    let [seconds, images] = [0, 0];
    while (tuner.isTuning) {
      const taken = 16 / speedAt(tuner.threads);
      tuner.learn(16, taken);
      seconds += taken;
      images += 16;
    }
    assert.ok(seconds < 0.25, `${cores} cores: the trial took ${seconds} s`);
    const lost = seconds - images / speedAt(cores);
    assert.ok(lost < 0.1, `${cores} cores: the trial cost ${lost} s`);
  }
});

test('a mini-batch that takes long is a turn of its own, the slow numbers of threads drop out early', () => {
  const tuner = new ThreadTuner(4);
  const used = train(tuner, machine(4, 5000), 60, { images: 1024 });
  assert.equal(tuner.choice, 4);
  const others = used.filter(({ threads }) => threads !== 4).reduce((sum, { seconds }) => sum + seconds, 0);
  assert.ok(others < 2, `${others} s with fewer threads`);
});

test('of equally fast numbers of threads the smallest is chosen', () => {
  const tuner = new ThreadTuner(4);
  train(tuner, (threads) => 50_000 * (threads === 1 ? 1 : 1.6 + 0.01 * threads), 5);
  assert.equal(tuner.choice, 2);
  const other = new ThreadTuner(4);
  train(other, (threads) => 50_000 * (threads === 1 ? 1 : 1.6 + 0.1 * threads), 5);
  assert.equal(other.choice, 4);
});

test('a machine that becomes faster all through the trial does not favour the numbers that are tried later', () => {
  const tuner = new ThreadTuner(2);
  // From one turn to the next it becomes faster by more than what two threads are faster than one.
  train(tuner, (threads, now) => 50_000 * 2 ** (20 * Math.min(now, 0.2)) * (threads === 2 ? 1.04 : 1), 2);
  assert.equal(tuner.choice, 2);
});

test('a short interruption during the trial changes nothing', () => {
  for (let hit = 0; hit < 0.2; hit += 0.007) {
    const tuner = new ThreadTuner(2);
    let left = 1;
    train(tuner, (threads, now) => (now >= hit && left-- > 0 ? 16 / 0.02 : 50_000 * (threads === 2 ? 1.1 : 1)), 1);
    assert.equal(tuner.choice, 2, `interrupted at ${hit} s`);
  }
});

test('the first call of a turn, which wakes threads, does not count', () => {
  const tuner = new ThreadTuner(3);
  let before = 0;
  const wakes = (threads) => {
    const wakesOne = threads > before;
    before = threads;
    return wakesOne ? 16 / 0.004 : 50_000 * (threads === 2 ? 1.3 : 1);
  };
  train(tuner, wakes, 2);
  assert.equal(tuner.choice, 2);
});

test('when another program takes a core for long, fewer threads train, and all again when it has ended', () => {
  const tuner = new ThreadTuner(2);
  const isBusy = (now) => now >= 30 && now < 90;
  const speedAt = (threads, now) => machine(isBusy(now) ? 1 : 2)(threads);
  train(tuner, speedAt, 30);
  assert.equal(tuner.choice, 2);
  train(tuner, speedAt, 10, { from: 30 });
  assert.equal(tuner.choice, 1);
  train(tuner, speedAt, 50, { from: 40 });
  assert.equal(tuner.choice, 1);
  // One thread is as fast as before: only another trial shows that the second core is free.
  train(tuner, speedAt, 60, { from: 90 });
  assert.equal(tuner.choice, 2);
});

test('a core that was busy in the first moments alone is used within three seconds', () => {
  const tuner = new ThreadTuner(2);
  const speedAt = (threads, now) => machine(now < 0.5 ? 1 : 2)(threads);
  train(tuner, speedAt, 0.5);
  assert.equal(tuner.choice, 1);
  train(tuner, speedAt, 3, { from: 0.5 });
  assert.equal(tuner.choice, 2);
});

test('a change that is over within a few seconds, and a small one, cause no trial', () => {
  const tuner = new ThreadTuner(2);
  train(tuner, machine(2), 20);
  const speedAt = (threads, now) => machine(2)(threads) * (now % 10 < 4 ? 0.6 : 1) * (now % 2 < 1 ? 0.93 : 1);
  const used = train(tuner, speedAt, 100);
  assert.deepEqual(
    used.map(({ threads }) => threads),
    [2],
  );
});

test('where fewer threads than there are have been chosen, trials that change nothing take little more than a thousandth of the time', () => {
  const tuner = new ThreadTuner(4);
  train(tuner, machine(2), 5);
  const used = train(tuner, machine(2), 1000);
  const others = used.filter(({ threads }) => threads !== 2).reduce((sum, { seconds }) => sum + seconds, 0);
  assert.ok(others > 0.01 && others < 1.5, `${others} s of 1,000 s`);
});

test('trials that change nothing come ever more rarely', () => {
  const tuner = new ThreadTuner(2);
  // Half as fast, twice as fast, and so on: every trial finds the same.
  const speedAt = (threads, now) => machine(2)(threads) * (now % 40 < 20 ? 1 : 0.5);
  const first = countTrials(train(tuner, speedAt, 400));
  const later = countTrials(train(tuner, speedAt, 400, { from: 400 }));
  const last = countTrials(train(tuner, speedAt, 400, { from: 1600 }));
  assert.ok(first >= 4 && first <= 8, `${first} in the first 400 s`);
  assert.ok(later < first && last <= 2, `then ${later} and ${last}`);
});
