// SPDX-License-Identifier: MIT
// A promise that is settled from outside. Nobody has to handle its rejection.

export class Deferred {
  readonly promise: Promise<void>;
  #isSettled = false;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise<void>((resolve, reject) => {
      [this.#resolve, this.#reject] = [resolve, reject];
    });
    this.promise.catch(() => undefined);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  resolve(): void {
    this.#isSettled = true;
    this.#resolve();
  }

  reject(error: unknown): void {
    this.#isSettled = true;
    this.#reject(error);
  }
}
