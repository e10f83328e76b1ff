// SPDX-License-Identifier: MIT
//
// The worker's run and its training loop on a session that is only pretended: what happens after the recipe's end, how much is lost with a
// worker, and that a run that is over is left alone. Without a browser.

import { describe, test } from 'node:test';
import { expect } from '@playwright/test';
import { firstRule } from '../../web/src/shared/first-rule';
import { bestStep, epochsSinceBest } from '../../web/src/shared/patience';
import { backText } from '../../web/src/shared/patience-text';
import { isAtStop } from '../../web/src/client/kept/at-stop';
import { stopAtEnd, stopRule, stopStep } from '../../web/src/shared/stop';
import { extended } from '../../web/src/shared/plan';
import { turnMilliseconds } from '../../web/src/worker/pace';
import { Run } from '../../web/src/worker/run';
import { Training } from '../../web/src/worker/training';
import type { Engine, ScheduleOptions, Session } from 'tinycnn';
import type { LossAt } from '../../web/src/shared/patience';
import type { EventBody, RunSettings } from '../../web/src/shared/protocol';
import type { StopRule } from '../../web/src/shared/stop';

const classes = ['0', '1'];

/** Counts steps; after it is disposed nothing may be asked of it. */
class PretendedSession {
  readonly stepsPerEpoch: number = 50;
  readonly summary = { layers: [], parameters: 1, macs: 1 };
  readonly spec = { input: [1, 28, 28], layers: [] };
  readonly schedules: ScheduleOptions[] = [];
  disposed = false;
  #step = 0;

  get step(): number {
    if (this.disposed) throw new Error('the session was disposed');
    return this.#step;
  }

  trainSteps(count: number) {
    this.#step = this.step + count;
    return { step: this.step, epoch: 0, loss: 1, accuracy: 0, imagesPerSecond: 1, learningRate: 1 };
  }

  trainSlice() {
    return this.trainSteps(1);
  }

  evaluateRange(_: string, first: number, count: number) {
    if (this.step < 0) throw new Error('there is no such step');
    const confusion = [
      [first >= 0 ? count : 0, 0],
      [0, 0],
    ];
    return { lossSum: count, correct: count, confusion, predicted: new Uint8Array(count) };
  }

  setData(): void {
    if (this.disposed) throw new Error('the session was disposed');
  }

  setSchedule(schedule: ScheduleOptions): void {
    this.schedules.push(schedule);
  }

  rewind(): void {
    this.#step = 0;
  }

  parameters() {
    if (this.disposed) throw new Error('the session was disposed');
    return [];
  }

  save(): Uint8Array {
    return new Uint8Array(1);
  }

  dispose(): void {
    this.disposed = true;
  }
}

/** Its loss on the validation images after each epoch. */
class ValidatedSession extends PretendedSession {
  constructor(private readonly losses: readonly number[]) {
    super();
  }

  override evaluateRange(split: string, first: number, count: number) {
    const loss = this.losses[this.step / this.stepsPerEpoch - 1] ?? 9;
    const measured = super.evaluateRange(split, first, count);
    return { ...measured, lossSum: split === 'validation' ? count * loss : 0 };
  }
}

const nothing = (): void => undefined;

interface Loop {
  training: Training;
  events: EventBody[];
  /** Trains until it stops by itself. */
  train: (rule: StopRule, losses?: readonly LossAt[]) => Promise<EventBody>;
}

function loopOn(session: PretendedSession, epochs = 2, validationCount = 0): Loop {
  const events: EventBody[] = [];
  let stopped: (event: EventBody) => void = nothing;
  const host = {
    ...{
      trained: nothing,
      afterBeat: nothing,
      moment: nothing,
      atTheEnd: nothing,
      evaluated: nothing,
      deadUnits: () => Promise.resolve([]),
    },
    send: (event: EventBody): void => {
      events.push(event);
      if (event.type === 'stopped') stopped(event);
    },
    turnMilliseconds: () => turnMilliseconds.asked,
    afterChunk: () => false,
    extended: (count: number): void => {
      events.push({ type: 'extended', epochs: count });
    },
  };
  const run = { weights: 1000, batchSize: 1, trainCount: 50, testCount: 4000, validationCount, epochs };
  const training = new Training(session as unknown as Session, run, host);
  const train = (rule: StopRule, losses: readonly LossAt[] = []): Promise<EventBody> =>
    new Promise((resolve) => {
      stopped = resolve;
      training.start(rule, { losses });
    });
  return { training, events, train };
}

