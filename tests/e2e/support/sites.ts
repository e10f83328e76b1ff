// SPDX-License-Identifier: MIT
//
// The built page as these tests serve it, so that everything passes without network and without MNIST: in a copy of web/dist the checksums
// of MNIST are replaced by those of a small synthetic set, and the mirrors' addresses by those of the tests' own mirrors. Each kind of
// site lies in a folder of its own below one server.

import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compressFile } from '../../../tools/build/compress.mjs';
import { dataOrigins, pageHeaders } from '../../../tools/server/headers.mjs';
import { startServer } from '../../../tools/server/static-server.mjs';
import { gzip, syntheticDigits, toIdxPair } from '../../support/synthetic-digits.mjs';
import { Mirror } from './mirror';
import { ViolationReports } from './violation-reports';

const inRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** One for each process, so that two runs on one machine do not disturb each other. */
const folder = join(tmpdir(), `tinycnn-e2e-${process.pid}`);

export const trainCount = 3000;
export const testCount = 500;

/** MNIST's file names and checksums, which stand literally in the built page. */
const datasetFiles = {
  'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
};

export type FileName = keyof typeof datasetFiles;
export type FileSet = Record<FileName, Uint8Array>;

/** Four decompressed IDX files of synthetic digits. */
export function syntheticFiles({ train = trainCount, test = testCount, seed = 1 } = {}): FileSet {
  const trainSet = toIdxPair(syntheticDigits({ count: train, seed }));
  const testSet = toIdxPair(syntheticDigits({ count: test, seed: seed + 1000 }));
  return {
    'train-images-idx3-ubyte': trainSet.images,
    'train-labels-idx1-ubyte': trainSet.labels,
    't10k-images-idx3-ubyte': testSet.images,
    't10k-labels-idx1-ubyte': testSet.labels,
  };
}

const gzipped = (files: FileSet): Map<string, Uint8Array> =>
  new Map(Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzip(bytes)]));

const names = Object.keys(datasetFiles) as FileName[];

function replacements(files: FileSet, mirrors: readonly Mirror[]): [string, string][] {
  const hashes = names.map((name): [string, string] => [
    datasetFiles[name],
    createHash('sha256').update(files[name]).digest('hex'),
  ]);
  return [
    ...hashes,
    ['https://cdn.jsdelivr.net/gh/fgnt/mnist@ae608a0/', mirrors[0]!.url],
    ['https://raw.githubusercontent.com/fgnt/mnist/ae608a0/', mirrors[1]!.url],
  ];
}

/** A copy of web/dist without data; what is changed in it is compressed anew where that matters, as it takes a while. Throws if a text that
 * should be replaced is not there. */
async function copyPage(
  target: string,
  changes: readonly [string, string][],
  { compressed = false } = {},
): Promise<void> {
  const dist = inRoot('web/dist');
  cpSync(dist, target, { recursive: true, filter: (path) => !path.startsWith(join(dist, 'data')) });
  const missing = new Set(changes.map(([from]) => from));
  for (const file of readdirSync(join(target, 'assets')).filter((name) => name.endsWith('.js'))) {
    const path = join(target, 'assets', file);
    const built = readFileSync(path, 'utf8');
    let text = built;
    for (const [from, to] of changes) {
      if (text.includes(from)) missing.delete(from);
      text = text.replaceAll(from, to);
    }
    if (text === built) continue;
    writeFileSync(path, text);
    if (compressed) await compressFile(path);
    else for (const ending of ['.br', '.gz']) rmSync(path + ending, { force: true });
  }
  if (missing.size > 0) throw new Error(`the built page does not hold ${[...missing].join(', ')}`);
}

