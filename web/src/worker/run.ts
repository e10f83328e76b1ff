// SPDX-License-Identifier: MIT
//
// One run: a session for one model, recipe and seed on one data set, its training loop, and the current input.

import type { Examples } from './examples';
import type { Engine, LossOptions, NamedTensor, Normalization, ScheduleOptions, Session } from 'tinycnn';
import { FrameClock } from './frame-clock';
import { ghost } from './ghost';
import { frameBuffers, frameOf, linksInterval, linkStrengths } from './frames';
import { turnMilliseconds } from './pace';
import { networkOf, startFrom } from './networks';
import { extended, sessionOptionsOf, stepsPerEpochOf } from '../shared/plan';
import { Training } from './training';
import { changedRecipe } from '../shared/recipe-changes';
import { recipeOf } from '../shared/recipes';
import { imageSize } from '../shared/dataset';
import { areDigits } from '../shared/published-datasets';
import type { OptimizerName } from '../shared/optimizers';
import type { Moment } from '../shared/moments';
import type { RateChange } from '../shared/run-log';
import type { Acquaintance } from './acquaintance';
import type { ImportedNetwork } from '../shared/imported';
import type { LabelledSet } from '../shared/dataset';
import type { TrainingData } from './data/held-data';
import type {
  DeadUnits,
  EventBody,
  ExampleFilter,
  Examples as Found,
  Frame,
  RunFacts,
  RunSettings,
  Watch,
  Snapshot,
} from '../shared/protocol';

/** A session with the weights of a step. */
export interface Past {
  session: Session;
  step: number;
}

export type Send = (event: EventBody, transfer?: Transferable[]) => void;

/** After so many milliseconds without a new input the visitor is only watching. */
const inputPause = 1000;
/** The engine's own. */
const defaultRate = 0.001;

export function momentOf(session: Session): Moment {
  const arrays = session.parameters({ averaged: true }).map(({ data }) => data);
  const weights = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of arrays) {
    weights.set(each, at);
    at += each.length;
  }
  return { step: session.step, weights };
}

export class Run {
  readonly facts: RunFacts;
  readonly data: TrainingData | null;
  readonly training: Training;
  /** What the network sees of a pixel: (ink - mean) / std, by its ink from 0 to 1. */
  readonly normalize: Normalization;
  readonly #session: Session;
  /** Of a network from a file: where it starts. */
  readonly #weights: ImportedNetwork['weights'];
  readonly #clock: FrameClock;
  #predicted: Uint8Array | null = null;
  #examples: Examples | null = null;
  #exampleAsks = 0;
  #acquaintance: Acquaintance | null = null;
  #currentInput: Uint8Array | null = null;
  #isDrawn = false;
  #linksSentAt = 0;
  #askedAt = 0;
  #watch: Watch = { layer: null, backwards: false, label: null };
  readonly #learning: { loss: LossOptions; optimizer: OptimizerName };
  readonly #firstRate: number;
  readonly #schedule: ScheduleOptions;
  #isOver = false;
  #past: Past | null = null;
  #ready: Promise<void> = Promise.resolve();

