// SPDX-License-Identifier: MIT
//
// Genann (github.com/codeplea/genann) as peers.mjs uses it: compiled with -O3 -march=native from the folder of its source, which the
// person at the keyboard names, since no package holds it. It trains sigmoid-mlp alone.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startJsonLines } from './json-lines.mjs';
import { processMemory } from './peak-memory.mjs';
import { genann } from './peer-names.mjs';

export const genannModel = 'sigmoid-mlp';

const inRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

function compile(folder) {
  const program = inRoot('build/bench/genann_peer');
  mkdirSync(inRoot('build/bench'), { recursive: true });
  const sources = [inRoot('tests/bench/genann_peer.c'), join(folder, 'genann.c')];
  const args = ['-O3', '-march=native', `-I${folder}`, ...sources, '-lm', '-o', program];
  const { status, stderr } = spawnSync(process.env.CC ?? 'cc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${genann} could not be compiled: ${stderr ?? 'no compiler'}`);
  return program;
}

export async function openGenannPeer(folder, files, count) {
  if (!folder) throw new Error('--genann names no folder with its source, and no package holds it');
  if (!existsSync(join(folder, 'genann.c'))) throw new Error(`there is no genann.c in ${folder}`);
  const { ask, end, pid } = startJsonLines(compile(folder), [...files, `${count}`]);
  return {
    name: genann,
    about: { compiler: process.env.CC ?? 'cc' },
    model: genannModel,
    prepare: async () => {},
    train: (_, seconds) => ask(`${seconds}`),
    memory: processMemory(pid),
    close: async () => end(),
  };
}
