// SPDX-License-Identifier: MIT
// Trains whole epochs, yielding to the event loop in between, and stops early by the validation set if there is one.

import { TinyCNNError } from './errors.js';
import { readInteger, readNumber, refuse, show, type Values } from './read.js';
import { sumUp, toTrainResult, TrainTotal } from './results.js';
import type { Session } from './session.js';
import { nextTurn } from './turn.js';
import type { Evaluation, FitEpoch, FitOptions, Split, TrainResult } from './types.js';

const MAX_EPOCHS = 1_000_000;
/** A page that draws and listens at 60 Hz stays smooth. */
const TURN_MILLISECONDS = 10;

/** Checked options. */
export type ReadFit = FitOptions & { targetAccuracy: number };

function requireSplit(session: Session, wanted: readonly Split[], where: string): void {
  if (wanted.some((split) => session.sizeOf(split) > 0)) return;
  const text = `[${where}] expected ${wanted.join(' or ')} data before this call, got none (setData)`;
  throw new TinyCNNError('missing-data', text);
}

/** Throws 'invalid-option' for invalid options, and 'missing-data' if a data set that they need has not been set. */
export function checkFit(values: Values, session: Session): ReadFit {
  const { epochs, targetAccuracy, patience, onEpoch, signal } = values;
  readInteger(epochs, 'fit.epochs', 1, MAX_EPOCHS);
  if (onEpoch !== undefined && typeof onEpoch !== 'function')
    refuse('invalid-option', 'fit.onEpoch', 'a function', show(onEpoch));
  if (signal !== undefined && typeof (signal as AbortSignal).aborted !== 'boolean') {
    refuse('invalid-option', 'fit.signal', 'an AbortSignal', show(signal));
  }
  session.requireLive();
  requireSplit(session, ['train'], 'fit');
  if (targetAccuracy !== undefined) {
    readNumber(targetAccuracy, 'fit.targetAccuracy', 0, 1);
    requireSplit(session, ['validation', 'test'], 'fit.targetAccuracy');
  }
  if (patience !== undefined) {
    readInteger(patience, 'fit.patience', 1, MAX_EPOCHS);
    requireSplit(session, ['validation'], 'fit.patience');
  }
  return { targetAccuracy: Infinity, ...values } as unknown as ReadFit;
}

/** Yields to the event loop every few milliseconds; rejects with 'aborted' once the signal is aborted. */
class Turns {
  #end = 0;

  constructor(private readonly signal: AbortSignal | undefined) {
    this.#begin();
  }

  #begin(): void {
    this.#end = performance.now() + TURN_MILLISECONDS;
    if (this.signal?.aborted) {
      throw new TinyCNNError('aborted', '[fit] aborted by its signal', { cause: this.signal.reason });
    }
  }

  async yieldIfDue(): Promise<void> {
    if (performance.now() >= this.#end) await this.yield();
  }

  async yield(): Promise<void> {
    await nextTurn();
    this.#begin();
  }
}

/** Counts epochs without a lower validation loss and keeps a checkpoint of the best one. */
class EarlyStop {
  #best = Infinity;
  #waited = 0;
  #state: Uint8Array | undefined;

  constructor(
    private readonly session: Session,
    private readonly patience: number,
  ) {}

  /** Whether to stop after this epoch. */
  after({ validation, divergence }: FitEpoch): boolean {
    if (!divergence && validation!.loss < this.#best) {
      this.#best = validation!.loss;
      this.#waited = 0;
      this.#state = this.session.save();
      return false;
    }
    return ++this.#waited >= this.patience;
  }

  goBack(): void {
    if (this.#waited > 0 && this.#state) this.session.load(this.#state);
  }
}

/** Trains the rest of the current epoch, step by step. The means are those of a single `trainSteps`. */
async function trainEpoch(session: Session, turns: Turns): Promise<TrainResult> {
  const { step, stepsPerEpoch } = session;
  const total = new TrainTotal();
  for (let left = stepsPerEpoch - (step % stepsPerEpoch); ;) {
    total.add(session.trainStepsInParts(1));
    if (--left === 0 || total.hasDiverged) return toTrainResult(total.result, total.seconds);
    await turns.yieldIfDue();
  }
}

async function evaluate(session: Session, split: Split, turns: Turns): Promise<Evaluation | undefined> {
  if (session.sizeOf(split) === 0) return undefined;
  const parts = [];
  for (const part of session.evaluationParts(split)) {
    parts.push(part);
    await turns.yieldIfDue();
  }
  return sumUp(parts);
}

async function runEpoch(session: Session, turns: Turns): Promise<FitEpoch> {
  const epoch: FitEpoch = await trainEpoch(session, turns);
  for (const split of ['test', 'validation'] as const) {
    const evaluation = await evaluate(session, split, turns);
    if (evaluation) epoch[split] = evaluation;
  }
  return epoch;
}

export async function fit(
  session: Session,
  { epochs, targetAccuracy, patience, onEpoch, signal }: ReadFit,
): Promise<FitEpoch[]> {
  const turns = new Turns(signal);
  const earlyStop = patience === undefined ? undefined : new EarlyStop(session, patience);
  const history: FitEpoch[] = [];
  while (history.length < epochs) {
    const epoch = await runEpoch(session, turns);
    history.push(epoch);
    const goesOn = (await onEpoch?.(epoch)) !== false;
    const reached = (epoch.validation ?? epoch.test)?.accuracy ?? -1;
    const stops = earlyStop?.after(epoch) ?? false;
    if (!goesOn || epoch.divergence || reached >= targetAccuracy || stops) break;
    await turns.yield();
  }
  earlyStop?.goBack();
  return history;
}
