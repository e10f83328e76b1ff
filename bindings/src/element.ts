// SPDX-License-Identifier: MIT
// tinycnn/element: <tiny-cnn>, a live network to draw for, in any page or notebook.
//
//   <script type="module" src="https://example.org/tinycnn/element.js"></script>
//   <tiny-cnn model="tinycnn" weights="digits.tinycnn.json"></tiny-cnn>
//
// Long because the class is the element's public face with its documentation; what needs room of its own is imported.

import { TinyCNNError } from './errors.js';
import { Deferred } from './element/deferred.js';
import { example, fitted } from './element/example.js';
import { problem, sentenceOf } from './element/files.js';
import { LiveNetwork, type Kept, type Reading, type TrainingOutcome } from './element/live-network.js';
import { outcomeText, percent, progressText } from './element/texts.js';
import { isOfDigits, type Turn } from './element/training.js';
import { PARTS, View, type PartName } from './element/view.js';
import type { Prediction, TinyCNNElementEventMap, Trained } from './element/events.js';
import type { WorkerSession } from './worker.js';
import type { Strokes } from './types.js';

export type { Prediction, TinyCNNElementEventMap, Trained } from './element/events.js';
export type { WorkerSession } from './worker.js';
export type { StrokePoint, Strokes } from './types.js';

const ATTRIBUTES = ['model', 'weights', 'data', 'controls', 'threads', 'epochs'] as const;
type Attribute = (typeof ATTRIBUTES)[number];

const DEFAULT_EPOCHS = 3;
const MAX_EPOCHS = 1_000;
/** Between two pictures of the layers while the network learns, in milliseconds. */
const PICTURE_MILLISECONDS = 100;
/** After this without another stroke, in milliseconds, a drawing is taken to be finished and the answer is spoken. */
const FINISHED_AFTER = 700;

const removed = (): TinyCNNError =>
  new TinyCNNError('disposed', '[tiny-cnn] expected an element in a document, got one that is in none');

/** Where there are no elements, as in Node, the module can be imported all the same. */
const Base =
  (globalThis as { HTMLElement?: typeof HTMLElement }).HTMLElement ?? (Object as unknown as typeof HTMLElement);

/**
 * `<tiny-cnn>`: a pad to draw on, what each layer makes of the drawing, and the answer. docs/element.md describes attributes, events, parts
 * and custom properties. A change of `model`, `weights` or `threads` loads the network anew.
 */
export class TinyCNNElement extends Base {
  /** The attributes that the element follows. */
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;

  readonly #view: View;
  #live: LiveNetwork | null = null;
  #loading: AbortController | null = null;
  #kept: Kept | null = null;
  #ready = new Deferred();
  #isScheduled = false;
  /** Whether the answer is older than the drawing or the network; and whether another one is under way. */
  #isStale = false;
  #isReading = false;
  #isExample = false;
  #examples = 0;
  /** Changes of the drawing so far. */
  #drawings = 0;
  /** Of the drawing as it is now; null before it has been read, and of an empty one. */
  #prediction: Prediction | null = null;
  /** Whether the answer is to be spoken as soon as the drawing has been read. */
  #isFinished = false;
  #finishing: ReturnType<typeof setTimeout> | undefined;
  #pictured = 0;

  /** As `document.createElement('tiny-cnn')` makes it; nothing is loaded before it is on a page. */
  constructor() {
    super();
    this.#view = new View(this.attachShadow({ mode: 'open' }), {
      drawn: () => {
        this.#changed();
      },
      beforeStroke: () => {
        if (this.#isExample) this.#view.pad.strokes = [];
        this.#isExample = false;
        this.#view.setHint('none');
      },
      clear: () => {
        this.clear();
      },
      example: () => {
        this.#showExample().catch(() => undefined); // the network was taken away meanwhile
      },
      train: () => {
        if (this.#live?.isTraining) this.pause();
        else this.train().catch(() => undefined); // it has been said
      },
      rewind: () => {
        this.rewind();
      },
    });
    this.#view.showParts(new Set());
  }

