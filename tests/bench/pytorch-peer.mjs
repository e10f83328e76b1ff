// SPDX-License-Identifier: MIT
//
// PyTorch on one thread as peers.mjs uses it, in two forms: as Debian installs it, and at its best. Each is a process of its own
// (pytorch_peer.py), started once, that waits for its turns.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const kLibraries = '/usr/lib/x86_64-linux-gnu';
const kOneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
// Above any tensor's size: glibc keeps freed memory instead of giving it back to the system at each step.
const kKeepMemory = { MALLOC_TRIM_THRESHOLD_: '1073741824', MALLOC_MMAP_THRESHOLD_: '1073741824' };

/** LD_LIBRARY_PATH that picks these BLAS folders where they exist, whatever the system's alternatives say. */
function libraries(...folders) {
  const present = folders.map((folder) => join(kLibraries, folder)).filter(existsSync);
  return present.length > 0 ? { LD_LIBRARY_PATH: present.join(':') } : {};
}

export const hasOpenBlas = () => existsSync(join(kLibraries, 'openblas-pthread'));

/** Asks one line of JSON, answers one line of JSON. */
function startProcess(python, variables, files) {
  const script = fileURLToPath(new URL('./pytorch_peer.py', import.meta.url));
  const child = spawn(python, ['-B', script, ...files], {
    env: { ...process.env, ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('PyTorch ended before it answered');
    return JSON.parse(value);
  };
  const ask = (question) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return next();
  };
  return { next, ask, end: () => child.stdin.end() };
}

async function openPeer(name, python, variables, files, choose) {
  const { next, ask, end } = startProcess(python, { ...kOneThread, ...variables }, files);
  return {
    name,
    about: { ...(await next()), variables },
    prepare: (batchSize) => ask({ type: 'prepare', batchSize, choose }),
    measure: (batchSize, seconds) => ask({ type: 'train', batchSize, seconds }),
    close: async () => end(),
  };
}

/** Both forms of PyTorch as peers of peers.mjs. */
export async function openPyTorchPeers(python, data) {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-peers-'));
  try {
    const files = ['images', 'labels'].map((field) => join(folder, field));
    writeFileSync(files[0], data.images);
    writeFileSync(files[1], data.labels);
    const best = { ...libraries('openblas-pthread'), ...kKeepMemory };
    return [
      await openPeer('PyTorch, as installed', python, libraries('blas', 'lapack'), files, false),
      await openPeer('PyTorch, its best', python, best, files, true),
    ];
  } finally {
    rmSync(folder, { recursive: true }); // each process has read its data by the time it says its version
  }
}
