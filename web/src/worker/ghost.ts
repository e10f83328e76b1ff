// SPDX-License-Identifier: MIT
//
// The network of a run that was kept to be compared with: its weights as they were, which answer to the current input beside those that
// are trained. One at a time; it outlives the run.

import type { Session } from 'tinycnn';

class Ghost {
  #session: Session | null = null;

  keep(session: Session): void {
    this.drop();
    this.#session = session;
  }

  drop(): void {
    this.#session?.dispose();
    this.#session = null;
  }

  /** The probabilities of its classes; null where there is none, or has other classes. */
  answer(pixels: Uint8Array, classes: readonly string[]): Float32Array | null {
    const session = this.#session;
    return session?.classNames.join('\n') === classes.join('\n') ? session.predict(pixels) : null;
  }
}

export const ghost = new Ghost();
