// SPDX-License-Identifier: MIT
//
// The page's pure parts, without a browser: curves, transitions of a run, color ranges, checksums, and the training loop on a session
// that is only pretended.

import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import { sha256 } from '../../web/src/worker/data/sha256';
import { sha256InScript } from '../../web/src/worker/data/sha256-in-script';
import { cutAt, extended, emptyCurve } from '../../web/src/state/curve';
import {
  diverged,
  epochProgress,
  evaluated,
  initialRun,
  lastTest,
  measured,
  restored,
  rewound,
  started,
  stopped,
} from '../../web/src/state/run-state';
import { secondsLeft } from '../../web/src/state/run-outlook';
import { rangesAfter } from '../../web/src/state/scale';
import { stopAtEnd, stopRule } from '../../web/src/shared/stop';
import { FrameClock } from '../../web/src/worker/frame-clock';
import { evenSample, Evaluator } from '../../web/src/worker/evaluator';
import { turnMilliseconds, Pace } from '../../web/src/worker/pace';
import { Training } from '../../web/src/worker/training';
import type { Session } from 'tinycnn';
import type { Evaluation, EventBody, Frame, Measurement, RunFacts } from '../../web/src/shared/protocol';
import type { RunState } from '../../web/src/state/run-state';
import type { StopRule } from '../../web/src/shared/stop';

const single = (step: number): Measurement => ({ step, steps: 1, loss: 1 / step, accuracy: 0.5 });
const steps = (from: number, to: number): Measurement[] =>
  Array.from({ length: to - from + 1 }, (_, i) => single(from + i));

describe('a curve', () => {
  test('is the same whether its measurements come one by one or in groups', () => {
    const all = steps(1, 500);
    const oneByOne = all.reduce((curve, measurement) => extended(curve, [measurement]), emptyCurve);
    expect(extended(emptyCurve, all)).toEqual(oneByOne);
    expect(oneByOne.points).toHaveLength(25);
    expect(oneByOne.points.at(-1)!.step).toBe(500);
  });

  test('keeps a bounded number of points that span all steps, however long it gets', () => {
    const groups = Array.from({ length: 5000 }, (_, i): Measurement => ({
      step: 20 * (i + 1),
      steps: 20,
      loss: 1,
      accuracy: 0,
    }));
    const { points, bucket } = extended(emptyCurve, groups);
    expect(points.length).toBeLessThanOrEqual(1200);
    expect(points.at(-1)!.step).toBeGreaterThan(100_000 - 2 * bucket);
    expect(points.every(({ loss }) => loss === 1)).toBe(true);
  });

  test('that is cut goes on from there', () => {
    const cut = cutAt(extended(emptyCurve, steps(1, 100)), 60);
    expect(cut.points.at(-1)!.step).toBe(60);
    expect(extended(cut, steps(61, 80)).points.at(-1)!.step).toBe(80);
  });
});

const facts = {
  model: 'tinycnn',
  recipe: 'best',
  seed: 1,
  stepsPerEpoch: 100,
  batchSize: 10,
  epochs: 2,
  step: 0,
} as RunFacts;
const sampleRun: RunState = {
  ...initialRun({ model: 'tinycnn', recipe: 'best', seed: 1, validation: 0, changes: {} }),
  facts: facts,
};

