// SPDX-License-Identifier: MIT
// MNIST, which everything else is measured by: from MNIST_DIR, the cache or the public mirrors.
import { findPublished, provideData } from './published-data.mjs';

/** As provideData. */
export const provideMnist = (options) => provideData(findPublished('mnist'), options);