function writeData(target: string, files: ReadonlyMap<string, Uint8Array>): void {
  mkdirSync(join(target, 'data', 'mnist'), { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(target, 'data', 'mnist', name), bytes);
}

export interface SentFile {
  path: string;
  bytes: number;
  coding: string | null;
}

export interface Sites {
  /** Without data of its own: the mirrors are asked. */
  bare: string;
  /** With the data in its own folder. */
  withData: string;
  /** With data; the browser's storage throws when it is opened. */
  withoutStorage: string;
  /** With data; the browser's storage is full: every write fails. */
  fullStorage: string;
  /** With data; the browser says that it has next to no room left. */
  littleRoom: string;
  /** With data, on a machine that says it has three cores. */
  threaded: string;
  /** The same, where the browser reports eight cores, whatever there are. */
  manyCores: string;
  /** With data, from a host that does not isolate the page from other origins. */
  notIsolated: string;
  /** The page as it was built, with MNIST in its data folder; null without MNIST_DIR. */
  mnist: string | null;
  /** The folder of the site `threaded`. */
  threadedFolder: string;
  mirrors: readonly [Mirror, Mirror];
  files: FileSet;
  /** What has broken the content security policy of any of these sites but `notIsolated`, which has none. */
  violations: readonly string[];
  /** The files that the server of all these sites but `notIsolated` has sent so far, each with its bytes on the wire. */
  sent: SentFile[];
  close: () => Promise<void>;
}

async function prepareMnist(): Promise<boolean> {
  const source = process.env.MNIST_DIR;
  if (source === undefined || !names.every((name) => existsSync(join(source, `${name}.gz`)))) return false;
  await copyPage(join(folder, 'mnist'), []);
  mkdirSync(join(folder, 'mnist', 'data', 'mnist'), { recursive: true });
  for (const name of names)
    copyFileSync(join(source, `${name}.gz`), join(folder, 'mnist', 'data', 'mnist', `${name}.gz`));
  return true;
}

/** Those of the page, whose policy also allows these mirrors, and names where to report what breaks it. */
function headersWith({ directive }: ViolationReports, mirrors: readonly Mirror[]): Record<string, string> {
  const headers = pageHeaders({ connect: [...dataOrigins, ...mirrors.map(({ url }) => new URL(url).origin)] });
  return { ...headers, 'Content-Security-Policy': `${headers['Content-Security-Policy']}; ${directive}` };
}

export async function openSites(): Promise<Sites> {
  const files = syntheticFiles();
  const good = gzipped(files);
  const other = gzipped(syntheticFiles({ train: 300, test: 60, seed: 7 }));
  const mirrors = [await Mirror.open(good, other), await Mirror.open(good, other)] as const;
  const changes = replacements(files, mirrors);
  rmSync(folder, { recursive: true, force: true });
  await copyPage(join(folder, 'bare'), changes);
  await copyPage(join(folder, 'with-data'), changes, { compressed: true });
  writeData(join(folder, 'with-data'), good);
  await copyPage(join(folder, 'without-storage'), [...changes, ['indexedDB.open', 'indexedDB.denied']]);
  writeData(join(folder, 'without-storage'), good);
  const full = ".put((()=>{throw new DOMException('full','QuotaExceededError')})(),";
  await copyPage(join(folder, 'full-storage'), [...changes, ['.put(', full]]);
  writeData(join(folder, 'full-storage'), good);
  const estimate = 'navigator.storage?.estimate()';
  await copyPage(join(folder, 'little-room'), [...changes, [estimate, 'Promise.resolve({quota:1e6,usage:5e5})']]);
  writeData(join(folder, 'little-room'), good);
  for (const [name, cores] of [
    ['threaded', '3'],
    ['many-cores', '8'],
  ] as const) {
    await copyPage(join(folder, name), [...changes, ['navigator.hardwareConcurrency', cores]]);
    writeData(join(folder, name), good);
  }
  const hasMnist = await prepareMnist();
  const sent: SentFile[] = [];
  const reports = await ViolationReports.open();
  const server = await startServer({
    folder,
    port: 0,
    headers: headersWith(reports, mirrors),
    onSent: (file: SentFile) => sent.push(file),
  });
  const plainServer = await startServer({ folder: join(folder, 'with-data'), port: 0, headers: {} });
  const site = (name: string): string => `${server.url}${name}/`;
  return {
    bare: site('bare'),
    withData: site('with-data'),
    withoutStorage: site('without-storage'),
    fullStorage: site('full-storage'),
    littleRoom: site('little-room'),
    threaded: site('threaded'),
    manyCores: site('many-cores'),
    notIsolated: plainServer.url,
    mnist: hasMnist ? site('mnist') : null,
    threadedFolder: join(folder, 'threaded'),
    mirrors,
    files,
    violations: reports.found,
    sent,
    close: async () => {
      reports.close();
      await Promise.all([server.close(), plainServer.close(), ...mirrors.map((mirror) => mirror.close())]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
