// SPDX-License-Identifier: MIT
// What is done and what is next in a sweep. It follows from the results so far, whatever their order, so that a sweep can be stopped and
// gone on with, on any number of engines.

import { readInteger, readOptions, refuse } from '../read.js';
import { scoreOf } from './outcome.js';
import { checkSweep, trialsOf, type CheckedSweep } from './plan.js';
import type { Job, Sweep, Trial, TrialResult } from './types.js';

/** One part of a sweep that is spread over several machines: `index` from 1 to `of`. */
export interface Shard {
  index: number;
  of: number;
}

const maxShards = 10_000;

/** Epochs up to which each rung is trained. */
export function rungsOf({ base, halving }: CheckedSweep): number[] {
  if (halving === null) return [base.epochs];
  const rungs: number[] = [];
  for (let epochs = halving.firstEpochs; epochs < base.epochs; epochs *= halving.factor) rungs.push(epochs);
  return [...rungs, base.epochs];
}

/** The state of a sweep: give it every result by `add`, ask it for the next job by `next`. */
export class SweepProgress {
  /** With all defaults in their places. */
  readonly sweep: CheckedSweep;
  /** Of this shard. */
  readonly trials: readonly Trial[];
  /** Epochs up to which each rung is trained. */
  readonly rungs: readonly number[];
  readonly #results: Map<number, TrialResult>[];
  readonly #underWay = new Set<string>();

  /** Throws 'invalid-option' for an invalid sweep or shard. */
  constructor(sweep: Sweep, shard: Shard = { index: 1, of: 1 }) {
    this.sweep = checkSweep(sweep);
    const { index, of } = readOptions(shard, 'shard', 'index of');
    const parts = readInteger(of, 'shard.of', 1, maxShards);
    const part = readInteger(index, 'shard.index', 1, parts);
    if (parts > 1 && this.sweep.halving !== null)
      refuse('invalid-option', 'shard', 'a sweep without halving, which compares all trials', 'one with it');
    this.trials = trialsOf(this.sweep).filter(({ id }) => id % parts === part - 1);
    this.rungs = this.sweep.halving === null ? [NaN] : rungsOf(this.sweep);
    this.#results = this.rungs.map(() => new Map<number, TrialResult>());
  }

  /** Takes a result; the first of a job counts. Throws 'invalid-data' for one that is not of this sweep. */
  add(result: TrialResult): void {
    const trial = this.trials.find(({ id }) => id === result.id);
    if (trial === undefined || JSON.stringify(trial.values) !== JSON.stringify(result.values)) {
      refuse('invalid-data', 'sweep', 'results of this sweep', `trial ${result.id} of another`);
    }
    const rung = this.#results[readInteger(result.rung, 'sweep.rung', 0, this.rungs.length - 1)]!;
    if (!rung.has(result.id)) rung.set(result.id, result);
    this.#underWay.delete(`${result.rung}:${result.id}`);
  }

  /** Trials of a rung; null while the one before is not complete. */
  trialsOf(rung: number): readonly Trial[] | null {
    if (rung === 0) return this.trials;
    const before = this.trialsOf(rung - 1);
    const results = this.#results[rung - 1]!;
    if (before === null || results.size < before.length) return null;
    const best = this.#ranked(results).slice(0, Math.ceil(before.length / this.sweep.halving!.factor));
    const chosen = new Set(best.map(({ id }) => id));
    return before.filter(({ id }) => chosen.has(id));
  }

  /** The next job that nobody has; null where there is none now. It is taken until `add` or `release`. */
  next(): Job | null {
    for (const [rung, epochs] of this.rungs.entries()) {
      const results = this.#results[rung]!;
      const trial = this.trialsOf(rung)?.find(({ id }) => !results.has(id) && !this.#underWay.has(`${rung}:${id}`));
      if (trial === undefined) continue;
      this.#underWay.add(`${rung}:${trial.id}`);
      return { trial, rung, epochs: Number.isNaN(epochs) ? trial.settings.epochs : epochs };
    }
    return null;
  }

  /** Gives a job back that has come to nothing, as when its worker was lost. */
  release({ trial, rung }: Job): void {
    this.#underWay.delete(`${rung}:${trial.id}`);
  }

  /** The latest result of each trial that has one, the best first; among equals the one with the smaller id. */
  get ranking(): TrialResult[] {
    const latest = new Map<number, TrialResult>();
    for (const results of this.#results) for (const [id, result] of results) latest.set(id, result);
    // who got farther is ahead of who was left behind
    return this.#ranked(latest).sort((a, b) => b.rung - a.rung);
  }

  /** All results, rung by rung. */
  get results(): TrialResult[] {
    return this.#results.flatMap((results) => [...results.values()]);
  }

  /** Epochs of training: done, and in all. */
  get work(): { done: number; all: number } {
    let [done, all] = [0, 0];
    let count = this.trials.length;
    for (const [rung, until] of this.rungs.entries()) {
      const from = rung === 0 ? 0 : this.rungs[rung - 1]!;
      if (Number.isNaN(until)) {
        const epochs = new Map(this.trials.map(({ id, settings }) => [id, settings.epochs]));
        for (const each of epochs.values()) all += each;
        for (const id of this.#results[rung]!.keys()) done += epochs.get(id)!;
      } else {
        all += count * (until - from);
        done += this.#results[rung]!.size * (until - from);
        count = Math.ceil(count / this.sweep.halving!.factor);
      }
    }
    return { done, all };
  }

  /** Whether every trial of the last rung has a result. */
  get isDone(): boolean {
    const last = this.rungs.length - 1;
    return this.trialsOf(last)?.length === this.#results[last]!.size;
  }

  #ranked(results: ReadonlyMap<number, TrialResult>): TrialResult[] {
    const score = (result: TrialResult): number => scoreOf(result, this.sweep.score);
    return [...results.values()].sort((a, b) => score(b) - score(a) || a.id - b.id);
  }
}