describe('a run', () => {
  test('shows the loss of a single step, and the mean of the last hundred while it trains', () => {
    expect(measured(sampleRun, [single(1), single(2)], 0).loss).toBe(0.5);
    const trained = measured(started(sampleRun, 0), steps(1, 200), 1000);
    expect(trained.loss).toBeCloseTo(steps(101, 200).reduce((sum, { loss }) => sum + loss, 0) / 100, 10);
  });

  test('tells how far the epoch is, and how long it takes until it stops by itself', () => {
    const trained = measured(started(sampleRun, 1000), steps(1, 130), 100);
    expect(epochProgress(trained)).toEqual({ epoch: 1, share: 0.3 });
    expect(secondsLeft(trained, stopAtEnd, 2000)).toBe(7);
    expect(secondsLeft(trained, stopRule('epoch', 3), 2000)).toBe(17);
    expect(secondsLeft(trained, stopRule('time', 5), 2000)).toBe(4);
    expect(secondsLeft(trained, stopRule('time', 60), 2000)).toBe(7);
    expect(secondsLeft(trained, stopRule('accuracy', 99), 2000)).toBe(7);
    expect(secondsLeft(stopped(trained, 'paused'), stopAtEnd, 2000)).toBeNull();
    const past = measured(started(sampleRun, 1000), steps(1, 230), 100);
    expect(secondsLeft(past, stopAtEnd, 2000)).toBeNull();
  });

  test('says what the last test found', () => {
    const tested = (step: number, accuracy: number): Evaluation => ({ step, accuracy }) as Evaluation;
    expect(lastTest(sampleRun)).toBeNull();
    const run = [tested(100, 0.9), tested(200, 0.97), tested(300, 0.96)].reduce(evaluated, sampleRun);
    expect(lastTest(run)?.accuracy, 'not the best of many looks').toBe(0.96);
  });

  test('that is rewound keeps nothing but its settings', () => {
    const trained = measured(started(sampleRun, 0), steps(1, 130), 100);
    expect(rewound(trained, 7)).toEqual({
      ...sampleRun,
      settings: { ...sampleRun.settings, seed: 7 },
      facts: { ...facts, seed: 7 },
    });
  });

  test('that comes back from a snapshot forgets what came after it', () => {
    const trained = measured(started(sampleRun, 0), steps(1, 130), 100);
    const back = restored(trained, facts, 60);
    expect(back.step).toBe(60);
    expect(back.phase).toBe('idle');
    expect(back.curve.points.at(-1)!.step).toBe(60);
  });

  test('shows the loss at which it diverged and leaves it out of its curve', () => {
    const end = diverged(measured(started(sampleRun, 0), steps(1, 20), 100), 21, 1e9);
    expect(end).toMatchObject({ phase: 'diverged', step: 21, loss: 1e9 });
    expect(end.curve.points).toHaveLength(1);
  });
});

test('a color range is a round number that grows at once and shrinks only when it is far too large', () => {
  const frame = (value: number): Frame => ({
    step: 0,
    layers: [{ name: 'fc1', type: 'linear', shape: [2, 1, 1], data: Float32Array.of(0, -value) }],
    probabilities: new Float32Array(10),
    ...{ unusual: null, ghost: null },
    watched: null,
  });
  const after = (range: number, value: number): number =>
    rangesAfter(new Map([['fc1', range]]), frame(value)).get('fc1')!;
  expect(rangesAfter(new Map(), frame(3.2)).get('fc1')).toBe(5);
  expect(after(5, 5.1)).toBe(10);
  expect(after(10, 4.9)).toBe(10);
  expect(after(10, 3.2)).toBe(5);
  expect(after(5, Number.NaN)).toBe(5);
});

test('SHA-256 is right for every length around its blocks, with and without crypto.subtle', async () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) % 256);
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(sha256InScript(bytes), `${length} bytes`).toBe(expected);
    expect(await sha256(bytes)).toBe(expected);
  }
});

/** A session that counts steps and diverges at `divergesAt`. */
class PretendedSession {
  step = 0;
  readonly stepsPerEpoch = 150;
  readonly chunks: [from: number, to: number][] = [];

  constructor(private readonly divergesAt = Number.POSITIVE_INFINITY) {}

  trainSteps(count: number) {
    this.chunks.push([this.step, this.step + count]);
    const diverges = this.step + count > this.divergesAt;
    this.step = diverges ? this.divergesAt : this.step + count;
    const loss = diverges ? Number.NaN : 1;
    const result = { step: this.step, epoch: 0, loss, accuracy: 0, imagesPerSecond: 1, learningRate: 1 };
    return diverges ? { ...result, divergence: { step: this.step, loss, cause: 'Because.', cure: 'So.' } } : result;
  }

  trainSlice() {
    return this.trainSteps(1);
  }

  evaluateRange(_: string, first: number, count: number) {
    return { lossSum: count, correct: count, confusion: [[first >= 0 ? count : 0]], predicted: new Uint8Array(count) };
  }

  save(): Uint8Array {
    return new Uint8Array(1);
  }
}

