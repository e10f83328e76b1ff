// SPDX-License-Identifier: MIT
//
// The package as its files alone, copied into a folder of a static server: a page without a bundler and without an import map imports them,
// on its own thread and in the package's worker, trains, predicts and exports.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from '@playwright/test';
import ts from 'typescript';
import { isolationHeaders } from '../../tools/server/headers.mjs';
import { startServer } from '../../tools/server/static-server.mjs';
import { inRoot } from '../../tools/support/paths.mjs';

const packageFolder = inRoot('bindings', 'dist');
const site = inRoot('build', 'plain-page');
const servers = [];
let browser;

before(async () => {
  rmSync(site, { recursive: true, force: true });
  mkdirSync(site, { recursive: true });
  cpSync(packageFolder, join(site, 'tinycnn'), { recursive: true });
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>A plain page</title>');
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});

after(async () => {
  await browser?.close();
  for (const server of servers) await server.close();
});

/** In the page: trains on synthetic digits and classifies others. The same code drives the engine here and in a worker. */
async function trainInPage({ module, threads }) {
  const { loadEngine } = await import(`./tinycnn/${module}.js`);
  const engine = await loadEngine({ threads });
  const session = await engine.createSession({ model: 'tinycnn', seed: 1 });
  await session.setData('train', await engine.generateDigits({ seed: 1, count: 4000 }));
  const before = await session.step;
  await session.trainSteps(200);
  const { images, labels } = await engine.generateDigits({ seed: 2, count: 200 });
  const predictions = await session.predictBatch(images);
  const correct = predictions.filter((each, i) => each.indexOf(Math.max(...each)) === labels[i]).length;
  const after = await session.step;
  const header = new TextDecoder().decode(await session.exportModel({ format: 'c' }));
  engine.dispose();
  return { threads: engine.info.threads, steps: after - before, share: correct / labels.length, header };
}

for (const [module, isolated] of [
  ['worker', false],
  ['worker', true],
  ['index', false],
  ['index', true],
]) {
  const where = module === 'worker' ? 'in its worker' : 'on the page’s thread';
  test(`a plain page trains, predicts and exports ${where}${isolated ? ' on two threads' : ''}`, async () => {
    const server = await startServer({ folder: site, port: 0, headers: isolated ? isolationHeaders : {} });
    servers.push(server);
    const page = await browser.newPage();
    await page.goto(server.url);
    const { threads, steps, share, header } = await page.evaluate(trainInPage, { module, threads: 2 });
    assert.deepEqual([threads, steps], [isolated ? 2 : 1, 200]);
    assert.ok(share > 0.6, `${share} of the digits were classified correctly`);
    assert.match(header, /int tinycnn_predict\(const uint8_t pixels\[/);
    await page.close();
  });
}

test('a worker whose file cannot be loaded is a refusal that names the file', async () => {
  const server = await startServer({ folder: site, port: 0 });
  servers.push(server);
  const page = await browser.newPage();
  await page.route('**/worker-thread.js', (route) => route.abort());
  await page.goto(server.url);
  const { code, message } = await page.evaluate(async () => {
    const { loadEngine } = await import('./tinycnn/worker.js');
    const error = await loadEngine().catch((reason) => reason);
    return { code: error.code, message: error.message };
  });
  assert.equal(code, 'load-failed');
  assert.match(
    message,
    /^\[worker\] expected .*, got: worker-thread\.js, or a file that it imports, could not be loaded/,
  );
  await page.close();
});

test('no file of the package imports another package by its name', () => {
  const importsOf = (file) => ts.preProcessFile(readFileSync(join(packageFolder, file), 'utf8')).importedFiles;
  const bare = readdirSync(packageFolder)
    .filter((file) => file.endsWith('.js') || file.endsWith('.d.ts'))
    .flatMap((file) => importsOf(file).map(({ fileName }) => ({ file, name: fileName })))
    .filter(({ name }) => !name.startsWith('.') && !isBuiltin(name));
  assert.deepEqual(bare, []);
});
