// SPDX-License-Identifier: MIT
//
// The training loop: chunks of steps that end where an epoch ends, with a turn of the event loop after each; a step that takes long is
// itself cut into slices, so that the worker always listens. Evaluates at every epoch's end, saves as often as that costs little, stops
// where the engine says that the run has diverged. `invalidate` ends whatever is going on before the session is changed.
// Long because all that trains, tests or waits takes its turn in one loop.

import { Beats, rest } from './beats';
import { evenSample, Evaluator, whole } from './evaluator';
import { Pace, Rate } from './pace';
import { Prober } from './probe';
import { growthFor, momentAfter } from '../shared/moments';
import { epochsSinceBest } from '../shared/patience';
import { stopAtEnd, stepOf, stopStep } from '../shared/stop';
import { turn } from './turn';
import type { TrainingPiece } from './frame-clock';
import type { Divergence, Session, Split, TrainResult } from 'tinycnn';
import type { Range } from './evaluator';
import type { DeadUnits, EventBody, Measurement, StopReason } from '../shared/protocol';
import type { LossAt } from '../shared/patience';
import type { RateChange } from '../shared/run-log';
import type { StopRule } from '../shared/stop';
import type { Tempo } from '../shared/tempo';

/** Also where nothing is drawn, as in a tab that nobody looks at. */
const longestSilence = 1000;
/** What is lost with a worker is what it trained since it last saved: at least this many milliseconds, and so many times what saving takes. */
const saving = { minInterval: 100, timesItsCost: 200 };
/** Chunks end on multiples of this, and training is measured from one to the next, so that the same run gives the same curve however
 * fast the machine is. */
const grid = 20;
/** Training images that are evaluated as the test images are, at most: the accuracy of so many is about 0.2 % off. */
const sampled = 5000;
const maxSteps = 500;
const maxRounds = 64;
/** Between two tests so many training images come for each test image: where there are few, not every epoch is tested. */
const testedShare = 1 / 4;

export interface TrainingHost {
  send: (event: EventBody, transfer?: Transferable[]) => void;
  /** A piece of training that began at `from`. */
  trained: (from: number, piece: TrainingPiece) => void;
  /** How long a chunk may take, in milliseconds. */
  turnMilliseconds: () => number;
  /** After each chunk: a chance to show the current input. Whether this is the time to tell how training goes, too. */
  afterChunk: () => boolean;
  /** A beat is over: a picture of what has come of it. */
  afterBeat: () => void;
  /** The run has come to a step at which its weights are noted. */
  moment: () => void;
  /** It has stopped by itself: the last chance. */
  atTheEnd: () => void;
  /** Of the weights that were just tested. */
  deadUnits: () => Promise<readonly DeadUnits[]>;
  /** The class of each test image, before the evaluation is sent. */
  evaluated: (predicted: Uint8Array) => void;
  /** The learning rate schedule has come to its end and has to last until after this many epochs. */
  extended: (epochs: number) => void;
}

const brief = ({ loss, accuracy }: { loss: number; accuracy: number }) => ({ loss, accuracy });

export interface RunSizes {
  /** All of the network's. */
  weights: number;
  batchSize: number;
  epochs: number;
  trainCount: number;
  testCount: number;
  validationCount: number;
}

export class Training {
  readonly #evaluator = new Evaluator();
  readonly #pace = new Pace(maxSteps);
  readonly #slicePace = new Pace(maxRounds);
  readonly #beats = new Beats();
  readonly #prober: Prober;
  #rate = new Rate();
  #running = false;
  #midStep = false;
  #isAside = false;
  #generation = 0;
  /** How often it was to be trained. */
  #wishes = 0;
  #work: Promise<void> = Promise.resolve();
  #measurements: Measurement[] = [];
  #reportedAt = 0;
  #saveAt = 0;
  /** After which the learning rate schedule ends. */
  #epochs: number;
  /** Of the steps from one moment to the next. */
  readonly #growth: number;
  /** Learning rates that are set for later steps, in their order. */
  rates: readonly RateChange[] = [];
  #learningRate: number | null = null;
  #rule: StopRule = stopAtEnd;
  #startedAt = 0;
  /** From where on the rule counts: an epoch that was over before stops nothing. */
  #ruleFrom = 0;
  /** Step of the last test. */
  #testedAt = 0;
  /** On the validation images, by the step of the test. */
  readonly #losses = new Map<number, number | undefined>();

  constructor(
    private readonly session: Session,
    private readonly run: RunSizes,
    private readonly host: TrainingHost,
  ) {
    this.#epochs = run.epochs;
    this.#growth = growthFor(run.weights);
    this.#prober = new Prober(session, run.testCount);
  }

  /** After which the learning rate schedule ends: at first the recipe's. */
  get epochs(): number {
    return this.#epochs;
  }

