// SPDX-License-Identifier: MIT
//
// package-bench.mjs in a module worker of the browser. Each answer carries the id of its question.

import { loadEngine } from '../../bindings/dist/index.js';
import { packageBench } from './package-bench.mjs';

const bench = packageBench(loadEngine);

globalThis.onmessage = async ({ data: { id, type, ...question } }) => {
  try {
    globalThis.postMessage({ id, answer: await bench[type](question) });
  } catch (error) {
    globalThis.postMessage({ id, error: error.message });
  }
};
