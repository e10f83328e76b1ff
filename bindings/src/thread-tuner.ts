// SPDX-License-Identifier: MIT
// Finds by measuring how many threads train fastest. A browser's number of cores does not tell: it may be more than there are, some
// cores are slower than others, and other programs use them too. Training goes on all the while; results do not depend on the threads.
//
// Pure: it is told how many images were trained in how many seconds and says how many threads to use next.

/** Candidates: these, and all threads. */
const COUNTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48];
/** Seconds of training before the first trial, while the browser still optimises the code. */
const WARM_UP = 0.05;
/** In a trial the candidates take turns of so many seconds at least, in so many rounds: as many forwards as backwards. */
const TURN = 0.005;
const ROUNDS = 6;
/** After so many rounds, a candidate that was never faster than so much of the best is dropped. */
const ROUNDS_BEFORE_DROPPING = 4;
const DROPPED_BELOW = 0.8;
/** Of candidates that are as fast as this share of the best, the one with the fewest threads is chosen: the others leave a core free. */
const TIE = 0.97;
/** Afterwards the speed is measured over windows of so many seconds. */
const WINDOW = 1;
/** Another trial comes once the speed has been higher or lower by this factor for so many seconds. */
const CHANGE = 1.15;
const PATIENCE = 5;
/** It also comes after so many seconds where not all threads are used: their speed does not tell that another core is free again. Soon at
 * first, because a page has much else to do in its first moments; twice as many seconds each time that a trial says the same. */
const RECHECK = { min: 1, max: 60 };
/** No trial for a change of speed comes earlier after the last one: twice as many seconds each time that a trial changes nothing. */
const PAUSE = { min: 10, max: 320 };

/** Images in seconds, added up. */
class Span {
  images = 0;
  seconds = 0;

  add(images: number, seconds: number): void {
    this.images += images;
    this.seconds += seconds;
  }

  get speed(): number {
    return this.images / this.seconds;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

interface Candidate {
  threads: number;
  /** Of each of its turns. */
  speeds: number[];
}

/** Candidates in turns, in rounds that go forwards and backwards so that a steady drift of the machine's speed cancels out. */
class Trial {
  #candidates: Candidate[];
  #round = 0;
  #turn = 0;
  #span = new Span();
  #hasBegun = false;

  constructor(counts: readonly number[]) {
    this.#candidates = counts.map((threads) => ({ threads, speeds: [] }));
  }

  get #current(): Candidate {
    const last = this.#candidates.length - 1;
    return this.#candidates[this.#round % 2 === 0 ? this.#turn : last - this.#turn]!;
  }

  get threads(): number {
    return this.#current.threads;
  }

  /** The result, once there is one. */
  learn(images: number, seconds: number): { threads: number; speed: number } | undefined {
    const wakesThreads = !this.#hasBegun && seconds < TURN;
    this.#hasBegun = true;
    if (wakesThreads) return undefined;
    this.#span.add(images, seconds);
    if (this.#span.seconds < TURN) return undefined;
    this.#current.speeds.push(this.#span.speed);
    this.#span = new Span();
    this.#hasBegun = false;
    if (++this.#turn < this.#candidates.length) return undefined;
    return this.#endRound();
  }

  #endRound(): { threads: number; speed: number } | undefined {
    this.#turn = 0;
    ++this.#round;
    const best = Math.max(...this.#candidates.map(({ speeds }) => median(speeds)));
    if (this.#round === ROUNDS_BEFORE_DROPPING) {
      this.#candidates = this.#candidates.filter(({ speeds }) => Math.max(...speeds) >= DROPPED_BELOW * best);
    }
    if (this.#round < ROUNDS && this.#candidates.length > 1) return undefined;
    const fast = this.#candidates.filter(({ speeds }) => median(speeds) >= TIE * best);
    const chosen = fast.reduce((a, b) => (a.threads < b.threads ? a : b));
    return { threads: chosen.threads, speed: median(chosen.speeds) };
  }
}

export class ThreadTuner {
  readonly #counts: number[];
  #choice: number;
  #trial: Trial | undefined;
  #isTuning: boolean;
  #warmUp = WARM_UP;
  /** At the last trial. */
  #speed = 0;
  #window = new Span();
  #secondsOtherwise = 0;
  #secondsSinceTrial = 0;
  #pause = PAUSE.min;
  #recheck = RECHECK.min;

  /** `max`: 1 to 64. */
  constructor(max: number) {
    this.#counts = [max, ...COUNTS.filter((count) => count < max).reverse()];
    this.#choice = max;
    this.#isTuning = max > 1;
  }

  /** For the next mini-batch. */
  get threads(): number {
    return this.#trial?.threads ?? this.#choice;
  }

  /** The fastest, by the last trial; before the first one, all. */
  get choice(): number {
    return this.#choice;
  }

  /** Whether a trial runs or the first one is still to come: `learn` wants to be called after each mini-batch. */
  get isTuning(): boolean {
    return this.#isTuning;
  }

  /** So many images have been trained on `threads` threads in so many seconds. */
  learn(images: number, seconds: number): void {
    if (this.#counts.length === 1) return;
    if (this.#trial) this.#take(this.#trial.learn(images, seconds));
    else if (this.#isTuning) this.#warm(seconds);
    else this.#watch(images, seconds);
  }

  #warm(seconds: number): void {
    this.#warmUp -= seconds;
    if (this.#warmUp <= 0) this.#trial = new Trial(this.#counts);
  }

  #take(result: { threads: number; speed: number } | undefined): void {
    if (!result) return;
    const isFirst = this.#speed === 0;
    const isNews = isFirst || result.threads !== this.#choice;
    this.#pause = isNews ? PAUSE.min : Math.min(2 * this.#pause, PAUSE.max);
    this.#recheck = isNews ? RECHECK.min : Math.min(2 * this.#recheck, RECHECK.max);
    [this.#choice, this.#speed] = [result.threads, result.speed];
    this.#trial = undefined;
    this.#isTuning = false;
    this.#window = new Span();
    this.#secondsOtherwise = this.#secondsSinceTrial = 0;
  }

  #watch(images: number, seconds: number): void {
    this.#secondsSinceTrial += seconds;
    this.#window.add(images, seconds);
    if (this.#window.seconds < WINDOW) return;
    const change = this.#window.speed / this.#speed;
    const isOtherwise = Math.max(change, 1 / change) > CHANGE;
    this.#secondsOtherwise = isOtherwise ? this.#secondsOtherwise + this.#window.seconds : 0;
    this.#window = new Span();
    const isUnsure = this.#choice < this.#counts[0]! && this.#secondsSinceTrial >= this.#recheck;
    const hasChanged = this.#secondsOtherwise >= PATIENCE && this.#secondsSinceTrial >= this.#pause;
    if (!isUnsure && !hasChanged) return;
    this.#trial = new Trial(this.#counts);
    this.#isTuning = true;
  }
}
