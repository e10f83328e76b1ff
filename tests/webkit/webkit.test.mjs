// SPDX-License-Identifier: MIT
//
// What has to hold in every browser, in WebKit: the page trains, to the weights of other machines; the run outlasts the page.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { inRoot } from '../../tools/support/paths.mjs';
import { until, WebKit, whyNoWebKit } from './driver.mjs';

const goal = 120;
const settings = `data=generated&model=sigmoid-mlp&seed=6&stop=step-${goal}`;

let sites;
let browser;
let whyNone = whyNoWebKit();

before(async () => {
  if (whyNone !== null) return;
  register('../support/typescript-hooks.mjs', import.meta.url);
  sites = await (await import('../e2e/support/sites.ts')).openSites();
  browser = await WebKit.open().catch((error) => {
    whyNone = `WebKit does not start here: ${error.message}`;
    return null;
  });
  if (browser === null) return;
  await browser.goTo(sites.withData);
  await browser.evaluate(() => globalThis.localStorage.setItem('tinycnn-visited', 'yes'));
});

after(async () => {
  await browser?.close();
  await sites?.close();
});

/** What the page says under a test id; null where it says nothing. */
const text = (testid) =>
  browser.evaluate((id) => document.querySelector(`[data-testid="${id}"]`)?.textContent ?? null, testid);

/** Once it rests at the goal. */
const hash = () =>
  until(`it rests at step ${goal}`, async () => {
    const found = (await text('step')) === String(goal) ? await text('weights-hash') : null;
    return /^[0-9a-f]{16}$/.test(found ?? '') ? found : null;
  });

const press = (name) =>
  until(`${name} can be pressed`, () =>
    browser.evaluate((words) => {
      const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === words);
      if (button === undefined || button.disabled) return false;
      button.click();
      return true;
    }, name),
  );

/** Of the files that a page's program begins as workers. */
const workerFiles = (assets) =>
  new Set(
    [...assets.values()].flatMap((code) =>
      [...code.matchAll(/new Worker\(new URL\([^)]*?([\w-]+\.js)/g)].map(([, file]) => file),
    ),
  );

test('nothing is imported from a worker’s own file, which WebKit would evaluate once more', () => {
  const folder = inRoot('web', 'dist', 'assets');
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const assets = new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const workers = workerFiles(assets);
  assert.ok(workers.size >= 3, `expected the workers of training, files and benchmark, got ${[...workers].join(', ')}`);
  for (const [name, code] of assets) {
    const imported = [...code.matchAll(/(?:from|import)\s*\(?["']\.\/([\w-]+\.js)/g)].map(([, file]) => file);
    assert.deepEqual(
      imported.filter((file) => workers.has(file)),
      [],
      name,
    );
  }
});

test('the page trains in WebKit to the weights that its link leads to in Node', async (t) => {
  if (whyNone !== null) return t.skip(whyNone);
  await browser.goTo('about:blank');
  await browser.goTo(`${sites.withData}#${settings}`);
  await press('Train');
  const weights = await hash();
  const link = `${sites.withData}#${settings}&weights=${weights}`;
  const { stdout } = await promisify(execFile)(process.execPath, [inRoot('tools', 'verify.mjs'), link]);
  assert.match(stdout, new RegExp(`${weights}, bit for bit`));
});

test('the run is back after a reload', async (t) => {
  if (whyNone !== null) return t.skip(whyNone);
  const weights = await hash();
  await until('it is saved', async () => /Saved up to step 120$/.test((await text('kept')) ?? ''));
  await browser.reload();
  assert.equal(await hash(), weights);
  assert.match(await until('it says so', () => text('run-note')), /^Back at step 120, where you left off\./);
});
