// SPDX-License-Identifier: MIT
// Whole epochs in a row, and when to stop: chosen by the validation set where there is one.

import type { Session } from './session.js';
import type { FitEpoch, FitOptions } from './types.js';

/** Counts epochs without a lower validation loss and keeps the state of the best one. */
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

function earlyStopOf(session: Session, patience: number | undefined): EarlyStop | undefined {
  if (patience === undefined) return undefined;
  if (!Number.isInteger(patience) || patience < 1) {
    throw new Error(`[fit.patience] expected a whole number from 1, got ${patience}`);
  }
  if (!session.hasValidation) {
    throw new Error("[fit.patience] expected validation data to choose by (holdOut, setData 'validation'), got none");
  }
  return new EarlyStop(session, patience);
}

function trainEpoch(session: Session): FitEpoch {
  const { step, stepsPerEpoch } = session;
  const result = session.trainSteps(Math.max(stepsPerEpoch - (step % stepsPerEpoch || 0), 1));
  const epoch: FitEpoch = { ...result, test: session.evaluate('test') };
  return session.hasValidation ? { ...epoch, validation: session.evaluate('validation') } : epoch;
}

export function fit(
  session: Session,
  { epochs, targetAccuracy = Infinity, patience, onEpoch }: FitOptions,
): FitEpoch[] {
  const earlyStop = earlyStopOf(session, patience);
  const history: FitEpoch[] = [];
  for (let done = 0; done < epochs; ++done) {
    const epoch = trainEpoch(session);
    history.push(epoch);
    const goesOn = onEpoch?.(epoch) !== false;
    const reached = (epoch.validation ?? epoch.test).accuracy >= targetAccuracy;
    const stops = earlyStop?.after(epoch) ?? false;
    if (!goesOn || epoch.divergence || reached || stops) break;
  }
  earlyStop?.goBack();
  return history;
}
