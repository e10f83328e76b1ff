// SPDX-License-Identifier: MIT
//
// The libraries in the page come with their licences.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './support/fixtures';

const sources = fileURLToPath(new URL('../../web/src', import.meta.url));

/** Libraries of npm that a source imports, but for types. */
const librariesIn = (code: string): string[] =>
  [...code.matchAll(/^(?:import|export)(?! type)[^']*? from '([^.'][^']*)'/gm)]
    .map(([, path = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(path)![0])
    .filter((name) => name !== 'tinycnn' && !name.startsWith('node:'));

test('a link leads to the licences of all libraries that the page is made with', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByRole('link', { name: 'How it works' }).click();
  const href = await page.locator('#how-further a[href$=".txt"]').getAttribute('href');
  const response = await page.request.get(new URL(href!, page.url()).href);
  expect(response.headers()['content-type']).toMatch(/^text\/plain/);
  const text = await response.text();
  expect(text).toContain('Permission is hereby granted');
  const named = [...text.matchAll(/^(\S+) \d+\.\d+\.\d+$/gm)].map(([, name]) => name);
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  const imported = new Set(files.flatMap((name) => librariesIn(readFileSync(join(sources, name), 'utf8'))));
  expect(imported.size).toBeGreaterThan(5);
  expect([...imported].filter((name) => !named.includes(name))).toEqual([]);
});
