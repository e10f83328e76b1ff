// SPDX-License-Identifier: MIT
// Where things live: the checkout's root, and the cache folder that outlives the checkout.
// Nothing here touches the disk.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

export function cacheFolder(env = process.env) {
  if (env.TINYCNN_CACHE) return resolve(env.TINYCNN_CACHE);
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'tinycnn');
  return join(homedir(), '.cache', 'tinycnn');
}

export const inRoot = (...parts) => join(root, ...parts);
export const inCache = (...parts) => join(cacheFolder(), ...parts);
