// SPDX-License-Identifier: MIT
//
// Dead ReLUs: channels, or units, whose output is zero for every image of a sample. No gradient goes through them, so what they read does
// not learn from those images. Pure.

import type { NamedActivations } from 'tinycnn';
import type { DeadUnits } from '../shared/protocol';

export class DeadUnitCounter {
  readonly #alive = new Map<string, { alive: Uint8Array; isOfChannels: boolean }>();

  /** The outputs of all layers for one more image. */
  add(layers: readonly NamedActivations[]): void {
    for (const { name, type, shape, data } of layers) {
      if (type !== 'relu') continue;
      const size = shape[1] * shape[2];
      const of = this.#alive.get(name) ?? { alive: new Uint8Array(shape[0]), isOfChannels: size > 1 };
      this.#alive.set(name, of);
      data.forEach((value, i) => {
        // NaN is not zero: a network that has diverged is not dead
        if (value !== 0) of.alive[Math.floor(i / size)] = 1;
      });
    }
  }

  counted(): DeadUnits[] {
    return [...this.#alive].map(([layer, { alive, isOfChannels }]) => ({
      ...{ layer, isOfChannels, total: alive.length },
      dead: alive.reduce((sum, each) => sum + (each === 0 ? 1 : 0), 0),
    }));
  }
}
