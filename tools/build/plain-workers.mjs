// SPDX-License-Identifier: MIT
// Emscripten's loader of threads as bundlers take it without a configuration: a worker's options where the worker is made, and no await
// outside a function, which a worker's usual format does not have.

const options = /var workerOptions=(\{[^{}]*\});/;
const use = 'import.meta.url),workerOptions)';
const start =
  /if \(isNode\) isPthread = \(await import\('worker_threads'\)\)\.workerData === 'em-pthread';\s*(\/\/[^\n]*\n)isPthread && createModule\(\);/;
const plainStart = `if (isNode) import('worker_threads').then(({ workerData }) => workerData === 'em-pthread' && createModule());
else if (isPthread) createModule();`;

/** Throws where the loader is not as it was with Emscripten 3.1.69. */
export function withPlainWorkers(loader) {
  const [statement, literal] = options.exec(loader) ?? [];
  if (statement === undefined || loader.split(use).length !== 2 || !start.test(loader)) {
    throw new Error('expected the loader of threads to make its workers as Emscripten 3.1.69 does');
  }
  return loader
    .replace(statement, '')
    .replace(use, () => use.replace('workerOptions', literal))
    .replace(start, (_, comment) => `${comment}${plainStart}`);
}