test('a test that nobody asked for gives way to training, and another does not', async () => {
  const tested = async (unasked: boolean): Promise<number[]> => {
    const { train, training, events } = loopOn(new PretendedSession(), 1);
    void training.test({ unasked });
    await train(stopAtEnd);
    return events.flatMap((event) => (event.type === 'evaluated' ? [event.evaluation.step] : []));
  };
  expect(await tested(true)).toEqual([50]);
  expect(await tested(false)).toEqual([0, 50]);
  const { training, events } = loopOn(new PretendedSession());
  await training.test({ unasked: true });
  expect(events.some(({ type }) => type === 'evaluated')).toBe(true);
});

describe('after the end of its recipe', () => {
  test('training goes on for as many epochs again, and stops there', async () => {
    const session = new PretendedSession();
    const { train, events } = loopOn(session);
    expect(await train(stopAtEnd)).toMatchObject({ reason: 'finished', by: stopAtEnd });
    expect(session.step).toBe(100);
    expect(events.filter(({ type }) => type === 'extended')).toEqual([]);
    await train(stopAtEnd);
    expect(session.step).toBe(200);
    await train(stopAtEnd);
    expect(session.step).toBe(300);
    expect(events.filter(({ type }) => type === 'extended')).toEqual([
      { type: 'extended', epochs: 4 },
      { type: 'extended', epochs: 6 },
    ]);
  });

  test('a rule that asks for more epochs, and a single step, go on in the same way', async () => {
    const session = new PretendedSession();
    const { train, training, events } = loopOn(session);
    expect(await train(stopRule('epoch', 3))).toMatchObject({ by: stopRule('epoch', 3) });
    expect(session.step).toBe(150);
    expect(training.epochs).toBe(4);
    await train(stopAtEnd);
    await training.step();
    expect(session.step).toBe(201);
    expect(events.filter(({ type }) => type === 'extended')).toEqual([
      { type: 'extended', epochs: 4 },
      { type: 'extended', epochs: 6 },
    ]);
  });

  test('an epoch that is over stops nothing: the recipe’s end does', async () => {
    const session = new PretendedSession();
    const { train } = loopOn(session);
    await train(stopRule('epoch', 1));
    expect(session.step).toBe(50);
    expect(await train(stopRule('epoch', 1))).toMatchObject({ by: stopAtEnd });
    expect(session.step).toBe(100);
    expect(stopStep(stopRule('epoch', 1), { stepsPerEpoch: 50, epochs: 2, step: 70 })).toBe(100);
    expect(stopStep(stopRule('epoch', 1), { stepsPerEpoch: 50, epochs: 2, step: 20 })).toBe(50);
  });

  test('training has come to where it stops at the rule’s step and at the recipe’s end, not before or between', () => {
    const plan = { stepsPerEpoch: 50, epochs: 2 };
    const at = (rule: ReturnType<typeof stopRule>) =>
      [0, 49, 50, 70, 99, 100, 150].filter((step) => isAtStop(rule, { ...plan, step }));
    expect(at(stopAtEnd)).toEqual([100]);
    expect(at(stopRule('epoch', 1))).toEqual([50, 100]);
    expect(at(stopRule('step', 70))).toEqual([70, 100]);
    expect(at(stopRule('epoch', 3))).toEqual([150]);
    expect(at(stopRule('accuracy', 98))).toEqual([100]);
  });

  test('an epoch that is set while it trains, and is over by then, stops it after the present one', async () => {
    const session = new PretendedSession();
    const { train, training } = loopOn(session, 1000);
    const stopped = train(stopAtEnd);
    while (session.step <= 60) await new Promise((resolve) => setImmediate(resolve));
    const epoch = Math.floor(session.step / 50) + 1;
    training.stopAt(stopRule('epoch', 1));
    expect(await stopped).toMatchObject({ by: stopRule('epoch', epoch) });
    expect(session.step).toBe(50 * epoch);
  });

  test('its schedule is the same one over more steps, if it has an end', () => {
    const cycle = { type: 'oneCycle', totalSteps: 100, warmupSteps: 5 } as const;
    expect(extended(cycle, 3)).toEqual({ type: 'oneCycle', totalSteps: 300, warmupSteps: 5 });
    expect(extended({ type: 'constant' }, 2)).toEqual({ type: 'constant' });
  });
});

