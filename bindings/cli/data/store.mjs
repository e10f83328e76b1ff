// SPDX-License-Identifier: MIT
// Stands for the page's module of the same name: published data sets come from the folder that a variable such as MNIST_DIR names, or from
// the cache folder, where what has been downloaded is kept.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../../tools/support/paths.mjs';

/** 'fashion-mnist' -> 'FASHION_MNIST_DIR'. */
const variableOf = (id) => `${id.toUpperCase().replaceAll('-', '_')}_DIR`;

const inCache = (key) => join(cacheFolder(), 'data', `${key}.gz`);

/** Where a file may be: `key` is '<set>/<name without .gz>'. */
function placesOf(key) {
  const [id, name] = key.split('/');
  const folder = process.env[variableOf(id)];
  return [...(folder ? [join(folder, `${name}.gz`), join(folder, name)] : []), inCache(key)];
}

/** The files under these keys, in their order, or null unless every one is there. */
export async function readKept(keys) {
  const paths = keys.map((key) => placesOf(key).find((path) => existsSync(path)));
  if (paths.includes(undefined)) return null;
  try {
    return paths.map((path) => ({ name: path, bytes: new Uint8Array(readFileSync(path)) }));
  } catch {
    return null;
  }
}

const isGzip = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Keeps all files or none. Null when they are kept, else why not. */
export async function keep(entries) {
  try {
    for (const [key, { bytes }] of entries) {
      if (!isGzip(bytes) || existsSync(inCache(key))) continue;
      mkdirSync(dirname(inCache(key)), { recursive: true });
      const partial = `${inCache(key)}.${process.pid}.partial`;
      writeFileSync(partial, bytes);
      renameSync(partial, inCache(key));
    }
    return null;
  } catch (error) {
    return error.message;
  }
}

/** Called where files are not what they must be: those in a folder of the user's stay, and so does the cache then. */
export async function forget(keys) {
  const [id] = keys[0].split('/');
  const folder = process.env[variableOf(id)];
  if (!folder) return keys.forEach((key) => rmSync(inCache(key), { force: true }));
  process.stderr.write(`tinycnn: the files in ${variableOf(id)}=${folder} are damaged or others (SHA-256)\n`);
}
