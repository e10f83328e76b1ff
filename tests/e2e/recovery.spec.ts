// SPDX-License-Identifier: MIT
//
// A worker that dies, silently or with a bang: the page says so, starts another one from the last snapshot, and stays usable.

import { drawings } from './support/page';
import { expect, test } from './support/fixtures';
import { holdBack } from './support/hold-back';
import type { TinyCnnPage } from './support/page';
import type { Page } from '@playwright/test';

/** The page's own worker, the newest; an engine with threads has workers below it. */
const engineWorker = (page: Page) =>
  page
    .workers()
    .filter((worker) => worker.url().includes('/assets/main-'))
    .at(-1)!;

/** Of what trains on by itself until Pause is pressed. Set by the address: the drawer would open the storage, which a test deletes. */
const withoutEnd = '#stop=epoch-1000';

async function trainAWhile(app: TinyCnnPage): Promise<number> {
  await app.button('Train').click();
  await app.waitForSteps(100);
  await app.button('Pause').click();
  await expect(app.button('Train')).toBeVisible();
  return app.figure('step');
}

async function expectUsable(app: TinyCnnPage, from: number): Promise<void> {
  await expect(app.error).toContainText('lost');
  await expect(app.error).toContainText(`step ${from}`);
  expect(await app.figure('step')).toBe(from);
  await app.button('Dismiss').click();
  await app.button('Train').click();
  await app.waitForSteps(from + 1);
  await app.draw(drawings[7]!);
  await expect(app.prediction).toHaveText(/^\d$/);
}

const endSilently = (page: Page): Promise<void> =>
  engineWorker(page).evaluate(() => {
    (globalThis as unknown as { close: () => void }).close();
  });

const crash = (page: Page): Promise<void> =>
  engineWorker(page).evaluate(() => {
    setTimeout(() => {
      throw new Error('the test breaks the worker');
    });
  });

test('a worker that ends silently is replaced, and training goes on from the last snapshot', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData + withoutEnd);
  const step = await trainAWhile(app);
  await endSilently(page);
  await expectUsable(app, step);
});

test('a run that was kept to compare with answers in the new worker as it did in the old one', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData + withoutEnd);
  await app.lookAtCurves();
  const step = await trainAWhile(app);
  await app.draw(drawings[7]!);
  await app.whenRead(); // it is the whole drawing that is answered
  await app.button('Keep this run to compare').click();
  const kept = page.getByTestId('ghost-answer');
  await expect(kept).toContainText('Kept run: ');
  const answer = await kept.innerText();
  await app.button('Rewind').click();
  await app.waitForFigure('step', (now) => now === 0);
  await endSilently(page);
  await expect(app.error).toContainText('lost');
  await app.button('Train').click();
  await app.waitForSteps(step);
  await expect(kept).toHaveText(answer);
});

test('that a worker has ended silently is noticed without a clock', async ({ app, page, sites }) => {
  await page.clock.install();
  await app.open(sites.withData);
  await page.clock.pauseAt(Date.now() + 60_000);
  await endSilently(page);
  await expect(app.error).toContainText('lost: it ended');
});

test('training that was interrupted goes on by itself, with what the last test found', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#epochs=1000`);
  await app.button('Train').click();
  await app.waitForFigure('epoch', (epoch) => epoch >= 1);
  await app.waitForFigure('test-accuracy', (accuracy) => accuracy > 0);
  await endSilently(page);
  await expect(app.error).toContainText(/A new worker continues from step \d+ and goes on training\./);
  const from = Number(/step (\d+)/.exec(await app.error.innerText())![1]);
  await app.waitForSteps(from + 1);
  await app.button('Pause').click();
  await app.button('Next mistake').click();
  await expect(page.getByTestId('verdict')).toContainText('confident');
  await expect(app.error).not.toContainText('has not been tested');
});

test('after three deaths in a row the page says so once, and starts again when it is asked to', async ({
  app,
  page,
  sites,
}) => {
  await page.clock.install();
  await app.open(sites.withData + withoutEnd);
  const step = await trainAWhile(app);
  for (const death of [1, 2]) {
    await crash(page);
    await expect(app.error, `death ${death}`).toContainText(`step ${step}`);
    await app.button('Dismiss').click();
  }
  await crash(page);
  await expect(app.error).toContainText('not running: ');
  await expect(app.button('Train')).toBeDisabled();
  await app.error.evaluate((region) => {
    const seen = { changes: 0 };
    new MutationObserver(() => ++seen.changes).observe(region, { childList: true, subtree: true, characterData: true });
    Object.assign(globalThis, { seen });
  });
  await page.clock.runFor(60_000);
  expect(await page.evaluate(() => (globalThis as unknown as { seen: { changes: number } }).seen.changes)).toBe(0);
  await app.button('Try again').click();
  await app.ready();
  expect(await app.figure('step')).toBe(step);
  await app.stepOnce();
});

