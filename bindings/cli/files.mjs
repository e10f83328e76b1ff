// SPDX-License-Identifier: MIT
// Files that the command reads and writes. A file appears whole or not at all.
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Failure, inWords } from './errors.mjs';

/** @returns {Uint8Array<ArrayBuffer>} */
export function readBytes(path) {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${inWords(error)}`);
  }
}

export function readJson(path) {
  const text = new TextDecoder().decode(readBytes(path));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`${path}: expected JSON. ${error.message}`);
  }
}

/** Writes a file by way of another name beside it, so that what was there stays until the new one is whole. */
export function writeWhole(path, bytes) {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, bytes);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new Failure(`${path} cannot be written: ${inWords(error)}`);
  }
}

/** Refuses, before any work is done, a file that is there already or cannot be written. */
export function requireWritable(path, { force = false } = {}) {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) throw new Failure(`${path} cannot be written: it is a folder`);
    if (!force) {
      throw new Failure(`${path} is there already.`, ['Give another name with --out, or --force to replace it.']);
    }
  }
  const probe = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new Failure(`Nothing can be written to the folder ${dirname(resolve(path))}: ${inWords(error)}`);
  }
}

/** A word as a shell reads it back. */
export const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
