// SPDX-License-Identifier: MIT
//
// The documentation as a site: everything public is documented, every link leads somewhere, nothing comes from elsewhere, and it is readable
// on a phone, in the dark and to a screen reader.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from '@playwright/test';
import { headerFiles, readHeader, undocumentedIn } from '../../tools/docs/headers.mjs';
import { guides, writeDocumentation } from '../../tools/docs/site.mjs';
import { packageEntries, readPackage, undocumented } from '../../tools/docs/typescript.mjs';
import { pageHeaders } from '../../tools/server/headers.mjs';
import { startServer } from '../../tools/server/static-server.mjs';
import { inRoot } from '../../tools/support/paths.mjs';

const folder = inRoot('build', 'docs', 'site');
/** As in web/dist, where the page lies one folder above. */
const site = join(folder, 'docs');
let paths;
let files;

before(() => {
  paths = writeDocumentation(site);
  files = new Map(paths.map((path) => [path, readFileSync(join(site, path), 'utf8')]));
});

test('every export of the package, and every member of its classes, says what it is', () => {
  assert.deepEqual(undocumented(readPackage().items), []);
});

test('every declaration of the public headers says what it is', () => {
  assert.deepEqual(
    headerFiles().flatMap((file) => undocumentedIn(readHeader(file))),
    [],
  );
});

test('every entry, every export, every header and every guide has its place on the site', () => {
  const all = [...files.values()].join('\n');
  const { items, heads } = readPackage();
  assert.deepEqual(Object.keys(heads), Object.keys(packageEntries()));
  assert.ok(items.length > 90);
  for (const { name } of items) assert.ok(all.includes(`id="${name}"`), name);
  for (const file of headerFiles()) assert.ok(paths.includes(`cpp/${file.replace('.h', '.html')}`), file);
  const written = readdirSync(inRoot('docs', 'guides')).map((name) => name.replace('.md', ''));
  assert.deepEqual(written.filter((name) => name !== 'README').sort(), [...guides].sort());
  assert.ok(!paths.includes('api/other.html'), 'an export has no page: see pageOfFile in tools/docs/site.mjs');
});

const attributesOf = (html, pattern) => [...html.matchAll(pattern)].map(([, value]) => value);
const idsOf = (html) => attributesOf(html, /\sid="([^"]*)"/g);

/** What is wrong with a link of a page; null if nothing is. */
function problemWith(from, href) {
  if (/^(https?|mailto):/.test(href)) return null;
  const [path, anchor] = href.split('#');
  const target = path === '' ? from : posix.join(posix.dirname(from), path);
  if (target === '../index.html') return null; // the page itself
  const html = files.get(target);
  if (html === undefined && !existsSync(join(site, target))) return `${from}: ${href}: there is no such file`;
  if (anchor && html !== undefined && !idsOf(html).includes(decodeURIComponent(anchor)))
    return `${from}: ${href}: no such anchor`;
  return null;
}

test('every link of the site leads somewhere, and no anchor comes twice', () => {
  const problems = [];
  for (const [path, html] of files) {
    const links = attributesOf(html, /(?:href|src)="([^"]*)"/g);
    problems.push(...links.map((href) => problemWith(path, href)).filter(Boolean));
    const ids = idsOf(html);
    problems.push(...ids.filter((id, i) => ids.indexOf(id) < i).map((id) => `${path}: the anchor ${id} comes twice`));
  }
  assert.deepEqual(problems, []);
});

test('broken links are found', () => {
  assert.match(problemWith('index.html', 'api/gone.html'), /no such file/);
  assert.match(problemWith('api/session.html', '#Session.gone'), /no such anchor/);
  assert.equal(problemWith('api/session.html', 'engine.html#Engine'), null);
});

test('no page loads anything from elsewhere, or holds code or styles that the page’s headers forbid', () => {
  for (const [path, html] of files) {
    assert.doesNotMatch(html, /<(script|link|img)[^>]*(src|href)="(https?:)?\/\//, path);
    assert.doesNotMatch(html, /<script>|<style|\sstyle="|\son\w+="/, path);
  }
});

let browser;
let server;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  server = await startServer({ folder, port: 0, headers: pageHeaders() });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** A page of the site with the headers of web/dist, on which nothing may go wrong. */
async function open(path, options, use) {
  const page = await browser.newPage(options);
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.goto(new URL(`docs/${path}`, server.url).href);
  await use(page);
  await page.close();
  assert.deepEqual(problems, []);
}

test('the first page finds names', () =>
  open('index.html', {}, async (page) => {
    const shown = page.locator('.names li:visible');
    const all = await shown.count();
    assert.ok(all > 200);
    await page.getByLabel('Find').fill('session.pred');
    assert.deepEqual(
      (await shown.allTextContents()).map((text) => text.trim()),
      ['Session.predict', 'Session.predictBatch'],
    );
    assert.equal(await page.locator('#found').textContent(), `2 of ${all}`);
    await shown.first().getByRole('link').click();
    await page.waitForURL(/api\/session\.html#Session\.predict$/);
  }));

/** Every kind of page, once: light and dark in turns. */
const looked = [
  'index.html',
  'api/session.html',
  'api/tinycnn-worker.html',
  'cpp/trainer.html',
  'guides/train-in-your-page.html',
  'formats.html',
];

for (const [i, path] of looked.entries()) {
  const colorScheme = /** @type {const} */ (['light', 'dark'])[i % 2];
  test(`${path} fits a phone, and axe finds nothing wrong with it (${colorScheme})`, () =>
    open(path, { colorScheme, viewport: { width: 390, height: 800 } }, async (page) => {
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), colorScheme);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${over} pixels too wide`);
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
      const { violations } = await page.evaluate(() => window['axe'].run(document, { resultTypes: ['violations'] }));
      const found = violations.map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]);
      assert.deepEqual(found, []);
    }));
}