  set epochs(count: number) {
    this.#epochs = count;
  }

  /** Of the last step; null before the first. */
  get learningRate(): number | null {
    return this.#learningRate;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Whether a mini-batch is trained in slices and not yet through. */
  get midStep(): boolean {
    return this.#midStep;
  }

  /** Whether something else is done with the session, which will then be as it was before. */
  get isAside(): boolean {
    return this.#isAside;
  }

  /** `seconds`: how long it has trained already, for a rule by time; `losses`: of the tests so far, for a rule of patience. */
  start(
    rule: StopRule,
    { seconds = 0, tempo = 'full', losses = [] }: { seconds?: number; tempo?: Tempo; losses?: readonly LossAt[] } = {},
  ): void {
    ++this.#wishes;
    this.stopAt(rule, losses);
    this.#beats.start(tempo, performance.now());
    if (this.#running) return;
    this.#running = true;
    this.#rate = new Rate();
    this.#startedAt = performance.now() - 1000 * seconds;
    const generation = this.#generation;
    this.#enqueue(() => this.#loop(generation));
  }

  /** When to stop by itself from now on. If an epoch that is set while it trains is over by now, it stops after the present one. */
  stopAt(rule: StopRule, losses: readonly LossAt[] = []): void {
    for (const [at, loss] of losses) this.#losses.set(at, loss);
    const { step, stepsPerEpoch } = this.session;
    const isLate = this.#running && rule.at === 'epoch' && rule.epochs * stepsPerEpoch <= step;
    this.#rule = isLate ? { at: 'epoch', epochs: Math.floor(step / stepsPerEpoch) + 1 } : rule;
    this.#ruleFrom = step;
  }

  /** How fast it is shown from now on. */
  goAt(tempo: Tempo): void {
    this.#beats.start(tempo, performance.now());
  }

  pause(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#stopped('paused');
  }

  /** Pauses; resolves once a test that runs is over. */
  async whenIdle(): Promise<void> {
    this.pause();
    await this.#work;
  }

  /** One mini-batch, once an evaluation that still runs is over. */
  async step(): Promise<void> {
    ++this.#wishes;
    this.pause();
    const generation = this.#generation;
    const goes = (): boolean => generation === this.#generation;
    this.#enqueue(async () => {
      if (!goes()) return;
      this.#prepare();
      const atEpochEnd = await this.#train(1, goes);
      if (atEpochEnd === null) return;
      this.#report();
      this.#save();
      if (atEpochEnd) await this.#evaluate(generation);
    });
    await this.#work;
  }