  /** @internal */
  connectedCallback(): void {
    for (const name of [...ATTRIBUTES, 'strokes'] as const) this.#takeEarly(name);
    this.#view.connect();
    if (!this.#live && !this.#loading) this.#schedule();
  }

  /** A property that was set before the element was defined. */
  #takeEarly(name: Attribute | 'strokes'): void {
    if (!Object.prototype.hasOwnProperty.call(this, name)) return;
    const own = this as Partial<Record<Attribute | 'strokes', unknown>>;
    const value = own[name] ?? (name === 'strokes' ? [] : '');
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- it hides the accessor
    delete own[name];
    own[name] = value;
  }

  /** @internal */
  disconnectedCallback(): void {
    this.#view.disconnect();
    // one that is only moved to another place is back by then
    setTimeout(() => {
      if (this.isConnected) return;
      this.#kept = this.#close() ?? this.#kept;
      this.#ready.reject(removed());
      this.#ready = new Deferred();
    });
  }

  /** @internal */
  attributeChangedCallback(name: Attribute, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === 'controls') this.#showParts();
    else if (name === 'data') this.pause();
    else if (name !== 'epochs') this.#schedule();
  }

  /** An id of the zoo, or the URL of a spec in JSON; default 'tinycnn', or the network that `weights` hold. */
  get model(): string {
    return this.getAttribute('model') ?? '';
  }
  set model(value: string) {
    this.setAttribute('model', value);
  }

  /** The URL of a checkpoint, or of what `engine.importModel` reads. Without it the network is untrained. */
  get weights(): string {
    return this.getAttribute('weights') ?? '';
  }
  set weights(value: string) {
    this.setAttribute('weights', value);
  }

  /** The URL of a folder with MNIST's four IDX files, compressed by gzip or not, to train on; default: synthetic digits. */
  get data(): string {
    return this.getAttribute('data') ?? '';
  }
  set data(value: string) {
    this.setAttribute('data', value);
  }

  /** Which parts are shown, of 'pad layers answer train'; default: all, but 'train' only without `weights`. */
  get controls(): string {
    return this.getAttribute('controls') ?? '';
  }
  set controls(value: string) {
    this.setAttribute('controls', value);
  }

  /** 'auto' or 1 to 64, as in EngineOptions. Elements with the same value share one engine. */
  get threads(): string {
    return this.getAttribute('threads') ?? 'auto';
  }
  set threads(value: string) {
    this.setAttribute('threads', value);
  }

  /** How long the button trains: 1 to 1,000, default 3. */
  get epochs(): number {
    const epochs = Number(this.getAttribute('epochs') ?? DEFAULT_EPOCHS);
    return Number.isInteger(epochs) && epochs >= 1 && epochs <= MAX_EPOCHS ? epochs : DEFAULT_EPOCHS;
  }
  set epochs(value: number) {
    this.setAttribute('epochs', String(value));
  }

  /** Resolves once the network that the attributes name is shown; rejects with what the event `error` tells, or with code 'disposed' where
   * the element is removed before. Another promise for each network. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The session of the network that is shown, or null while there is none. It belongs to the element, which disposes it. */
  get session(): WorkerSession | null {
    return this.#live?.session ?? null;
  }

  /** What is on the pad, in 280ths of it. */
  get strokes(): Strokes {
    return this.#view.pad.strokes;
  }
  set strokes(strokes: Strokes) {
    this.#put(strokes, false);
  }

  /** What the network makes of the pad now, or of other strokes; null of none. Waits for the network; rejects with code 'disposed'
   * where the element is in no document. */
  async predict(strokes: Strokes = this.strokes): Promise<Prediction | null> {
    const live = await this.#requireLive();
    const reading = await live.read(strokes);
    return reading && this.#predictionOf(live, reading, strokes === this.strokes && this.#isExample);
  }

  /** Empties the pad. */
  clear(): void {
    this.#put([], false);
  }

  /** Trains for `epochs`, or on to where it was paused, on `data`. Resolves when that is done or paused; rejects with
   * code 'disposed' where the element is in no document. */
  async train(): Promise<void> {
    const live = await this.#requireLive();
    if (live.isTraining) throw new TinyCNNError('busy', '[tiny-cnn] expected one training at a time, got a second one');
    this.#view.say('');
    this.#view.showProgress(0);
    this.#view.showTraining('Preparing the data …', false);
    try {
      const outcome = await live.train(this.data, this.epochs, (turn) => {
        this.#showTurn(live, turn);
      });
      if (live === this.#live) this.#showTrained(live, outcome);
    } catch (error) {
      if (live !== this.#live) return; // it was taken away meanwhile
      this.#view.showTraining('', live.hasTrained);
      if (error instanceof DOMException && error.name === 'AbortError') return; // paused while the data came
      this.#tell(error);
      throw error;
    } finally {
      if (live === this.#live) this.#view.showProgress(null);
    }
  }

  /** Ends training that is under way. What has been learned stays. */
  pause(): void {
    this.#live?.pause();
  }

  /** Forgets what was trained here: the network as the attributes name it, loaded anew. */
  rewind(): void {
    this.#kept = null;
    this.#schedule();
  }

  /** With the types of the element's own events. */
  override addEventListener<Type extends keyof TinyCNNElementEventMap>(
    type: Type,
    listener: (this: TinyCNNElement, event: TinyCNNElementEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(type: string, listener: unknown, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener as EventListener, options);
  }

  async #requireLive(): Promise<LiveNetwork> {
    while (this.isConnected && !this.#live) await this.ready;
    if (this.#live) return this.#live;
    throw removed();
  }

  /** Loads the network, if it is on a page, once all attributes that change together have changed. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#close();
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (this.isConnected) void this.#load();
    });
  }

  async #load(): Promise<void> {
    const loading = new AbortController();
    const { signal } = loading;
    this.#loading = loading;
    this.#view.say('Loading the network …');
    const { model, weights, threads } = this;
    try {
      const live = await LiveNetwork.open({ model, weights, threads }, this.#kept, signal);
      if (signal.aborted) {
        live.close();
        return;
      }
      this.#loading = this.#kept = null;
      this.#live = live;
      this.#show(live);
      this.#ready.resolve();
    } catch (error) {
      if (signal.aborted) return;
      this.#loading = null;
      this.#view.showParts(new Set());
      this.#tell(error);
      this.#ready.reject(error);
    }
  }

  /** Frees the network. Gives what was trained here, if anything was. */
  #close(): Kept | null {
    clearTimeout(this.#finishing);
    this.#loading?.abort();
    this.#loading = null;
    const kept = this.#live?.close() ?? null;
    this.#live = null;
    if (this.#ready.isSettled) this.#ready = new Deferred();
    return kept;
  }

  #show(live: LiveNetwork): void {
    const { spec, summary, classNames } = live.session;
    const digits = isOfDigits(classNames);
    this.#view.say('');
    this.#view.layers.show(spec.input, summary);
    this.#view.answer.show(classNames);
    this.#view.isOfDigits = digits;
    this.#view.showProgress(null);
    this.#view.showTraining('', live.hasTrained);
    this.#showParts();
    if (this.strokes.length > 0) this.#changed();
    else if (digits && this.#examples === 0) this.#showExample().catch(() => undefined);
    else this.clear();
  }

  #showParts(): void {
    if (!this.#live) return;
    try {
      this.#view.showParts(this.#partsWanted());
      this.#view.say('');
    } catch (error) {
      this.#tell(error);
    }
  }

  #partsWanted(): ReadonlySet<PartName> {
    const given = this.getAttribute('controls');
    if (given === null) return new Set(this.weights ? PARTS.slice(0, 3) : PARTS);
    const words = given.split(/\s+/).filter((word) => word !== '');
    const known: readonly string[] = PARTS;
    const unknown = words.find((word) => !known.includes(word));
    if (unknown !== undefined) {
      throw problem('invalid-option', `‘controls’ names ‘${unknown}’: expected some of ${known.join(', ')}.`);
    }
    return new Set(words as PartName[]);
  }

  /** Says it in the element, and tells the page. */
  #tell(error: unknown): void {
    const message = sentenceOf(error);
    this.#view.say(message, true);
    this.dispatchEvent(new ErrorEvent('error', { message, error }));
  }

  #put(strokes: Strokes, isExample: boolean): void {
    this.#isExample = isExample;
    this.#view.pad.strokes = strokes;
    this.#view.setHint(isExample ? 'example' : strokes.length > 0 ? 'none' : 'empty');
    this.#changed();
  }

  async #showExample(): Promise<void> {
    const live = this.#live;
    if (!live) return;
    const before = this.#drawings;
    const { strokes } = await live.engine.generateStrokes(example(this.#examples++));
    if (live === this.#live && before === this.#drawings) this.#put(fitted(strokes), true);
  }

  /** After another drawing. */
  #changed(): void {
    ++this.#drawings;
    clearTimeout(this.#finishing);
    this.#prediction = null;
    this.#isFinished = false;
    this.#view.speak('');
    this.#finishing = setTimeout(() => {
      this.#isFinished = true;
      this.#speak();
    }, FINISHED_AFTER);
    void this.#refresh();
  }

  /** Speaks the answer, once for each drawing: when it is finished and has been read. */
  #speak(): void {
    if (!this.#isFinished || !this.#live || !this.#prediction) return;
    this.#isFinished = false;
    const { name, probability, isExample } = this.#prediction;
    if (!isExample) this.#view.speak(`Answer: ${name}. ${this.#verdict(this.#live, probability)}`);
  }

  /** Reads the pad again, unless that is under way; then once more afterwards. */
  async #refresh(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isStale && this.#live) {
        this.#isStale = false;
        await this.#read(this.#live);
      }
    } catch (error) {
      if (this.#live) this.#tell(error);
    } finally {
      this.#isReading = false;
    }
  }

  async #read(live: LiveNetwork): Promise<void> {
    const isExample = this.#isExample;
    const drawing = this.#drawings;
    const reading = await live.read(this.strokes).catch((error: unknown) => {
      if (live !== this.#live) return null; // it was taken away meanwhile
      throw error;
    });
    if (live !== this.#live) return;
    if (!reading) {
      this.#view.layers.clear();
      this.#view.answer.update(null, 'Nothing drawn yet');
      return;
    }
    const prediction = this.#predictionOf(live, reading, isExample);
    this.#view.layers.update(reading.activations);
    this.#view.answer.update(prediction.probabilities, this.#verdict(live, prediction.probability));
    if (drawing === this.#drawings) {
      this.#prediction = prediction;
      this.#speak();
    }
    this.dispatchEvent(new CustomEvent<Prediction>('prediction', { detail: prediction }));
  }

  #predictionOf(live: LiveNetwork, { pixels, activations }: Reading, isExample: boolean): Prediction {
    const probabilities = activations.at(-1)!.data;
    const probability = Math.max(...probabilities);
    const label = Math.max(0, probabilities.indexOf(probability));
    return { label, name: live.session.classNames[label]!, probability, probabilities, pixels, isExample };
  }

  #verdict(live: LiveNetwork, probability: number): string {
    return live.isTrained ? `${percent(probability, 0)} confident` : 'Untrained: just guessing';
  }

  #showTurn(live: LiveNetwork, turn: Turn): void {
    if (live !== this.#live) return;
    const now = performance.now();
    if (now - this.#pictured < PICTURE_MILLISECONDS) return;
    this.#pictured = now;
    this.#view.showProgress(turn.step / turn.lastStep);
    this.#view.showTraining(progressText(turn), false);
    void this.#refresh();
  }

  #showTrained(live: LiveNetwork, outcome: TrainingOutcome): void {
    const text = outcomeText(outcome, isOfDigits(live.session.classNames) ? 'digits' : 'images');
    this.#view.showTraining(text, true);
    this.#view.speak(text);
    void this.#refresh();
    const { step, loss, accuracy, testAccuracy, isComplete } = outcome;
    const detail = { step, loss, accuracy, testAccuracy, isComplete };
    this.dispatchEvent(new CustomEvent<Trained>('trained', { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tiny-cnn': TinyCNNElement;
  }
}

if ('customElements' in globalThis && !customElements.get('tiny-cnn')) {
  customElements.define('tiny-cnn', TinyCNNElement);
}
