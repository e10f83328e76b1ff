// SPDX-License-Identifier: MIT
//
// Keeps a panel up to date: asks the worker at once when something else is wanted, and again while the network learns on, at most for a
// fiftieth of the worker's time. Not at all while the panel is out of sight, nor after a failure, which the panel shows, until something
// else is wanted or the visitor tries again.

import { inWords } from '../../client/command';
import { computed, effect, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { WorkerLostError } from '../../client/worker-client';
import { links, run, runFacts } from '../../state/store';
import type { Seen } from '../../shared/protocol-insight';
import type { ReadonlySignal } from '@preact/signals';

/** Milliseconds between two asks while it trains, and between those for what changes under a moving hand. */
const minInterval = 400;
const minSpacing = 100;
const shareOfTime = 0.02;

const step = computed(() => run.value.step);
const training = computed(() => run.value.phase === 'training');

/** Asks, shows the answer, and gives it back; null where it was not one any more. */
export type Ask = () => Promise<Seen | null>;

export class Follower {
  #timer: number | undefined;
  #dueAt = Infinity;
  #askedAt = -Infinity;
  #notBefore = 0;
  #asks = 0;
  #answered = 0;

  readonly #failure = signal<string | null>(null);

  constructor(private readonly ask: Ask) {}

  /** Why the last request failed; null if it did not. */
  get failure(): string | null {
    return this.#failure.value;
  }

  /** Something else is wanted. */
  now(): void {
    this.#schedule(this.#askedAt + minSpacing);
  }

  /** The network has learned on, or has stopped learning. */
  later(training: boolean): void {
    if (this.#failure.peek() !== null) return;
    if (this.#asks === this.#answered) this.#schedule(training ? this.#notBefore : this.#askedAt + minInterval);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#dueAt = Infinity;
  }

  #schedule(at: number): void {
    if (at >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = window.setTimeout(() => void this.#go(), Math.max(0, at - performance.now()));
  }

  async #go(): Promise<void> {
    this.#dueAt = Infinity;
    this.#askedAt = performance.now();
    const ask = ++this.#asks;
    const askedStep = step.peek();
    let seen: Seen | null = null;
    let failure: string | null = null;
    try {
      seen = await this.ask();
    } catch (error) {
      if (!(error instanceof WorkerLostError)) failure = inWords(error);
    }
    if (ask !== this.#asks) return;
    this.#failure.value = failure;
    this.#answered = ask;
    this.#scheduleNext(seen, seen?.step ?? askedStep);
  }

  /** `known`: the step that is shown, or, where there was no answer, that was to be. */
  #scheduleNext(seen: Seen | null, known: number): void {
    const cost = (seen?.milliseconds ?? 0) / shareOfTime;
    this.#notBefore = performance.now() + Math.max(minInterval, cost);
    if (step.peek() !== known) this.later(training.peek());
  }
}

/** `wanted` reads the signals that tell what is asked for; whenever they change it is asked for at once. */
export function useFollow(active: ReadonlySignal<boolean>, wanted: () => unknown, ask: Ask): Follower {
  const follower = useMemo(() => new Follower(ask), []);
  useEffect(() => {
    const stops = [
      effect(() => {
        follower.stop();
        if (!active.value || runFacts.value === null) return;
        wanted();
        follower.now();
      }),
      effect(() => {
        const { value } = training;
        // Fine-tuning changes the weights at the same step; the lines between the layers tell of it.
        const moved = step.value >= 0 && (value || links.value.length >= 0);
        if (moved && active.peek() && runFacts.peek() !== null) follower.later(value);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      follower.stop();
    };
  }, []);
  return follower;
}
