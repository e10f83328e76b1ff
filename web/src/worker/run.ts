// SPDX-License-Identifier: MIT
//
// One run: a session for one model, recipe and seed on one data set, its training loop, and the current input.

import type { Examples } from './examples';
import type { Engine, LossOptions, NamedTensor, Normalization, ScheduleOptions, Session } from 'tinycnn';
import { Evaluator, whole } from './evaluator';
import { FrameClock } from './frame-clock';
import { ghost } from './ghost';
import { frameBuffers, frameOf, linksInterval, linkStrengths } from './frames';
import { turnMilliseconds } from './pace';
import { extended, sessionOptionsOf, stepsPerEpochOf } from './plan';
import { Training } from './training';
import { changedRecipe } from '../shared/recipe-changes';
import { recipeOf } from '../shared/recipes';
import { imageSize } from '../shared/dataset';
import { areDigits } from '../shared/published-datasets';
import type { OptimizerName } from '../shared/optimizers';
import type { Acquaintance } from './acquaintance';
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
  FineTuned,
  LabelledStrokes,
  Snapshot,
} from '../shared/protocol';

export type Send = (event: EventBody, transfer?: Transferable[]) => void;

/** Enough to see whether what was known is forgotten. */
const testedImages = 2000;
/** After so many milliseconds without a new input the visitor is only watching. */
const inputPause = 1000;
/** The engine's own. */
const defaultRate = 0.001;

export class Run {
  readonly facts: RunFacts;
  readonly data: TrainingData | null;
  readonly training: Training;
  /** What the network sees of a pixel: (ink - mean) / std, by its ink from 0 to 1. */
  readonly normalize: Normalization;
  readonly #session: Session;
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

  constructor(
    engine: Engine,
    settings: RunSettings,
    data: TrainingData | null,
    private readonly send: Send,
  ) {
    this.data = data;
    const ownCore = engine.info.threads < navigator.hardwareConcurrency;
    this.#clock = new FrameClock(ownCore);
    const entry = engine.zoo.find(({ id }) => id === settings.model);
    if (entry === undefined) throw new Error(`There is no model named ${settings.model}.`);
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
      ...{ model: entry.id, seed: settings.seed, ...options },
      ...(data === null ? {} : { classNames: data.classes }),
    });
    try {
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
    const plan = { batchSize, trainCount: images, testCount, validationCount, epochs };
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

  get loss(): LossOptions {
    return this.#learning.loss;
  }

  setLearningRate(learningRate: number): void {
    this.#session.setLearningRate(learningRate);
  }

  /** To look at; who changes it tells `training` first. */
  get session(): Session {
    return this.#session;
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
    return this.#frame(pixels);
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
    return this.#currentInput === null || watch.layer === null ? null : this.#frame(this.#currentInput);
  }

  #frame(pixels: Uint8Array): Frame {
    const learningRate = this.training.learningRate ?? this.#firstRate;
    return frameOf(this.#session, pixels, this.#watch, {
      learning: { ...this.#learning, learningRate },
      ghost: this.data === null ? null : ghost.answer(pixels, this.data.classes),
      unusual: (layers) => (this.#isDrawn ? (this.#acquaintance?.unusual(layers) ?? null) : null),
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
    this.send({ type: 'links', links: linkStrengths(this.#session) });
    this.#linksSentAt = performance.now();
  }

  #sendFrame(): void {
    const from = performance.now();
    if (this.#currentInput === null) {
      this.#clock.sent(from, 0);
      this.#clock.drawn(from);
      return;
    }
    const frame = this.#frame(this.#currentInput);
    const now = performance.now();
    this.#clock.sent(now, now - from);
    this.send({ type: 'frame', frame }, frameBuffers(frame));
  }

  async stepOnce(): Promise<void> {
    await this.training.step();
    if (!this.#isOver) this.showNow();
  }

  /** Has the network learn a visitor's digits as well; the run is at the same step as before. Throws once `current` is another run. */
  async fineTune(engine: Engine, digits: LabelledStrokes[], current: () => Run | null): Promise<FineTuned> {
    const { data } = this;
    if (data === null) throw new Error('The data are still loading.');
    const { countCorrect, fineTuned, imagesOf } = await import('./fine-tune');
    const own = imagesOf(engine, digits, data.classes);
    await this.training.whenIdle();
    const interrupted = new Error('Learning your digits was interrupted by another action.');
    if (this.#isOver) throw interrupted;
    const { step } = this;
    const goes = () => current() === this && this.step === step && !this.training.running;
    const tested = Math.min(testedImages, data.test.labels.length);
    const test = await new Evaluator().run(this.#session, 'test', whole(tested), goes, () => undefined);
    if (test === null) throw interrupted;
    const read = countCorrect(this.#session, own);
    const weights = this.#session.parameters({ averaged: true });
    const tuned = await fineTuned(engine, this.facts.model, { data, own, weights }, goes);
    if (tuned === null) throw interrupted;
    await this.#replaceWeights(tuned);
    if (this.predicted === null)
      throw new Error('Your digits were learned, but the test was interrupted by another action.');
    const correct = this.predicted.subarray(0, tested).filter((label, i) => label === data.test.labels[i]).length;
    return {
      count: digits.length,
      read: { before: read, after: countCorrect(this.#session, own) },
      accuracy: { before: test.accuracy, after: correct / tested },
    };
  }

  /** Other weights at the same step. They are tested at once: what was known of the ones before holds no more. */
  async #replaceWeights(weights: NamedTensor[]): Promise<void> {
    this.training.invalidate();
    this.#forgetExamples();
    this.#session.setParameters(weights);
    this.training.save();
    this.showNow();
    await this.training.test();
  }

  rewind(seed: number): void {
    this.training.invalidate();
    this.#forgetExamples();
    this.#session.setSchedule(this.#schedule);
    this.#session.rewind(seed);
    this.training.epochs = this.facts.epochs;
    this.training.save();
    this.showNow();
  }

  /** What `restore` takes, also in another worker. */
  save(): Uint8Array {
    return this.#session.save();
  }

  /** `predicted`: the class of each test image by the last evaluation, where that is known. */
  restore({ bytes, epochs }: Omit<Snapshot, 'step'>, predicted: Uint8Array | null = null): void {
    this.training.invalidate();
    this.#forgetExamples();
    this.#session.load(bytes);
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
    this.#session.dispose();
  }
}
