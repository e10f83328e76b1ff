// SPDX-License-Identifier: MIT
// A network that is being shown: its session, its data once they are wanted, and the training that is under way.

import { openNetwork, type Network } from './network.js';
import { leaseEngine, type Lease } from './shared-engine.js';
import { scheduleTo, setData, testAccuracy, trainUntil, type TrainingData, type Turn } from './training.js';
import type { WorkerEngine, WorkerSession } from '../worker.js';
import type { NamedActivations, Strokes } from '../types.js';

/** What decides which network is shown, as the attributes say it. */
export interface Source {
  model: string;
  weights: string;
  threads: string;
}

/** A network that was taken away after it had been trained. */
export interface Kept {
  key: string;
  checkpoint: Promise<Uint8Array | null>;
}

export const keyOf = ({ model, weights }: Source): string => JSON.stringify([model, weights]);

export interface Reading {
  pixels: Uint8Array;
  /** Of all layers, `'input'` first; the last one has the probabilities. */
  activations: NamedActivations[];
}

export interface TrainingOutcome extends Turn {
  /** Of the test images, 0..1; null without any, and where training was paused. */
  testAccuracy: number | null;
  tests: number;
  /** False where training was paused, also during the test at its end. */
  isComplete: boolean;
}

export class LiveNetwork {
  readonly session: WorkerSession;
  readonly engine: WorkerEngine;
  readonly source: Source;
  /** Whether its weights come from a file, or have been trained here. */
  isTrained: boolean;
  /** Whether it was trained here. */
  hasTrained = false;
  readonly #lease: Lease;
  #data: TrainingData | null = null;
  #dataFolder = '';
  #lastStep = 0;
  #training: AbortController | null = null;

  private constructor(lease: Lease, { session, isTrained }: Network, source: Source) {
    this.#lease = lease;
    this.engine = lease.engine;
    this.session = session;
    this.isTrained = isTrained;
    this.source = source;
  }

  /** Rejects with a sentence; with anything where `signal` aborts. `kept`: the same network as it was taken away, if it was. */
  static async open(source: Source, kept: Kept | null, signal: AbortSignal): Promise<LiveNetwork> {
    const lease = await leaseEngine(source.threads);
    let network: Network | undefined;
    try {
      const checkpoint = kept?.key === keyOf(source) ? await kept.checkpoint : null;
      network = checkpoint
        ? { session: await lease.engine.restoreSession(checkpoint), isTrained: true }
        : await openNetwork(lease.engine, source, signal);
      signal.throwIfAborted();
      const live = new LiveNetwork(lease, network, source);
      live.hasTrained = checkpoint !== null;
      return live;
    } catch (error) {
      lease.failed(error);
      network?.session.dispose();
      lease.release();
      throw error;
    }
  }

  /** What it makes of a drawing; null for an empty one. */
  async read(strokes: Strokes): Promise<Reading | null> {
    try {
      const { pixels, empty } = await this.engine.renderStrokes(strokes);
      return empty ? null : { pixels, activations: await this.session.allActivations(pixels) };
    } catch (error) {
      this.#lease.failed(error);
      throw error;
    }
  }

  get isTraining(): boolean {
    return this.#training !== null;
  }

  /** Ends the training that is under way; what has been learned stays. */
  pause(): void {
    this.#training?.abort();
  }

  /** Trains for so many epochs more, or on to where a training that was paused would have ended. Rejects with an AbortError where it is
   * paused before the first step. */
  async train(folder: string, epochs: number, onTurn: (turn: Turn) => void): Promise<TrainingOutcome> {
    const training = new AbortController();
    this.#training = training;
    const { session } = this;
    const { signal } = training;
    try {
      const { tests } = await this.#dataOf(folder, signal);
      const step = await session.step;
      if (this.#lastStep <= step) {
        this.#lastStep = step + epochs * (await session.stepsPerEpoch);
        await scheduleTo(session, this.#lastStep);
      }
      signal.throwIfAborted();
      this.isTrained = this.hasTrained = true;
      const turn = await trainUntil(session, { step, lastStep: this.#lastStep, signal, onTurn });
      const accuracy = await testAccuracy(session, tests, signal);
      const isComplete = !signal.aborted;
      return { ...turn, tests, isComplete, testAccuracy: isComplete ? accuracy : null };
    } catch (error) {
      this.#lease.failed(error);
      throw error;
    } finally {
      this.#training = null;
    }
  }

  async #dataOf(folder: string, signal: AbortSignal): Promise<TrainingData> {
    if (this.#data && this.#dataFolder === folder) return this.#data;
    this.#data = null; // where it fails, the session may hold the new images to train with and the old ones to test with
    this.#data = await setData(this.engine, this.session, folder, signal);
    this.#dataFolder = folder;
    this.#lastStep = 0;
    return this.#data;
  }

  /** Frees everything. Gives what is needed to go on later, if it was trained here. */
  close(): Kept | null {
    this.pause();
    const { session, source } = this;
    // on the page's own thread `save` throws where it would reject
    const save = async () => session.save();
    const checkpoint = this.hasTrained ? save().catch(() => null) : Promise.resolve(null);
    void checkpoint.then(() => {
      session.dispose();
      this.#lease.release();
    });
    return this.hasTrained ? { key: keyOf(source), checkpoint } : null;
  }
}
