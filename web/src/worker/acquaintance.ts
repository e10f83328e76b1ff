// SPDX-License-Identifier: MIT
//
// How unusual the current drawing is to the network, beside the images it has learned from. What those are like is found out again when
// the network has changed: in slices, and while it trains only as often as that costs little. Its arithmetic is loaded with the first
// drawing.

import { imageSize } from '../shared/dataset';
import { inSlices } from './slices';
import type { NamedActivations, Session } from 'tinycnn';
import type { LabelledSet } from '../shared/dataset';
import type { Familiarity, Features, LabelledFeatures } from '../math/familiarity';
import type { Work } from '../math/work';

type Arithmetic = typeof import('../math/familiarity');

/** Training images that are looked at, and one of how many is kept for the calibration. */
const most = 3200;
const calibrating = 4;
/** While it trains: so many times what it takes lie between one time and the next. */
const timesItsCost = 20;

export interface AcquaintanceHost {
  /** Whether there is a drawing, and a network that has been tested: one that knows nothing finds everything alike. */
  isWanted: () => boolean;
  isTraining: () => boolean;
  /** There is something new to show. */
  found: () => void;
}

export class Acquaintance {
  #known: { step: number; familiarity: Familiarity | null; arithmetic: Arithmetic } | null = null;
  #generation = 0;
  #isBusy = false;
  #notBefore = 0;

  constructor(
    private readonly session: Session,
    private readonly train: LabelledSet,
    private readonly host: AcquaintanceHost,
  ) {}

  /** The share (0..1) of training images that are less unusual than the one with these activations. Null while that is not known of the
   * network as it is, or was up to an epoch ago. */
  unusual(layers: readonly NamedActivations[]): number | null {
    const known = this.#known;
    if (!known?.familiarity) return null;
    if (Math.abs(this.session.step - known.step) > this.session.stepsPerEpoch) return null;
    const features = known.arithmetic.featuresOf(layers);
    return features === null ? null : known.arithmetic.unusualness(known.familiarity, features);
  }

  /** Finds out what has changed, if it is wanted and it is time. */
  async refresh(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#isDue()) await this.#findOut();
    } catch {
      // its arithmetic could not be loaded; the next drawing tries again
    } finally {
      this.#isBusy = false;
    }
  }

  /** The weights are others. */
  forget(): void {
    ++this.#generation;
    this.#known = null;
    this.#notBefore = 0;
  }

  #isDue(): boolean {
    if (!this.host.isWanted() || this.#known?.step === this.session.step) return false;
    return !this.host.isTraining() || performance.now() >= this.#notBefore;
  }

  async #findOut(): Promise<void> {
    const generation = this.#generation;
    const arithmetic = await import('../math/familiarity');
    if (generation !== this.#generation) return;
    const { step } = this.session;
    const found = await inSlices(this.#look(arithmetic), () => generation === this.#generation);
    if (found === null) return;
    this.#known = { step, familiarity: found.result, arithmetic };
    this.#notBefore = performance.now() + timesItsCost * found.milliseconds;
    this.host.found();
  }

  *#look({ featuresOf, familiarityOf }: Arithmetic): Work<Familiarity | null> {
    const { images, labels } = this.train;
    const count = Math.min(most, labels.length);
    const fitted: LabelledFeatures[] = [];
    const others: Features[] = [];
    for (let i = 0; i < count; ++i) {
      const at = Math.floor((i * labels.length) / count);
      const layers = this.session.allActivations(images.subarray(at * imageSize, (at + 1) * imageSize));
      const features = featuresOf(layers);
      if (features === null) return null;
      if (i % calibrating === calibrating - 1) others.push(features);
      else fitted.push({ ...features, label: labels[at]! });
      yield;
    }
    return yield* familiarityOf(fitted, others);
  }
}
