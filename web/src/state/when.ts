// SPDX-License-Identifier: MIT
//
// A promise that signals keep.

import { effect } from '@preact/signals';

/** Once `is`, which reads signals, gives true. */
export const when = (is: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const stop: () => void = effect(() => {
      if (!is()) return;
      resolve();
      queueMicrotask(() => {
        stop(); // known only after the first call has returned
      });
    });
  });
