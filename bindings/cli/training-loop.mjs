// SPDX-License-Identifier: MIT
// Trains a job's session to its last step, and listens between chunks of some milliseconds: to Ctrl+C, which ends it at a mini-batch's end. A
// second Ctrl+C ends the program at once.
import { nextTurn } from '../src/turn.js';
import { Pace, Rate } from '../../web/src/worker/pace';
import { exitCodes } from './errors.mjs';
import { duration, grouped } from './terminal.mjs';

const maxSteps = 500;
const signals = /** @type {const} */ (['SIGINT', 'SIGTERM']);

/** Means over the mini-batches of an epoch, as far as they were trained here. */
class Totals {
  #steps = 0;
  #loss = 0;
  #accuracy = 0;
  #start = performance.now();

  add(steps, { loss, accuracy }) {
    this.#steps += steps;
    this.#loss += steps * loss;
    this.#accuracy += steps * accuracy;
  }

  get means() {
    const steps = Math.max(1, this.#steps);
    return {
      loss: this.#loss / steps,
      accuracy: this.#accuracy / steps,
      seconds: (performance.now() - this.#start) / 1000,
    };
  }
}

export class TrainingLoop {
  #signal = null;
  #rate = new Rate();

  constructor(job) {
    this.job = job;
  }

  #listen() {
    const onSignal = (signal) => {
      if (this.#signal !== null) process.exit(signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted);
      this.#signal = signal;
    };
    for (const signal of signals) process.on(signal, onSignal);
    return () => {
      for (const signal of signals) process.off(signal, onSignal);
    };
  }

  #show(totals) {
    const { session, until, epochs, output } = this.job;
    const { step, stepsPerEpoch, batchSize } = session;
    const epoch = Math.min(epochs, Math.floor((step - 1) / stepsPerEpoch) + 1);
    const left = (until - step) / Math.max(1e-9, this.#rate.perSecond);
    const speed = grouped(this.#rate.perSecond * batchSize);
    output.progress(
      `epoch ${epoch} of ${epochs}`,
      step / until,
      `loss ${totals.means.loss.toFixed(4)}  ${speed} images/s  ${duration(left)} left`,
    );
  }

  /** Resolves with what ended it: a signal, a divergence, or neither. */
  async run() {
    const stopListening = this.#listen();
    try {
      return await this.#train();
    } finally {
      stopListening();
      this.job.output.clear();
    }
  }

  async #train() {
    const { session, until } = this.job;
    const pace = new Pace(maxSteps);
    let totals = new Totals();
    while (session.step < until) {
      const { step, stepsPerEpoch } = session;
      const epochEnd = (Math.floor(step / stepsPerEpoch) + 1) * stepsPerEpoch;
      const count = Math.min(pace.units, epochEnd - step, until - step);
      const from = performance.now();
      const result = session.trainSteps(count);
      pace.learn(count, performance.now() - from);
      this.#rate.learn(count, performance.now() - from);
      if (result.divergence) return { divergence: result.divergence };
      totals.add(count, result);
      this.#show(totals);
      await nextTurn(); // not the page's turn: in Node a thousand of those pass before a signal is seen
      const goesOn = session.step < epochEnd || this.job.endEpoch(totals.means);
      if (session.step === epochEnd) totals = new Totals();
      if (!goesOn || session.step >= until) break;
      if (this.#signal !== null) return { signal: this.#signal };
    }
    return {};
  }
}
