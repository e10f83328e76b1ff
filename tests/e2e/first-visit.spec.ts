// SPDX-License-Identifier: MIT
//
// What a first visitor sees: something at once, training that begins by itself and says so, and no more loaded than that takes. And when
// training stops by itself, and the theme. On synthetic digits.

import { afterFirstReading } from '../../tools/support/page-visit.mjs';
import { delayBeforeStart } from '../../web/src/client/first-visit';
import { expect, test } from './support/fixtures';
import { savedAt } from './support/kept';
import { holdBack } from './support/hold-back';
import { drawings } from './support/page';
import type { Page } from '@playwright/test';
import type { TinyCnnPage } from './support/page';

/** Longer than it takes to begin by itself. */
const longEnough = delayBeforeStart + 1000;

/** Of everything but the data set, as it is sent: with Brotli where that makes it smaller. */
const maxBytes = 150_000;
/** After so many milliseconds the worker loads the rest of the engine, be there a first reading or not (web/src/worker/handlers.ts). */
const deferredDelay = 10_000;

const note = (page: Page) => page.getByTestId('run-note');

/** Notes what the page says of the run from the first moment on: some of it stands for less than a second. Gives what it was so far. */
async function listenToNote(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    new MutationObserver(() => {
      const text = document.querySelector('[data-testid="run-note"]')?.textContent ?? '';
      if (said.at(-1) !== text) said.push(text);
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
}

test.describe('on the first visit', () => {
  test.use({ firstVisit: true });

  test('training begins by itself, says so before, and can be paused; on the next visit it waits', async ({
    app,
    page,
    sites,
  }) => {
    const said = await listenToNote(page);
    await page.goto(sites.withData);
    await app.waitForSteps(20);
    expect(await said()).toContainEqual(expect.stringMatching(/Training starts automatically in a moment\.$/));
    await app.button('Pause').click();
    await expect(app.button('Train')).toBeVisible();
    await expect(note(page)).toHaveText('Paused. Press Train to continue.');
    await page.clock.install();
    await page.reload();
    await app.ready();
    const step = await app.text('step'); // of the kept run, if the first visit was long enough
    await page.clock.fastForward(longEnough);
    expect(await app.text('step')).toBe(step);
    await expect(note(page)).toHaveText(/Press Train to (watch it learn|go on, Rewind to start afresh)\.$/);
  });

  test('what it learned until the visitor paused outlasts a reload, however soon that comes', async ({
    app,
    page,
    sites,
  }) => {
    await page.addInitScript(() => {
      const set = window.setTimeout.bind(window);
      Object.assign(window, {
        setTimeout: (work: () => void, ms: number) => (ms > 5000 ? 0 : set(work, ms)), // the reload comes before
      });
    });
    await page.goto(sites.withData);
    await app.waitForSteps(20);
    await app.button('Pause').click();
    await expect(app.button('Train')).toBeVisible();
    const step = await app.figure('step');
    await savedAt(app, step);
    await page.reload();
    await app.ready();
    await expect(note(page)).toHaveText(new RegExp(`^Back at step ${step}, where you left off`));
  });

  test('a visitor who begins to set things is not talked over', async ({ app, page, sites }) => {
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000); // it would begin by itself before the visitor does anything
    await page.goto(sites.withData);
    await expect(note(page)).toHaveText(/Training starts automatically in a moment\.$/);
    await page.getByTestId('model-picker').selectOption('lenet5');
    await expect(note(page)).toHaveText(/Press Train to watch it learn\.$/);
    await page.clock.fastForward(longEnough);
    expect(await app.text('step')).toBe('0');
    await expect(app.button('Train')).toBeEnabled();
  });

  test('a first visit takes at most 150,000 bytes as sent until the first reading while training', async ({
    app,
    page,
    sites,
  }) => {
    await page.setViewportSize({ width: 1280, height: 720 });
    const before = sites.sent.length;
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    const from = Date.now();
    await page.goto(sites.withData);
    await app.button('Slow').click(); // or a slow machine would draw when an epoch of these few images has been tested
    await page.clock.resume();
    await app.waitForSteps(1);
    await expect(app.button('Slow')).toHaveAttribute('aria-pressed', 'true');
    await app.draw(drawings[7]!);
    await expect(app.prediction).toHaveText(/^\d$/);
    const all = sites.sent
      .slice(before)
      .filter(({ path }) => !path.includes('/data/') && !afterFirstReading.test(path));
    const isLate = Date.now() - from >= deferredDelay;
    const sent = all.filter(({ path }) => !isLate || !path.endsWith('.deferred.wasm'));
    expect(sent.filter(({ path }) => path.endsWith('.wasm'))).toEqual([
      expect.objectContaining({ path: expect.stringMatching(/tinycnn-simd-threads\.wasm$/), coding: 'br' }),
    ]);
    const uncompressed = sent.filter(({ coding, bytes }) => coding === null && bytes > 1000);
    expect(uncompressed).toEqual([]);
    const total = sent.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total, JSON.stringify(sent, null, 1)).toBeLessThanOrEqual(maxBytes);
    expect(total).toBeGreaterThan(maxBytes / 2);
  });

  test('curves, images of mistakes and settings are loaded when they are wanted', async ({ app, page, sites }) => {
    await page.setViewportSize({ width: 1280, height: 720 });
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    const has = (name: string): boolean => loaded.some((path) => path.includes(`/assets/${name}-`));
    await page.goto(sites.withData);
    await app.waitForSteps(20);
    for (const name of ['curves', 'confusion', 'mistakes', 'options', 'detail']) expect(has(name), name).toBe(false);
    await app.lookAtCurves();
    expect(has('curves')).toBe(true);
    await app.lookAtMistakes();
    for (const name of ['confusion', 'mistakes']) expect(has(name), name).toBe(true);
    await app.openSettings();
    await expect(page.getByLabel('Batch size', { exact: true })).toBeVisible();
    expect(has('options')).toBe(true);
  });
});