  /** Does something else with the session in the place of training, after which it is as it was before; `work` is told whether it may go on.
   * Null where it was interrupted. */
  async aside<T>(work: (goes: () => boolean) => Promise<T | null>): Promise<T | null> {
    this.pause();
    const generation = this.#generation;
    const goes = (): boolean => generation === this.#generation;
    let found: T | null = null;
    this.#enqueue(async () => {
      this.#isAside = true;
      try {
        if (goes()) found = await work(goes);
      } finally {
        this.#isAside = false;
      }
    });
    await this.#work;
    return found;
  }

  /** Tests the weights as they are. `unasked`: only until somebody wants to train. */
  async test({ unasked = false } = {}): Promise<void> {
    const generation = this.#generation;
    const wishes = this.#wishes;
    this.#enqueue(async () => {
      await this.#evaluate(generation, () => !unasked || wishes === this.#wishes);
    });
    await this.#work;
  }

  /** Ends training and evaluation without a word; the session may be changed or thrown away after this. */
  invalidate(): void {
    ++this.#generation;
    this.#running = false;
    this.#measurements = [];
    this.#losses.clear();
    this.#learningRate = null;
    this.#prober.restart();
  }

  save(): void {
    this.#save();
  }

  #enqueue(work: () => Promise<void>): void {
    const generation = this.#generation;
    this.#work = this.#work.then(work).catch((error: unknown) => {
      if (generation !== this.#generation) return;
      this.#running = false;
      this.#stopped('failed', error instanceof Error ? error.message : String(error));
    });
  }

  async #loop(generation: number): Promise<void> {
    const goes = (): boolean => this.#running && generation === this.#generation;
    this.#probe();
    if (this.#isPatient) await this.#catchUp(generation, goes);
    while (goes()) {
      this.#prepare();
      const steps = this.#chunk();
      const from = performance.now();
      const atEpochEnd = await this.#train(steps, goes);
      if (atEpochEnd === null || !this.#running) return;
      this.#probe();
      const now = performance.now();
      const pause = this.#beats.trained(steps, now);
      const isTime = this.#beats.left === Infinity ? this.host.afterChunk() : pause !== null;
      const isTest = atEpochEnd && this.#isTestDue();
      if (isTime || isTest || now - this.#reportedAt > longestSilence) this.#report();
      if (isTest || now >= this.#saveAt) this.#save();
      await turn();
      this.#rate.learn(steps * this.run.batchSize, performance.now() - from);
      if (pause !== null) await this.#endBeat(pause);
      const accuracy = isTest ? await this.#evaluate(generation) : null;
      const reached = goes() ? this.#reached(accuracy) : null;
      if (reached !== null) this.#finished(reached);
    }
  }

  /** Where patience counts, each epoch does: also the last one, if the page or the worker ended before it was tested. It may be over by now. */
  async #catchUp(generation: number, goes: () => boolean): Promise<void> {
    const { step, stepsPerEpoch } = this.session;
    if (step > 0 && step % stepsPerEpoch === 0 && !this.#losses.has(step)) await this.#evaluate(generation);
    if (goes() && this.#isOutOfPatience) this.#finished(this.#rule);
  }

  /** Shows what has come of a beat, and rests until the next one. */
  async #endBeat(pause: number): Promise<void> {
    this.host.afterBeat();
    await rest(pause);
    if (this.#beats.next(performance.now())) this.host.send({ type: 'atFullSpeed' });
  }

  #probe(): void {
    const probe = this.#prober.look();
    if (probe !== null) this.host.send({ type: 'probed', probe });
  }

  /** What is due before the next step. */
  #prepare(): void {
    for (const { step, learningRate } of this.rates) {
      if (step > this.session.step) break;
      this.session.setLearningRate(learningRate);
      this.host.send({ type: 'adjusted', learningRate });
      this.rates = this.rates.slice(1);
    }
    this.#extend();
  }

  /** Where the schedule has come to its end, at which it would train at a rate of next to nothing, it goes on for as many epochs again. */
  #extend(): void {
    const { stepsPerEpoch, step } = this.session;
    if (step < this.#epochs * stepsPerEpoch) return;
    while (step >= this.#epochs * stepsPerEpoch) this.#epochs += this.run.epochs;
    this.host.extended(this.#epochs);
  }

  /** The rule that says that this is the end, if one does; `accuracy` is that of the test just made. */
  #reached(accuracy: number | null): StopRule | null {
    const rule = this.#rule;
    const { stepsPerEpoch, step } = this.session;
    if (rule.at === 'time' && performance.now() - this.#startedAt >= 1000 * rule.seconds) return rule;
    if (rule.at === 'accuracy' && accuracy !== null && 100 * accuracy >= rule.percent) return rule;
    if (this.#isOutOfPatience) return rule;
    if (step !== this.#stopStep) return null;
    return step === stepOf(rule, stepsPerEpoch) ? rule : stopAtEnd;
  }

  /** At the end of an epoch: whether enough has been trained since the last test, or training stops here. */
  #isTestDue(): boolean {
    const { step } = this.session;
    if (step === this.#stopStep || this.#isPatient) return true;
    const since = step - (this.#testedAt > step ? 0 : this.#testedAt);
    return since * this.run.batchSize >= testedShare * this.run.testCount;
  }

  get #isPatient(): boolean {
    return this.#rule.at === 'patience' && this.run.validationCount > 0;
  }

  get #isOutOfPatience(): boolean {
    const { step, stepsPerEpoch } = this.session;
    return this.#rule.at === 'patience' && epochsSinceBest(this.#losses, stepsPerEpoch, step) >= this.#rule.epochs;
  }

  #chunk(): number {
    const { step, stepsPerEpoch } = this.session;
    const toGrid = grid - (step % grid);
    const wanted = this.#pace.units;
    const onGrid = wanted < toGrid ? wanted : toGrid + Math.floor((wanted - toGrid) / grid) * grid;
    const fixed = [this.#stopStep, this.#nextMoment, this.rates[0]?.step ?? 0].filter((each) => each > step);
    return Math.min(onGrid, stepsPerEpoch - (step % stepsPerEpoch), this.#beats.left, ...fixed.map((to) => to - step));
  }

  get #nextMoment(): number {
    return momentAfter(this.session.step, this.#growth);
  }

  get #stopStep(): number {
    const { stepsPerEpoch } = this.session;
    return stopStep(this.#rule, { stepsPerEpoch, epochs: this.#epochs, step: this.#ruleFrom });
  }

  /** Whether the epoch ended with these steps; null where `goes` no longer holds. Stops where the run has diverged. */
  async #train(steps: number, goes: () => boolean): Promise<boolean | null> {
    if (!goes()) return null;
    const from = performance.now();
    const moment = this.#nextMoment;
    const result = steps > 1 ? this.#trainOnGrid(steps) : await this.#trainInSlices(goes);
    if (result === null) return null;
    const milliseconds = performance.now() - from;
    if (steps > 1) this.host.trained(from, { unit: 'step', count: steps, milliseconds });
    this.#pace.learn(steps, milliseconds, this.host.turnMilliseconds());
    const { step, divergence } = result;
    this.#learningRate = result.learningRate;
    if (divergence !== undefined) {
      this.#running = false;
      this.#diverged(divergence);
      return false;
    }
    if (step === moment) this.host.moment();
    if (steps === 1) this.#note(1, result);
    return step % this.session.stepsPerEpoch === 0;
  }

  /** So many steps, measured from one point of the grid to the next; the result of the last of them, which may be that it diverged. */
  #trainOnGrid(steps: number): TrainResult {
    const { session } = this;
    for (let left = steps; ;) {
      const piece = Math.min(left, grid - (session.step % grid));
      const result = session.trainSteps(piece);
      left -= piece;
      if (result.divergence === undefined) this.#note(piece, result);
      if (result.divergence !== undefined || left === 0) return result;
    }
  }

  #note(steps: number, { step, loss, accuracy }: TrainResult): void {
    this.#measurements.push({ step, steps, loss, accuracy });
  }

  /** One step. What was begun and not finished here, the next call goes on with. */
  async #trainInSlices(goes: () => boolean): Promise<TrainResult | null> {
    for (;;) {
      const rounds = this.#slicePace.units;
      const from = performance.now();
      const result = this.session.trainSlice(rounds);
      const milliseconds = performance.now() - from;
      this.#slicePace.learn(rounds, milliseconds);
      this.host.trained(from, { unit: 'round', count: rounds, milliseconds });
      if (result !== undefined) return result;
      this.#midStep = true;
      this.host.afterChunk();
      await turn();
      this.#midStep = false;
      if (!goes()) return null;
    }
  }

  /** The accuracy on the test images; null where it was cut short. */
  async #evaluate(generation: number, isWanted = (): boolean => true): Promise<number | null> {
    const { trainCount, testCount, validationCount } = this.run;
    const current = (): boolean => generation === this.#generation && isWanted();
    if (!current()) return null;
    const sample = evenSample(trainCount, sampled);
    const sampleCount = sample.reduce((sum, { count }) => sum + count, 0);
    const all = sampleCount + validationCount + testCount;
    let before = 0;
    const measure = async (split: Split, ranges: readonly Range[]) => {
      const measured = await this.#evaluator.run(this.session, split, ranges, current, (done) => {
        this.host.send({ type: 'evaluating', done: before + done, count: all });
      });
      before += measured?.count ?? 0;
      return measured;
    };
    const training = await measure('train', sample);
    const validation =
      training === null || validationCount === 0 ? null : await measure('validation', whole(validationCount));
    if (training === null || (validationCount > 0 && validation === null)) return null;
    const test = await measure('test', whole(testCount));
    if (test === null) return null;
    const dead = await this.host.deadUnits();
    if (!current()) return null;
    const { step } = this.session;
    this.#testedAt = step;
    const epoch = Math.floor(step / this.session.stepsPerEpoch);
    const { predicted, ...measured } = test;
    this.#losses.set(step, validation?.loss);
    this.host.evaluated(predicted);
    const evaluation = {
      ...{ step, epoch, ...measured },
      training: brief(training),
      dead,
      validation: validation === null ? null : brief(validation),
    };
    this.host.send({ type: 'evaluated', evaluation, predicted });
    return measured.accuracy;
  }

  #report(): void {
    if (this.#measurements.length === 0) return;
    const { threads } = this.session;
    const imagesPerSecond = this.#rate.perSecond;
    this.host.send({ type: 'measured', measurements: this.#measurements, imagesPerSecond, threads });
    this.#measurements = [];
    this.#reportedAt = performance.now();
  }

  #save(): void {
    const from = performance.now();
    const snapshot = { step: this.session.step, bytes: this.session.save(), epochs: this.#epochs };
    this.host.send({ type: 'snapshot', snapshot }, [snapshot.bytes.buffer as ArrayBuffer]);
    const now = performance.now();
    this.#saveAt = now + Math.max(saving.minInterval, saving.timesItsCost * (now - from));
  }

  #diverged(divergence: Divergence): void {
    this.#report();
    this.host.atTheEnd();
    this.host.send({ type: 'stopped', reason: 'diverged', step: this.session.step, divergence });
  }

  #finished(by: StopRule): void {
    this.#running = false;
    this.#report();
    this.#save();
    this.host.atTheEnd();
    this.host.send({ type: 'stopped', reason: 'finished', step: this.session.step, by });
  }

  #stopped(reason: Exclude<StopReason, 'diverged' | 'finished'>, error?: string): void {
    this.#report();
    if (reason === 'paused') this.#save();
    this.host.send({ type: 'stopped', reason, step: this.session.step, ...(error === undefined ? {} : { error }) });
  }
}
