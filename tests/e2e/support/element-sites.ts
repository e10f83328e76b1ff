// SPDX-License-Identifier: MIT
//
// What embeds <tiny-cnn>: a site with the package's files and weights of all formats, which lets other origins read it, as a CDN does; and a
// teacher's site, whose pages are what a test says.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startServer } from '../../../tools/server/static-server.mjs';
import { tensorsOf, torchFile } from './network-files';
import { gzip, syntheticDigits, toIdxPair } from '../../support/synthetic-digits.mjs';

const distFolder = fileURLToPath(new URL('../../../bindings/dist/', import.meta.url));

type Package = typeof import('tinycnn');

/** Of the network that the weights are of; a few seconds' training on synthetic digits. */
export const testCount = 400;

/** A trained network in every format, and others that do not fit. */
async function writeNetworks(folder: string): Promise<void> {
  const { loadEngine } = (await import(pathToFileURL(join(distFolder, 'index.js')).href)) as Package;
  const engine = await loadEngine({ threads: 1 });
  const session = engine.createSession({ model: 'tinycnn', seed: 1, optimizer: { type: 'adam', learningRate: 0.003 } });
  session.setData('train', engine.generateDigits({ seed: 1, count: 10_000 }));
  session.trainSteps(1250);
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
  };
  write('digits.tinycnn', session.save());
  for (const format of ['json', 'safetensors', 'onnx'] as const) {
    write(`digits.${format}`, await session.exportModel({ format, precision: 'float32' }));
  }
  write('digits.pt', torchFile(tensorsOf(new Uint8Array(readFileSync(join(folder, 'digits.safetensors'))))));
  write('wild.json', withLearningRate(String(readFileSync(join(folder, 'digits.json'))), 1e9));
  const layersFor = (outFeatures: number) => [
    { name: 'flatten', type: 'flatten' },
    { name: 'out', type: 'linear', outFeatures },
  ];
  write('linear.spec.json', JSON.stringify({ name: 'linear', input: [1, 28, 28], layers: layersFor(10) }));
  write('color.spec.json', JSON.stringify({ name: 'color', input: [3, 32, 32], layers: layersFor(10) }));
  write('letters.spec.json', JSON.stringify({ spec: { name: 'few', input: [1, 28, 28], layers: layersFor(3) } }));
  write('broken.json', '{"format": "tinycnn", "parameters": []}');
  write('page.html', '<!doctype html><title>Not found</title>');
  engine.dispose();
}

/** A file of the format json with another learning rate. */
function withLearningRate(json: string, learningRate: number): string {
  const content = JSON.parse(json) as { recipe?: object };
  return JSON.stringify({ ...content, recipe: { ...content.recipe, optimizer: { type: 'sgd', learningRate } } });
}

type Images = Omit<ReturnType<typeof syntheticDigits>, 'height' | 'width'> & Record<'height' | 'width', number>;

function writePair(folder: string, name: string, given: Images): void {
  const { images, labels } = toIdxPair(given);
  writeFileSync(join(folder, `${name}-images-idx3-ubyte.gz`), gzip(images));
  writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), labels);
}

/** Training and test data: some that fit, others of which the test images have another size, and damaged ones. */
function writeData(site: string): void {
  const test = syntheticDigits({ count: testCount, seed: 6 });
  const sets = {
    data: [syntheticDigits({ count: 1000, seed: 5 }), test],
    half: [syntheticDigits({ count: 64, seed: 5 }), { ...test, height: 14, width: 56 }],
  } as const;
  for (const [name, [train, t10k]] of Object.entries(sets)) {
    const folder = join(site, name);
    mkdirSync(folder);
    writePair(folder, 'train', train);
    writePair(folder, 't10k', t10k);
  }
  cpSync(join(site, 'data'), join(site, 'damaged'), { recursive: true });
  truncateSync(join(site, 'damaged', 'train-images-idx3-ubyte.gz'), 10_000);
}

export interface ElementSites {
  /** Of the folder with the package; it ends with a slash. */
  cdn: string;
  /** The address of a page with this markup; `headers` go with it. */
  page: (markup: string, headers?: Record<string, string>) => string;
  /** The address of a page with this markup beside the package. */
  pageOfCdn: (name: string, markup: string) => string;
  close: () => Promise<void>;
}

/** Serves whatever pages the tests make, a file that breaks off (cut.json), and at every address below app/ the same page. */
async function servePages(): Promise<{ server: Server; url: string; pages: Map<string, Page> }> {
  const pages = new Map<string, Page>();
  const server = createServer((request, response) => {
    const address = request.url ?? '';
    if (address === '/cut.json') {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{', () => response.destroy());
      return;
    }
    const page = address.startsWith('/app/') ? { markup: 'Welcome', headers: {} } : pages.get(address);
    response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', ...page?.headers });
    response.end(page?.markup ?? 'not found');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  return { server, pages, url: `http://127.0.0.1:${port}` };
}

interface Page {
  markup: string;
  headers: Record<string, string>;
}

export async function openElementSites(): Promise<ElementSites> {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-element-'));
  cpSync(distFolder, join(folder, 'lib', 'tinycnn'), { recursive: true });
  await writeNetworks(folder);
  writeData(folder);
  const cors = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
  const cdn = await startServer({ folder, port: 0, headers: cors });
  const { server, pages, url } = await servePages();
  return {
    cdn: cdn.url,
    page: (markup, headers = {}) => {
      const path = `/${pages.size}.html`;
      pages.set(path, { markup, headers });
      return url + path;
    },
    pageOfCdn: (name, markup) => {
      writeFileSync(join(folder, name), markup);
      return cdn.url + name;
    },
    close: async () => {
      server.closeAllConnections();
      await Promise.all([cdn.close(), new Promise((closed) => server.close(closed))]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