test('a part that cannot be loaded says so, and comes when it is tried again', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.route(/assets\/confusion-/, (route) => route.abort());
  await app.openTab('Mistakes');
  await expect(page.getByRole('tabpanel').getByText('This part of the page could not be loaded')).toBeVisible();
  await page.unroute(/assets\/confusion-/);
  await expect(async () => {
    const again = page.getByRole('tabpanel').getByRole('button', { name: 'Try again' });
    if (await again.isVisible()) await again.click();
    await expect(page.locator('#confusion-heading')).toBeVisible({ timeout: 1000 });
  }).toPass();
});

test('a network that needs the deferred part of the engine waits for it, and says why where it cannot be loaded', async ({
  app,
  page,
  sites,
}) => {
  await page.route(/\.deferred\.wasm$/, (route) => route.abort());
  await app.open(sites.withData);
  await app.stepOnce();
  await page.getByTestId('model-picker').selectOption('bn-gap-12k');
  await expect(app.error).toContainText('A part of the engine that is needed for this could not be loaded');
  await app.button('Dismiss').click();
  await app.stepOnce();
  expect(await app.figure('step')).toBe(2);
  await page.unroute(/\.deferred\.wasm$/);
  await page.getByTestId('model-picker').selectOption('bn-gap-12k');
  await expect(page.getByText('12,400 weights', { exact: true })).toBeVisible();
  await app.stepOnce();
  expect(await app.figure('train-loss')).toBeGreaterThan(0);
});

test('where the network of a link cannot be loaded the page opens with the first one, and its data', async ({
  app,
  page,
  sites,
}) => {
  await page.route(/\.deferred\.wasm$/, (route) => route.abort());
  await app.open(`${sites.withData}#model=bn-gap-12k`);
  await expect(app.error).toContainText('A part of the engine that is needed for this could not be loaded');
  await expect(page.getByTestId('model-picker')).toHaveValue('tinycnn');
  await app.stepOnce();
  expect(await app.figure('train-loss')).toBeGreaterThan(0);
  await page.unroute(/\.deferred\.wasm$/);
  await page.getByTestId('model-picker').selectOption('bn-gap-12k');
  await expect(page.getByText('12,400 weights', { exact: true })).toBeVisible();
});

test('another seed, wanted while a network waits for its part of the engine, is the seed of that network', async ({
  app,
  page,
  sites,
}) => {
  const release = await holdBack(page, /\.deferred\.wasm$/);
  const asked = page.waitForRequest(/\.deferred\.wasm$/); // after ten seconds the worker asks by itself
  await app.open(`${sites.withData}#seed=5`);
  await page.getByTestId('model-picker').selectOption('bn-gap-12k');
  await asked;
  await app.button('New seed').click();
  release();
  await expect(page.getByText('12,400 weights', { exact: true })).toBeVisible();
  await expect(page.getByTestId('seed')).not.toHaveText('5');
  await app.stepOnce();
  await expect(page).toHaveURL(new RegExp(`seed=${await app.text('seed')}`));
});