test('a run whose data cannot be loaded again does not go on with others, and goes on once they can', async ({
  app,
  page,
  sites,
}) => {
  sites.mirrors[0].manner = 'good';
  await app.open(sites.bare + withoutEnd);
  const step = await trainAWhile(app);
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name!);
  });
  sites.mirrors[0].manner = 'unreachable';
  await crash(page);
  await expect(app.button('Try again')).toBeVisible();
  await expect(app.error).toContainText('not running');
  sites.mirrors[0].manner = 'good';
  await app.button('Try again').click();
  await app.ready();
  expect(await app.figure('step')).toBe(step);
  await app.stepOnce();
});

for (const [failure, fulfil] of [
  ['is not there', { status: 404, body: 'not here' }],
  ['is cut off', { status: 200, contentType: 'application/wasm', body: Buffer.from('0061736d01000000015f', 'hex') }],
  ['cannot be reached', null],
] as const) {
  test(`an engine that ${failure} is told of, and can be tried again, with the settings of the link`, async ({
    app,
    page,
    sites,
  }) => {
    await page.route(/engine-.*\.wasm$/, (route) => (fulfil === null ? route.abort() : route.fulfill(fulfil)));
    await page.goto(`${sites.withData}#model=lenet5`);
    await expect(app.error).toContainText('The engine that trains the network is not running: ');
    await expect(app.data).toHaveText('The engine could not be started.');
    await page.unroute(/engine-.*\.wasm$/);
    await app.button('Try again').click();
    await app.ready();
    await expect(page.getByTestId('model-picker')).toHaveValue('lenet5');
    await expect(app.error).toHaveText('');
    await app.stepOnce();
  });
}

test('a network that is chosen while the data are on their way is the one that learns from them', async ({
  app,
  page,
  sites,
}) => {
  sites.mirrors[0].manner = 'good';
  const release = {
    data: await holdBack(page, /t10k-labels/),
    engine: await holdBack(page, /\.deferred\.wasm$/),
  };
  const asked = page.waitForRequest(/t10k-labels.*\.gz$/);
  await page.goto(sites.bare);
  await asked;
  await page.getByTestId('model-picker').selectOption('bn-gap-12k');
  const arrived = page.waitForResponse((response) => response.url().endsWith('.gz') && response.ok());
  release.data();
  await (await arrived).finished();
  release.engine();
  await app.ready();
  await app.stepOnce();
  await expect(page.getByTestId('model-picker')).toHaveValue('bn-gap-12k');
  await expect(page.getByText('12,400 weights', { exact: true })).toBeVisible();
});

test('a worker that crashes is replaced at once', async ({ app, page, sites }) => {
  await app.open(sites.withData + withoutEnd);
  const step = await trainAWhile(app);
  await crash(page);
  await expect(app.error).toContainText('the test breaks the worker');
  await expectUsable(app, step);
});

test('a worker that dies while the data are on their way is replaced, and the data come after all', async ({
  app,
  page,
  sites,
}) => {
  sites.mirrors[0].manner = 'stalls half-way';
  sites.mirrors[1].manner = 'good';
  await page.goto(sites.bare);
  await expect(app.data).toContainText('Downloading MNIST');
  await crash(page);
  await expect(app.error).toContainText('the test breaks the worker');
  sites.mirrors[0].manner = 'missing';
  await app.ready();
  await app.stepOnce();
});

test('what was learned is what comes back: the next step after a restart is the one it would have been', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  const losses: string[] = [];
  for (let i = 0; i < 6; ++i) losses.push(await app.stepOnce());
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  for (let i = 0; i < 3; ++i) expect(await app.stepOnce()).toBe(losses[i]);
  await crash(page);
  await expect(app.error).toContainText('step 3');
  for (let i = 3; i < 6; ++i) expect(await app.stepOnce()).toBe(losses[i]);
});
