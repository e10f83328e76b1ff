// SPDX-License-Identifier: MIT
// MNIST, which everything else is measured by: from MNIST_DIR, the cache or the public mirrors.
import { fetchData, findPublished, provideData } from './published-data.mjs';

/** As provideData. */
export const provideMnist = (options) => provideData(findPublished('mnist'), options);

/** As fetchData. */
export const fetchMnist = (options) => fetchData(findPublished('mnist'), options);
