// SPDX-License-Identifier: MIT
// How many of an engine's threads work. All its sessions share them: where each session finds its own number by measuring, it sets that
// number before it trains.

import { call } from './native.js';
import { readInteger, refuse, show } from './read.js';
import { ThreadTuner } from './thread-tuner.js';
import type { MainModule } from './tinycnn-simd.js';
import type { ThreadUse } from './types.js';

const WHERE = 'setActiveThreads';

export class ActiveThreads {
  #active: number;
  #isAuto: boolean;

  constructor(
    /** Throws where the engine has been disposed. */
    private readonly module: () => MainModule,
    /** All threads. */
    readonly max: number,
    isAuto: boolean,
  ) {
    this.#active = max;
    this.#isAuto = isAuto;
  }

  get active(): number {
    return this.#active;
  }

  /** Whether sessions choose. */
  get isAuto(): boolean {
    return this.#isAuto;
  }

  choose(threads: unknown): void {
    if (threads !== 'auto' && typeof threads !== 'number') {
      refuse('invalid-option', WHERE, `'auto' or an integer from 1 to ${this.max}`, show(threads));
    }
    const count = threads === 'auto' ? this.max : readInteger(threads, WHERE, 1, this.max);
    this.#set(count);
    this.#isAuto = threads === 'auto';
  }

  use(count: number): void {
    if (count !== this.#active) this.#set(count);
  }

  #set(count: number): void {
    const module = this.module();
    call('invalid-option', () => module.setActiveThreads(count));
    this.#active = count;
  }
}

/** How many threads a session trains with: all that are active, or what its own measurements say. */
export class SessionThreads {
  #tuner: ThreadTuner | undefined;

  constructor(private readonly engine: ActiveThreads) {}

  get #auto(): ThreadTuner | undefined {
    return this.engine.isAuto ? (this.#tuner ??= new ThreadTuner(this.engine.max)) : undefined;
  }

  get use(): ThreadUse {
    const { choice = this.engine.active, isTuning = false } = this.#auto ?? {};
    return { threads: choice, isMeasuring: isTuning };
  }

  /** Whether `learn` is to be called after each mini-batch. */
  get isTuning(): boolean {
    return this.#auto?.isTuning ?? false;
  }

  beforeTraining(): void {
    const tuner = this.#auto;
    if (tuner) this.engine.use(tuner.threads);
  }

  /** Before work that is not measured. */
  beforeOther(): void {
    const tuner = this.#auto;
    if (tuner) this.engine.use(tuner.choice);
  }

  learn(images: number, seconds: number): void {
    this.#auto?.learn(images, seconds);
  }
}
