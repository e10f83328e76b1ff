// SPDX-License-Identifier: MIT
//
// PyTorch on one thread as peers.mjs uses it, as Debian installs it, and at its best in each of its two
// memory formats. Each is a process of its own
// (pytorch_peer.py), started once, that waits for its turns.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startJsonLines } from './json-lines.mjs';
import { kBest, kChannelsLast, kInstalled } from './peer-names.mjs';

const kScript = fileURLToPath(new URL('./pytorch_peer.py', import.meta.url));
const kLibraries = '/usr/lib/x86_64-linux-gnu';
const kOneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
// Above any tensor's size: glibc keeps freed memory instead of giving it back to the system at each step.
const kKeepMemory = { MALLOC_TRIM_THRESHOLD_: '1073741824', MALLOC_MMAP_THRESHOLD_: '1073741824' };

/** LD_LIBRARY_PATH that picks these BLAS folders where they exist, whatever the system's alternatives say. */
function libraries(...folders) {
  const present = folders.map((folder) => join(kLibraries, folder)).filter(existsSync);
  return present.length > 0 ? { LD_LIBRARY_PATH: present.join(':') } : {};
}

const hasOpenBlas = () => existsSync(join(kLibraries, 'openblas-pthread'));

/** What its best is, in words. */
export const itsBestInWords = () =>
  `${hasOpenBlas() ? 'OpenBLAS' : 'no OpenBLAS (apt-get install libopenblas0-pthread)'}, a malloc that keeps its memory, and the fastest ` +
  'of four settings, found by trial';

async function openPeer(name, python, { variables, files, choose, format = 'contiguous' }) {
  const { next, ask, end } = startJsonLines(python, ['-B', kScript, ...files, format], { ...kOneThread, ...variables });
  const question = (type, key, rest) => ask(JSON.stringify({ type, key, ...rest }));
  return {
    name,
    about: { ...(await next()), variables },
    prepare: ({ key, spec, batchSize, optimizer, loss }) =>
      question('prepare', key, { run: { spec, batchSize, optimizer, loss }, choose }),
    train: ({ key }, seconds) => question('train', key, { seconds }),
    close: async () => end(),
  };
}

/** PyTorch's forms as peers of peers.mjs. */
export async function openPyTorchPeers(python, files) {
  const best = { ...libraries('openblas-pthread'), ...kKeepMemory };
  return [
    await openPeer(kInstalled, python, { variables: libraries('blas', 'lapack'), files, choose: false }),
    await openPeer(kBest, python, { variables: best, files, choose: true }),
    await openPeer(kChannelsLast, python, { variables: best, files, choose: true, format: 'channels_last' }),
  ];
}