async function train(session: PretendedSession, rule = stopAtEnd): Promise<EventBody[]> {
  const events: EventBody[] = [];
  await new Promise<void>((resolve) => {
    const send = (event: EventBody): void => {
      events.push(event);
      if (event.type === 'stopped') resolve();
    };
    const run = { weights: 1000, batchSize: 4, trainCount: 9000, testCount: 1234, validationCount: 0, epochs: 3 };
    const nothing = (): void => undefined;
    const host = {
      ...{
        send,
        trained: nothing,
        afterBeat: nothing,
        moment: nothing,
        atTheEnd: nothing,
        evaluated: nothing,
        deadUnits: () => Promise.resolve([]),
      },
      turnMilliseconds: () => turnMilliseconds.asked,
      ...{ afterChunk: () => false, extended: nothing },
    };
    const training = new Training(session as unknown as Session, run, host);
    training.start(rule);
  });
  return events;
}

/** Half a minute of training in pieces as long as a turn, in which each picture is drawn after `drawing` and makes training `cost` longer:
 * how many pictures a second there were in its second half, and which share of that went to them. */
function trainedWithPictures(ownCore: boolean, drawing: number, cost: number): { perSecond: number; share: number } {
  const clock = new FrameClock(ownCore);
  const piece = ownCore ? turnMilliseconds.asked : turnMilliseconds.watched;
  let [now, sent, pictures, owed] = [0, -1, 0, 0];
  while (now < 30_000) {
    const slower = Math.min(owed, 10);
    owed -= slower;
    clock.trained(now, { unit: 'step', count: 100, milliseconds: piece + slower });
    now += piece + slower;
    if (sent >= 0 && now >= sent + drawing) {
      clock.drawn(now);
      sent = -1;
    }
    if (!clock.due(now)) continue;
    clock.sent(now, 0);
    sent = now;
    owed += cost;
    if (now > 15_000) ++pictures;
  }
  return { perSecond: pictures / 15, share: (pictures * cost) / 15_000 };
}

/** The units in one turn, on a machine that takes a millisecond for each. */
function settled(pace: Pace, target?: number): number {
  for (let turn = 0; turn < 20; ++turn) pace.learn(pace.units, pace.units, target);
  return pace.units;
}

test('a turn takes as long as it is to take, and no more units than it may', () => {
  const pace = new Pace(500);
  expect(settled(pace)).toBe(turnMilliseconds.asked);
  expect(settled(pace, turnMilliseconds.watched)).toBe(turnMilliseconds.watched);
  expect(settled(pace, 10_000)).toBe(500);
  expect(settled(pace, turnMilliseconds.asked)).toBe(turnMilliseconds.asked);
});

describe('pictures', () => {
  test('wait for the one before to be drawn', () => {
    const clock = new FrameClock(true);
    clock.trained(0, { unit: 'step', count: 10, milliseconds: 20 });
    expect(clock.due(20)).toBe(true);
    clock.sent(20, 1);
    expect(clock.due(1000)).toBe(false);
    clock.drawn(1000);
    expect(clock.due(1000)).toBe(true);
  });

  test('come often where they cost training nothing', () => {
    expect(trainedWithPictures(true, 10, 0).perSecond).toBeGreaterThan(12);
    expect(trainedWithPictures(false, 10, 0).perSecond).toBeGreaterThan(3);
  });

  test('take a small share of the time where they cost some, and still move where they cost much', () => {
    for (const cost of [6, 10, 14]) {
      const { perSecond, share } = trainedWithPictures(false, 10, cost);
      expect(share, `at ${cost} ms`).toBeLessThan(0.025);
      expect(perSecond, `at ${cost} ms`).toBeGreaterThan(1.3);
    }
    expect(trainedWithPictures(false, 100, 60).perSecond).toBeGreaterThan(1.2);
  });

  test('wait until training was seen undisturbed, if that is long ago', () => {
    const clock = new FrameClock(true);
    clock.trained(0, { unit: 'step', count: 10, milliseconds: 20 });
    clock.sent(20, 1);
    clock.drawn(2000);
    clock.trained(1990, { unit: 'step', count: 10, milliseconds: 20 });
    expect(clock.due(2010)).toBe(false);
    clock.trained(2100, { unit: 'step', count: 10, milliseconds: 20 });
    expect(clock.due(2120)).toBe(true);
  });
});