test('another seed and, at once, another network both hold', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#seed=5`);
  await app.stepOnce();
  await app.button('New seed').evaluate((button: HTMLButtonElement) => {
    const picker = document.querySelector<HTMLSelectElement>('[data-testid=model-picker]')!;
    button.click();
    picker.value = 'lenet5';
    picker.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await expect(page.getByText('61,706 weights', { exact: true })).toBeVisible();
  await expect(page.getByTestId('seed')).not.toHaveText('5');
  await expect(page.getByTestId('model-picker')).toHaveValue('lenet5');
});

test('of two networks chosen in quick succession the second stays, whatever each has to wait for', async ({
  app,
  page,
  sites,
}) => {
  const release = await holdBack(page, /\.deferred\.wasm$/);
  const asked = page.waitForRequest(/\.deferred\.wasm$/); // after ten seconds the worker asks by itself
  await app.open(sites.withData);
  await page.getByTestId('model-picker').selectOption('bn-gap-12k');
  await asked;
  await page.getByTestId('model-picker').selectOption('tinycnn');
  const arrived = page.waitForResponse(/\.deferred\.wasm$/);
  release();
  await (await arrived).finished();
  await app.button('Train').click(); // once the last choice is set up
  await app.waitForSteps(1);
  await expect(page.getByTestId('model-picker')).toHaveValue('tinycnn');
  await expect(page.getByText('18,982 weights', { exact: true })).toBeVisible();
});

const headline = (page: Page) => page.getByTestId('headline');

const stopped = async (app: TinyCnnPage, page: Page, text: RegExp): Promise<void> => {
  await app.button('Train').click();
  await expect(note(page)).toHaveText(text);
  await expect(headline(page)).toHaveText(/^Test accuracy: \d+\.\d\d %\. Finished\.$/);
  await expect(app.button('Train')).toBeVisible();
};

test('training stops at an epoch, after a time, or at an accuracy, and says why', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#epochs=1000`);
  await app.stopAt('epoch');
  await stopped(app, page, /^Stopped after epoch 1, as you set\.$/);
  expect(await app.text('epoch')).toBe('1');
  const perEpoch = await app.figure('step');

  await app.stopAt('accuracy', 20);
  await stopped(app, page, /^Stopped at a test accuracy of 20 %, as you set\.$/);
  expect(await app.figure('step')).toBe(2 * perEpoch);
  expect(await app.figure('test-accuracy')).toBeGreaterThanOrEqual(20);

  await app.button('Rewind').click();
  await app.stopAt('time', 1);
  const from = Date.now();
  await app.button('Train').click();
  await expect(note(page)).toHaveText(/^Stopped after 1 s of training, as you set\.$/);
  expect(Date.now() - from).toBeGreaterThan(900);

  await app.openSettings();
  await page.getByLabel('Stop: seconds').fill('-3');
  await page.getByLabel('Stop: seconds').press('Enter');
  await expect(page.getByLabel('Stop: seconds')).toHaveValue('1');
});

test('when to stop can be changed in mid-run', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#epochs=1000`); // or it may have ended before it is changed
  await app.button('Train').click();
  await app.waitForSteps(20);
  await app.stopAt('epoch');
  await expect(note(page)).toHaveText(/^Stopped after epoch \d+/);
  await app.openSettings();
  const epochs = await page.getByLabel('Stop: epochs').inputValue();
  await expect(note(page)).toContainText(`after epoch ${epochs},`);
  expect(await app.text('epoch')).toBe(epochs);
});

test('the theme follows the system until the visitor chooses, who is remembered', async ({ app, page, sites }) => {
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'dark' });
  await app.open(sites.withData);
  await app.openSettings();
  const dark = await background();
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(background).not.toBe(dark);
  const light = await background();
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await expect.poll(background).toBe(dark);
  await page.reload();
  await app.ready();
  expect(await background()).toBe(dark);
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  await page.getByRole('radio', { name: 'Auto' }).check({ force: true });
  await expect.poll(background).toBe(light);
});

test('Next mistake puts what the last test misread on the network, one after another', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await expect(app.button('Next mistake')).toBeDisabled();
  await app.stopAt('epoch');
  await stopped(app, page, /^Stopped after epoch 1/);
  await app.button('Next mistake').click();
  await expect(page.getByTestId('verdict')).toContainText('but the label is');
  const first = await page.locator('.prepared p').innerText();
  await app.button('Next mistake').click();
  await expect(page.locator('.prepared p')).not.toHaveText(first);
});