describe('a rule of patience', () => {
  const losses = [5, 3, 4, 3, 2.5, 2.7, 2.6, 2.5, 1];
  const patience = (epochs: number): StopRule => stopRule('patience', epochs);
  const testedIn = (events: readonly EventBody[]): number[] =>
    events.flatMap((event) => (event.type === 'evaluated' ? [event.evaluation.step] : []));

  test('stops after so many epochs in a row without a lower loss, each of which is tested', async () => {
    const session = new ValidatedSession(losses);
    const { train, events } = loopOn(session, 100, 10);
    expect(await train(patience(3))).toMatchObject({ reason: 'finished', by: patience(3) });
    expect(session.step).toBe(8 * 50);
    expect(testedIn(events)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((epoch) => 50 * epoch));
    const impatient = new ValidatedSession(losses);
    await loopOn(impatient, 100, 10).train(patience(1));
    expect(impatient.step).toBe(3 * 50);
  });

  test('stops at the recipe’s end at the latest, and nowhere else without validation images', async () => {
    const session = new ValidatedSession(losses);
    expect(await loopOn(session, 7, 10).train(patience(3))).toMatchObject({ by: stopAtEnd });
    expect(session.step).toBe(7 * 50);
    const unvalidated = new ValidatedSession(losses);
    expect(await loopOn(unvalidated, 9).train(patience(1))).toMatchObject({ by: stopAtEnd });
  });

  test('goes on, in another worker, by the losses of the tests before', async () => {
    const known = losses.slice(0, 6).map((loss, i): LossAt => [50 * (i + 1), loss]);
    const session = new ValidatedSession(losses);
    session.trainSteps(330);
    const { train, events } = loopOn(session, 100, 10);
    expect(await train(patience(3), known)).toMatchObject({ by: patience(3) });
    expect(testedIn(events)).toEqual([350, 400]);
  });

  test('tests an epoch whose test was lost before it goes on, and may be over at once', async () => {
    const known = losses.slice(0, 7).map((loss, i): LossAt => [50 * (i + 1), loss]);
    const session = new ValidatedSession(losses);
    session.trainSteps(400);
    const { train, events } = loopOn(session, 100, 10);
    expect(await train(patience(3), known)).toMatchObject({ by: patience(3) });
    expect(session.step).toBe(400);
    expect(testedIn(events)).toEqual([400]);
  });

  test('knows nothing of what is no longer so: the run begins anew', async () => {
    const session = new ValidatedSession(losses);
    const { train, training } = loopOn(session, 100, 10);
    await train(patience(3));
    training.invalidate();
    session.rewind();
    expect(await train(patience(3))).toMatchObject({ by: patience(3) });
    expect(session.step).toBe(400);
  });

  test('counts whole epochs, and of equal losses the first', () => {
    expect(bestStep([], 50)).toBeNull();
    expect(
      bestStep(
        [
          [0, 0.1],
          [30, 0.1],
          [50, undefined],
          [100, NaN],
        ],
        50,
      ),
    ).toBeNull();
    expect(
      bestStep(
        [
          [50, 2],
          [100, 1],
          [130, 0],
          [150, 1],
        ],
        50,
      ),
    ).toBe(100);
    expect(
      epochsSinceBest(
        [
          [50, 2],
          [100, 1],
          [150, 1],
        ],
        50,
        260,
      ),
    ).toBe(3);
    expect(epochsSinceBest([], 50, 260)).toBe(0);
  });

  test('begins with a number that does not end the run at once', () => {
    const soFar = { epochs: 8, steps: 400, seconds: 1 };
    expect(firstRule('patience', { ...soFar, sinceBest: 0 })).toEqual(patience(3));
    expect(firstRule('patience', { ...soFar, sinceBest: 5 })).toEqual(patience(6));
  });

  test('says where the run is back at', () => {
    expect(backText(patience(1), 7)).toBe(
      'The validation loss has not fallen for 1 epoch: back at epoch 7, the best one.',
    );
    expect(backText(stopAtEnd, 7)).toBe('The recipe has finished: back at epoch 7, the best by validation loss.');
  });
});

