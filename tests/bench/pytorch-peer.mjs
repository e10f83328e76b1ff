// SPDX-License-Identifier: MIT
//
// PyTorch on one thread as peers.mjs uses it, as Debian installs it, and at its best in each of its two
// memory formats. Each is a process of its own
// (pytorch_peer.py), started once, that waits for its turns.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startJsonLines } from './json-lines.mjs';
import { processMemory } from './peak-memory.mjs';
import { bestName, channelsLast, installed } from './peer-names.mjs';

const script = fileURLToPath(new URL('./pytorch_peer.py', import.meta.url));
const libraryFolder = '/usr/lib/x86_64-linux-gnu';
const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
// Above any tensor's size: glibc keeps freed memory instead of giving it back to the system at each step.
const keepMemory = { MALLOC_TRIM_THRESHOLD_: '1073741824', MALLOC_MMAP_THRESHOLD_: '1073741824' };

/** LD_LIBRARY_PATH that picks these BLAS folders where they exist, whatever the system's alternatives say. */
function libraries(...folders) {
  const present = folders.map((folder) => join(libraryFolder, folder)).filter(existsSync);
  return present.length > 0 ? { LD_LIBRARY_PATH: present.join(':') } : {};
}

const hasOpenBlas = () => existsSync(join(libraryFolder, 'openblas-pthread'));

/** What its best is, in words. */
export const itsBestInWords = () =>
  `${hasOpenBlas() ? 'OpenBLAS' : 'no OpenBLAS (apt-get install libopenblas0-pthread)'}, a malloc that keeps its memory, and the fastest ` +
  'of four settings, found by trial';

async function openPeer(name, python, { variables, files, choose, format = 'contiguous' }) {
  const { next, ask, end, pid } = startJsonLines(python, ['-B', script, ...files, format], {
    ...oneThread,
    ...variables,
  });
  const question = (type, key, rest) => ask(JSON.stringify({ type, key, ...rest }));
  return {
    name,
    about: { ...(await next()), variables },
    prepare: ({ key, spec, batchSize, optimizer, loss }) =>
      question('prepare', key, { run: { spec, batchSize, optimizer, loss }, choose }),
    train: ({ key }, seconds) => question('train', key, { seconds }),
    memory: processMemory(pid),
    close: async () => end(),
  };
}

/** PyTorch's forms as peers of peers.mjs. */
export async function openPyTorchPeers(python, files) {
  const best = { ...libraries('openblas-pthread'), ...keepMemory };
  return [
    await openPeer(installed, python, { variables: libraries('blas', 'lapack'), files, choose: false }),
    await openPeer(bestName, python, { variables: best, files, choose: true }),
    await openPeer(channelsLast, python, { variables: best, files, choose: true, format: 'channels_last' }),
  ];
}
