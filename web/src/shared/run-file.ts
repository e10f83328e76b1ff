// SPDX-License-Identifier: MIT
//
// A run as a file: what is known of it as JSON, and its arrays as they are. docs/formats.md says byte by byte what is in it. Every version
// that was ever written stays readable. Pure.
//
//   magic      8 bytes   "TINYRUN\n"
//   version    uint32    of this container, little-endian as all numbers
//   length     uint32    bytes of the header
//   header     UTF-8     JSON: { run, parts: [{ name, bytes }] }
//   parts                one after another, in the order of the header
//   checksum   uint64    FNV-1a of everything before it

import { Fnv1a } from './fnv1a';

export const runFileVersion = 1;

const magic = 'TINYRUN\n';
const fixedBytes = magic.length + 8;
const checksumBytes = 8;

export interface RunFile {
  /** What is known of the run. */
  run: unknown;
  parts: ReadonlyMap<string, Uint8Array>;
}

const checksumOf = (bytes: Uint8Array): bigint => BigInt(`0x${new Fnv1a().add(bytes).hex}`);

export function writeRunFile({ run, parts }: RunFile): Uint8Array<ArrayBuffer> {
  const named = [...parts].map(([name, { length }]) => ({ name, bytes: length }));
  const header = new TextEncoder().encode(JSON.stringify({ run, parts: named }));
  const size = [...parts.values()].reduce(
    (sum, { length }) => sum + length,
    fixedBytes + header.length + checksumBytes,
  );
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode(magic));
  view.setUint32(magic.length, runFileVersion, true);
  view.setUint32(magic.length + 4, header.length, true);
  file.set(header, fixedBytes);
  let at = fixedBytes + header.length;
  for (const part of parts.values()) {
    file.set(part, at);
    at += part.length;
  }
  view.setBigUint64(at, checksumOf(file.subarray(0, at)), true);
  return file;
}

export const isRunFile = (bytes: Uint8Array): boolean =>
  new TextDecoder().decode(bytes.subarray(0, magic.length)) === magic;

function headerIn(bytes: Uint8Array): { run: unknown; parts: { name: string; bytes: number }[] } {
  const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  const { run, parts } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  const isPart = (part: unknown): part is { name: string; bytes: number } =>
    typeof part === 'object' &&
    part !== null &&
    'name' in part &&
    typeof part.name === 'string' &&
    'bytes' in part &&
    Number.isSafeInteger(part.bytes) &&
    (part.bytes as number) >= 0;
  if (!Array.isArray(parts) || !parts.every(isPart)) throw new Error('its header names no parts');
  return { run, parts };
}

/** Throws a sentence that says what is wrong with the file. */
export function readRunFile(bytes: Uint8Array): RunFile {
  const refuse = (why: string): never => {
    throw new Error(`This is not a whole file of a run: ${why}.`);
  };
  if (!isRunFile(bytes)) refuse(`expected it to begin with ${magic.trim()}`);
  if (bytes.length < fixedBytes + checksumBytes) refuse(`it ends after ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(magic.length, true);
  if (version < 1 || version > runFileVersion) {
    throw new Error(`This file of a run has version ${version}; this page reads versions up to ${runFileVersion}.`);
  }
  const end = bytes.length - checksumBytes;
  if (view.getBigUint64(end, true) !== checksumOf(bytes.subarray(0, end))) {
    refuse('its checksum does not match, so it is damaged or cut short');
  }
  const length = view.getUint32(magic.length + 4, true);
  if (length > end - fixedBytes) refuse('its header is longer than the file');
  const { run, parts: named } = headerIn(bytes.subarray(fixedBytes, fixedBytes + length));
  const parts = new Map<string, Uint8Array>();
  let at = fixedBytes + length;
  for (const { name, bytes: size } of named) {
    if (size > end - at) refuse(`its part ${name} is longer than the file`);
    parts.set(name, bytes.slice(at, at + size));
    at += size;
  }
  if (at !== end) refuse(`it has ${end - at} bytes too many`);
  return { run, parts };
}
