// SPDX-License-Identifier: MIT
//
// When to show what the network makes of the current input. Making pictures takes time of the thread that trains; drawing them takes time
// of a core that training may need, and of more of the browser than the page can time. So the clock looks at what it is for: how much
// longer training takes while a picture is on its way to the screen than while none is. It shows as often as that costs a small share of
// the time.

/** Of the time that training takes, for showing: half of what it may take, as about half of what it takes is seen from here. */
const share = 1 / 60;
/** An eye wants no more. Where all cores train, training would never be seen undisturbed, and a picture takes some 20 ms of them all over the
 * browser, most of which is not seen from here. */
const minInterval = { withOwnCore: 50, without: 250 };
/** It is to be seen to move. */
const maxInterval = 700;
/** Until training has shown what a picture costs. */
const firstGuess = 15;
const minCost = 1;
/** A picture that has been drawn is composed and put on the screen in this time. */
const settling = 100;
/** After this the next picture waits until training has been seen undisturbed. */
const longestUnseen = 1500;
/** How much the newest of each figure counts; one that is several times what was expected is something else than a picture. */
const newest = { speed: 0.15, cost: 0.1 };
const maxOfExpected = 4;

type TrainingUnit = 'step' | 'round';

/** So many units of training, in one go. */
export interface TrainingPiece {
  unit: TrainingUnit;
  count: number;
  milliseconds: number;
}

const towards = (old: number, value: number, by: number): number =>
  old + by * (Math.min(value, maxOfExpected * old) - old);

export class FrameClock {
  #onItsWay = false;
  #notBefore = 0;
  /** Milliseconds that a unit of training takes undisturbed, once that was seen. */
  readonly #undisturbed = new Map<TrainingUnit, number>();
  #disturbedUntil = 0;
  #seenAt = 0;
  /** Since training was last seen undisturbed: pictures, and the milliseconds that they took. */
  #pictures = 0;
  #taken = 0;
  /** Milliseconds of training that a picture costs. */
  #cost = firstGuess;
  readonly #leastInterval: number;

  /** `ownCore`: the page has a core on which nothing is trained. */
  constructor(ownCore: boolean) {
    this.#leastInterval = ownCore ? minInterval.withOwnCore : minInterval.without;
  }

  /** Whether a picture has been sent and not drawn yet. */
  get onItsWay(): boolean {
    return this.#onItsWay;
  }

  due(now: number): boolean {
    return !this.#onItsWay && now >= this.#notBefore && now - this.#seenAt < longestUnseen;
  }

  /** A picture was sent, which took so long to make; `drawn` follows. */
  sent(now: number, making: number): void {
    this.#onItsWay = true;
    this.#disturbedUntil = Infinity;
    ++this.#pictures;
    this.#taken += making;
    this.#notBefore = now + Math.min(maxInterval, Math.max(this.#leastInterval, this.#cost / share));
  }

  drawn(now: number): void {
    this.#onItsWay = false;
    this.#disturbedUntil = now + settling;
  }

  /** A piece of training that began at `from` took so long. */
  trained(from: number, { unit, count, milliseconds }: TrainingPiece): void {
    const undisturbed = this.#undisturbed.get(unit);
    if (from < this.#disturbedUntil) {
      if (undisturbed !== undefined) this.#taken += milliseconds - count * undisturbed;
      return;
    }
    if (this.#pictures > 0) {
      const each = Math.max(0, this.#taken / this.#pictures);
      this.#cost = Math.max(minCost, towards(this.#cost, each, newest.cost));
    }
    this.#pictures = 0;
    this.#taken = 0;
    this.#seenAt = from;
    const each = milliseconds / count;
    this.#undisturbed.set(unit, undisturbed === undefined ? each : towards(undisturbed, each, newest.speed));
  }
}