  constructor(
    engine: Engine,
    settings: RunSettings,
    data: TrainingData | null,
    private readonly send: Send,
  ) {
    this.data = data;
    const ownCore = engine.info.threads < navigator.hardwareConcurrency;
    this.#clock = new FrameClock(ownCore);
    const { entry, weights } = networkOf(engine, settings.model);
    this.#weights = weights;
    const isOfDigits = data === null || areDigits(data.classes);
    const recipe = changedRecipe(recipeOf(entry, settings.recipe, isOfDigits), settings.changes, isOfDigits);
    this.normalize = recipe.normalize;
    this.#learning = { loss: recipe.loss, optimizer: recipe.optimizer.type };
    this.#firstRate = recipe.optimizer.learningRate ?? defaultRate;
    const images = data?.train.labels.length ?? 0;
    const stepsPerEpoch = stepsPerEpochOf(images, recipe);
    const { batchSize, epochs } = recipe;
    const options = sessionOptionsOf(recipe, images);
    this.#schedule = options.schedule ?? { type: 'constant' };
    this.#session = engine.createSession({
      ...{ model: engine.zoo.includes(entry) ? entry.id : entry.spec, seed: settings.seed, ...options },
      ...(data === null ? {} : { classNames: data.classes }),
    });
    try {
      if (weights !== null) this.#ready = startFrom(this.#session, weights);
      if (data !== null) {
        this.#session.setData('train', data.train);
        this.#session.setData('test', data.test);
        if (data.validation !== null) this.#session.setData('validation', data.validation);
      }
    } catch (error) {
      this.#session.dispose();
      throw error;
    }
    const validationCount = data?.validation?.labels.length ?? 0;
    this.facts = {
      ...settings,
      ...{ summary: this.#session.summary, step: 0, stepsPerEpoch, batchSize, epochs },
      ...{ trainCount: images, validationCount },
    };
    const testCount = data?.test.labels.length ?? 0;
    const { parameters } = this.#session.summary;
    const plan = { weights: parameters, batchSize, trainCount: images, testCount, validationCount, epochs };
    this.training = new Training(this.#session, plan, {
      send,
      trained: (from, piece) => {
        this.#clock.trained(from, piece);
      },
      // Where all cores train, each turn costs a small network half a millisecond: the other threads fall asleep and have to be woken.
      turnMilliseconds: () =>
        ownCore || performance.now() - this.#askedAt < inputPause ? turnMilliseconds.asked : turnMilliseconds.watched,
      afterChunk: () => this.showIfDue(),
      afterBeat: () => {
        if (!this.#clock.onItsWay) this.showNow();
      },
      moment: () => {
        this.noteMoment();
      },
      atTheEnd: () => {
        this.showNow();
      },
      deadUnits: () => (data === null ? Promise.resolve([]) : this.#deadUnits(data.train)),
      evaluated: (predicted) => {
        this.#predicted = predicted;
        this.#examples = null;
        this.#lookAtDrawing();
      },
      extended: (epochs) => {
        this.#session.setSchedule(extended(this.#schedule, epochs / this.facts.epochs));
        send({ type: 'extended', epochs });
      },
    });
  }

  /** Nothing may be asked of it before. Where it rejects the run is over. */
  async whenReady(): Promise<void> {
    try {
      await this.#ready;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  get loss(): LossOptions {
    return this.#learning.loss;
  }

  setLearningRate(learningRate: number): void {
    if (this.training.isAside) throw new Error('An earlier step is being trained again. Try once more in a moment.');
    this.training.rates = [];
    this.#session.setLearningRate(learningRate);
  }

  /** The one that is trained; who changes it tells `training` first. */
  get session(): Session {
    return this.#session;
  }

  /** The one that is looked at, and the step that it shows. */
  get shown(): Past {
    return this.#past ?? { session: this.#session, step: this.#session.step };
  }

  /** The moment that is looked back at; null at present. */
  get past(): Past | null {
    return this.#past;
  }

  get schedule(): ScheduleOptions {
    return this.#schedule;
  }

  /** Looks at the weights of an earlier step from now on, or at the present ones again. */
  lookAt(past: Past | null): void {
    if (past === null || past.session !== this.#past?.session) this.#past?.session.dispose();
    this.#past = past;
    this.#askedAt = performance.now();
  }

  /** Sends the weights as they are, to be looked back at later. */
  noteMoment(): void {
    const moment = momentOf(this.#session);
    this.send({ type: 'moment', moment }, [moment.weights.buffer]);
  }

  get step(): number {
    return this.#session.step;
  }

  /** Training image `index` as it is augmented in an epoch. */
  augmented(index: number, epoch: number): Uint8Array {
    return this.#session.augmented(index, epoch);
  }

  /** The class of each test image by the last evaluation; null before one. */
  get predicted(): Uint8Array | null {
    return this.#predicted;
  }

  /** The first test image from `from` on, and round again, that the last evaluation misclassified. */
  nextMistake(from: number): number {
    const labels = this.data?.test.labels ?? new Uint8Array();
    const { predicted } = this;
    if (predicted === null)
      throw new Error('The network has not been tested yet: it is tested at the end of each epoch.');
    const isMisclassified = (label: number, i: number): boolean => predicted[i] !== label;
    const next = labels.findIndex((label, i) => i >= from && isMisclassified(label, i));
    const first = next >= 0 ? next : labels.findIndex(isMisclassified);
    if (first < 0) throw new Error('The network made no mistake in its last test.');
    return first;
  }

  /** Sets the current input and answers with its first frame. `isDrawn`: by the visitor, who may draw anything. */
  show(pixels: Uint8Array, isDrawn = false): Frame {
    if (pixels.length !== imageSize) throw new Error('Expected an image of 28x28 pixels.');
    this.#currentInput = pixels;
    this.#isDrawn = isDrawn;
    this.#askedAt = performance.now();
    this.#lookAtDrawing();
    return this.frame(pixels);
  }

  get isDrawn(): boolean {
    return this.#isDrawn;
  }

  /** What that takes is loaded with the first drawing on a network that has been tested. */
  #lookAtDrawing(): void {
    const isWanted = (): boolean => this.#isDrawn && this.#currentInput !== null && this.predicted !== null;
    if (isWanted()) void this.#acquaint(isWanted).catch(() => undefined); // the next drawing tries again
  }

  async #acquaint(isWanted: () => boolean): Promise<void> {
    const { Acquaintance } = await import('./acquaintance');
    if (this.data === null || this.#isOver) return;
    const { train } = this.data;
    this.#acquaintance ??= new Acquaintance(this.#session, train, {
      isWanted,
      isTraining: () => this.training.running,
      found: () => {
        this.#sendFrame();
      },
    });
    await this.#acquaintance.refresh();
  }

  /** Nothing is noticed of a network where what counts them cannot be loaded. */
  async #deadUnits(train: LabelledSet): Promise<readonly DeadUnits[]> {
    const counting = await import('./dead-units').catch(() => null);
    return counting === null || this.#isOver ? [] : counting.deadUnits(this.#session, train);
  }

  /** Frames hold this from now on. Answers with the first of them. */
  watch(watch: Watch): Frame | null {
    this.#watch = watch;
    this.#askedAt = performance.now();
    return this.#currentInput === null || watch.layer === null ? null : this.frame(this.#currentInput);
  }

  /** What is shown of an input. */
  frame(pixels: Uint8Array): Frame {
    const learningRate = this.training.learningRate ?? this.#firstRate;
    return frameOf(this.shown, pixels, this.#watch, {
      learning: { ...this.#learning, learningRate },
      ghost: this.data === null ? null : ghost.answer(pixels, this.data.classes),
      unusual: (layers) =>
        this.#isDrawn && this.#past === null ? (this.#acquaintance?.unusual(layers) ?? null) : null,
    });
  }

  /** Null once something else was asked for, or the run is over. */
  async examples(filter: ExampleFilter, count: number): Promise<Found | null> {
    const ask = ++this.#exampleAsks;
    if (this.data === null) return null;
    if (this.#predicted === null) return { total: 0, examples: [] };
    const { Examples } = await import('./examples');
    if (ask !== this.#exampleAsks) return null;
    this.#examples ??= new Examples(this.#session, this.data.test, this.#predicted);
    return this.#examples.find(filter, count, () => ask === this.#exampleAsks);
  }

  get currentInput(): Uint8Array | null {
    return this.#currentInput;
  }

  clear(): void {
    this.#currentInput = null;
  }

  drawn(): void {
    this.#clock.drawn(performance.now());
  }

  /** Whether the page has something new to draw, and draws whatever else is new along with it. */
  showIfDue(): boolean {
    const now = performance.now();
    if (!this.#clock.due(now)) return false;
    if (now - this.#linksSentAt > linksInterval) this.#sendLinks();
    this.#sendFrame();
    return true;
  }

  /** Sends what the network is now, and what it makes of the current input. */
  showNow(): void {
    this.#sendLinks();
    this.#sendFrame();
    this.#lookAtDrawing();
  }

  #sendLinks(): void {
    this.send({ type: 'links', links: linkStrengths(this.shown.session) });
    this.#linksSentAt = performance.now();
  }

  #sendFrame(): void {
    const from = performance.now();
    if (this.#currentInput === null) {
      this.#clock.sent(from, 0);
      this.#clock.drawn(from);
      return;
    }
    const frame = this.frame(this.#currentInput);
    const now = performance.now();
    this.#clock.sent(now, now - from);
    this.send({ type: 'frame', frame }, frameBuffers(frame));
  }

  async stepOnce(): Promise<void> {
    await this.training.step();
    if (!this.#isOver) this.showNow();
  }

  /** Other weights at the same step; `why` its settings do not lead to them. They are tested at once: what was known of the ones before
   * holds no more. */
  async replaceWeights(weights: NamedTensor[], why: string): Promise<void> {
    this.training.invalidate();
    this.#forgetExamples();
    this.#session.setParameters(weights);
    this.send({ type: 'replaced', why });
    this.training.save();
    this.showNow();
    await this.training.test();
  }

  /** Tells where it stands, once more, before another run takes its place. */
  leave(): void {
    this.training.pause();
    if (!this.training.isAside) this.noteMoment();
    this.send({ type: 'left' });
  }

  async rewind(seed: number): Promise<void> {
    this.leave();
    this.training.invalidate();
    this.#forgetExamples();
    this.#session.setSchedule(this.#schedule);
    await this.backToStart(seed);
    if (this.#isOver) return;
    this.training.rates = [];
    this.training.epochs = this.facts.epochs;
    this.begun();
  }

  /** The session at step 0, with the weights of its seed or of its file; who calls it tells `training` first. */
  async backToStart(seed?: number): Promise<void> {
    this.#session.rewind(seed);
    if (this.#weights !== null) await startFrom(this.#session, this.#weights);
  }

  /** Shows what it begins with; what a network from a file has learned is tested at once. */
  begun(): void {
    this.noteMoment();
    this.training.save();
    this.showNow();
    if (this.#weights !== null && this.data !== null) void this.training.test({ unasked: true });
  }

  /** What `restore` takes, also in another worker. */
  save(): Uint8Array {
    return this.#session.save();
  }

  /** `predicted`: the class of each test image by the last evaluation, where that is known. */
  restore(
    { bytes, epochs }: Omit<Snapshot, 'step'>,
    predicted: Uint8Array | null = null,
    rates: readonly RateChange[] = [],
  ): void {
    this.training.invalidate();
    this.#forgetExamples();
    this.#session.load(bytes);
    const { step } = this.#session;
    const now = rates.findLast((change) => change.step <= step);
    if (now !== undefined) this.#session.setLearningRate(now.learningRate);
    this.training.rates = rates.filter((change) => change.step > step);
    this.training.epochs = epochs;
    this.#predicted = predicted;
    this.training.save();
    this.showNow();
  }

  #forgetExamples(): void {
    ++this.#exampleAsks;
    this.#predicted = null;
    this.#examples = null;
    this.#acquaintance?.forget();
  }

  /** Whether another run has taken its place: nothing may be asked of it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  dispose(): void {
    this.#isOver = true;
    this.training.invalidate();
    this.#forgetExamples();
    this.lookAt(null);
    this.#session.dispose();
  }
}