test('a sample of the training images is spread over all of them, and is always the same', () => {
  expect(evenSample(500, 3000)).toEqual([{ first: 0, count: 500 }]);
  const sample = evenSample(60_000, 3000);
  expect(evenSample(60_000, 3000)).toEqual(sample);
  expect(sample.reduce((sum, { count }) => sum + count, 0)).toBe(3000);
  sample.forEach(({ first, count }, i) => {
    expect(first + count).toBeLessThanOrEqual(sample[i + 1]?.first ?? 60_000);
  });
  // images that are sorted by class, as those of folders are: each of 62 classes is there
  expect(
    new Set(sample.flatMap(({ first, count }) => [first, first + count - 1].map((i) => Math.floor((62 * i) / 60_000))))
      .size,
  ).toBe(62);
});

test('an evaluation puts ranges together and cuts them as the pace has it, and counts every image once', async () => {
  const asked: number[] = [];
  const session = {
    evaluateRange: (_: string, first: number, count: number) => {
      for (let i = 0; i < count; ++i) asked.push(first + i);
      return {
        count,
        lossSum: 2 * count,
        correct: count / 2,
        confusion: [[count]],
        predicted: new Uint8Array(count).fill(7),
      };
    },
  };
  const ranges = evenSample(10_000, 1000);
  const measured = await new Evaluator().run(
    session as unknown as Session,
    'train',
    ranges,
    () => true,
    () => undefined,
  );
  const expected = ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
  expect(asked).toEqual(expected);
  expect(measured).toMatchObject({ loss: 2, accuracy: 0.5, count: expected.length, confusion: [[expected.length]] });
  expect(measured!.predicted.every((label) => label === 7)).toBe(true);
});

describe('the training loop', () => {
  test('ends with its recipe, has no chunk across the end of an epoch, and tests after each', async () => {
    const session = new PretendedSession();
    const events = await train(session);
    expect(session.step).toBe(450);
    expect(events.at(-1)).toMatchObject({ type: 'stopped', reason: 'finished' });
    for (const [from, to] of session.chunks) expect(Math.floor((to - 1) / 150)).toBe(Math.floor(from / 150));
    const ends = events.flatMap((event) =>
      event.type === 'measured' ? event.measurements.map(({ step }) => step) : [],
    );
    for (const step of [20, 40, 140, 150, 160, 440]) expect(ends).toContain(step);
    const evaluations = events.filter((event) => event.type === 'evaluated').map(({ evaluation }) => evaluation);
    expect(evaluations.map(({ step }) => step)).toEqual([150, 300, 450]);
    expect(evaluations[0]).toMatchObject({ count: 1234, accuracy: 1, loss: 1, confusion: [[1234]] });
    expect(evaluations[0]!.training).toEqual({ accuracy: 1, loss: 1 });
  });

  test('stops by the visitor’s rule, at the recipe’s end at the latest', async () => {
    const ended = async (rule: StopRule): Promise<[number, StopRule]> => {
      const session = new PretendedSession();
      const last = (await train(session, rule)).at(-1)!;
      if (last.type !== 'stopped' || last.reason !== 'finished') throw new Error(`${last.type} came last`);
      return [session.step, last.by];
    };
    expect(await ended(stopRule('epoch', 2))).toEqual([300, { at: 'epoch', epochs: 2 }]);
    expect(await ended(stopRule('epoch', 5))).toEqual([750, { at: 'epoch', epochs: 5 }]);
    expect(await ended(stopRule('accuracy', 100))).toEqual([150, { at: 'accuracy', percent: 100 }]);
    expect(await ended(stopRule('time', 3600))).toEqual([450, stopAtEnd]);
    expect((await ended(stopRule('time', 0)))[1]).toEqual({ at: 'time', seconds: 0 });
  });

  test('stops where the run diverges, hands cause and cure on, and keeps no snapshot of it', async () => {
    const events = await train(new PretendedSession(100));
    expect(events.at(-1)).toMatchObject({
      ...{ type: 'stopped', reason: 'diverged', step: 100 },
      divergence: { cause: 'Because.', cure: 'So.' },
    });
    const snapshots = events.filter((event) => event.type === 'snapshot').map(({ snapshot }) => snapshot.step);
    expect(snapshots.every((step) => step < 100)).toBe(true);
  });
});