test('a snapshot is taken as often as that costs little, so that little is lost with a worker', async () => {
  const millisecondsPerStep = 2;
  for (const cost of [0.1, 5]) {
    let now = 0;
    const clock = performance.now.bind(performance);
    const session = new PretendedSession();
    const train = session.trainSteps.bind(session);
    const saved: number[] = [];
    Object.assign(session, {
      stepsPerEpoch: 5000,
      trainSteps: (count: number) => {
        now += count * millisecondsPerStep;
        return train(count);
      },
      save: () => {
        now += cost;
        saved.push(session.step);
        return new Uint8Array(1);
      },
    });
    performance.now = () => now;
    try {
      await loopOn(session, 1).train(stopAtEnd);
    } finally {
      performance.now = clock;
    }
    const gaps = saved.slice(1).map((step, i) => millisecondsPerStep * (step - saved[i]!));
    expect(Math.max(...gaps), `at ${cost} ms`).toBeLessThan(Math.max(100, 200 * cost) + 2 * turnMilliseconds.asked);
    expect((saved.length * cost) / now, `at ${cost} ms`).toBeLessThan(0.01);
  }
});

/** Node had none before its version 21. */
const navigatorOfOneCore = { hardwareConcurrency: 1 };
(globalThis as { navigator?: unknown }).navigator ??= navigatorOfOneCore;

const settings: RunSettings = { model: 'tiny', recipe: 'published', seed: 1, validation: 0, changes: {} };

function runOn(session: PretendedSession): { run: Run; events: EventBody[] } {
  const recipe = {
    ...{ title: '', epochs: 2, batchSize: 1, optimizer: { type: 'sgd' }, loss: { type: 'crossEntropy' } },
    ...{ schedule: { type: 'cosine', totalSteps: 100 }, normalize: { mean: 0, std: 1 }, emaDecay: 0 },
  };
  const engine = {
    info: { threads: 1 },
    zoo: [{ id: 'tiny', recipe, bestRecipe: recipe }],
    createSession: () => session,
  } as unknown as Engine;
  const images = (count: number) => ({
    ...{ images: new Uint8Array(784 * count), labels: new Uint8Array(count) },
    ...{ height: 28, width: 28 },
  });
  const events: EventBody[] = [];
  const data = { classes, train: images(50), test: images(4000), validation: null };
  return { run: new Run(engine, settings, data, (event) => events.push(event)), events };
}

test('a step that waits for a test ends quietly where another network is chosen meanwhile', async () => {
  const session = new PretendedSession();
  const { run, events } = runOn(session);
  const tested = run.training.test();
  const stepped = run.stepOnce();
  run.dispose();
  await Promise.all([tested, stepped]);
  expect(events.filter(({ type }) => type === 'stopped' || type === 'evaluated')).toEqual([]);
});

test('Rewind brings the schedule of the recipe back', async () => {
  const session = new PretendedSession();
  const { run } = runOn(session);
  session.trainSteps(100);
  await run.training.step();
  expect(run.training.epochs).toBe(4);
  await run.rewind(1);
  expect(run.training.epochs).toBe(2);
  const totals = session.schedules.map((schedule) => 'totalSteps' in schedule && schedule.totalSteps);
  expect(totals[0]).toBe(2 * Number(totals[1]));
});
