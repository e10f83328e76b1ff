// SPDX-License-Identifier: MIT
//
// The run outlasts the page: it is saved as it goes, comes back after a reload, a crash or another day, and goes on bit for bit. Where the
// browser keeps nothing the page says so once, and training goes on.

import { drawings, TinyCnnPage } from './support/page';
import { hashAt, keptRun, keptText, news, note, savedAt, stepIn, trainTo } from './support/kept';
import { folders, zipped } from './support/own-data';
import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';

const last = 300;

/** Trains a little, rests, and gives the step once that is saved. */
async function trainAWhile(app: TinyCnnPage, least = 100): Promise<number> {
  await app.trainWithoutEnd(); // or it may have ended before Pause is pressed
  await app.waitForSteps(least);
  await app.button('Pause').click();
  await expect(app.button('Train')).toBeVisible();
  const step = await app.figure('step');
  await savedAt(app, step);
  return step;
}

/** Once nothing of this tab's run, which rests, is still to be saved: the hash of its weights is up to three seconds later. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByTestId('weights-hash')).toHaveText(/^[0-9a-f]{16}$/);
  const hash = await page.getByTestId('weights-hash').innerText();
  await expect.poll(() => keptRun(page)).toMatchObject({ isTraining: false, hash });
}

/** Waits until so many runs are open in a tab: one that is closed lets go of its run a moment later. */
const whenOpen = (page: Page, count: number): Promise<void> =>
  expect
    .poll(() =>
      page.evaluate(async () => {
        const { held = [] } = await navigator.locks.query();
        return held.filter(({ name }) => name?.startsWith('tinycnn-run-')).length;
      }),
    )
    .toBe(count);

async function reopened(app: TinyCnnPage, page: Page): Promise<void> {
  await page.reload();
  await app.ready();
}

/** Steps that are made one after another; each is saved once it is made. */
async function steps(app: TinyCnnPage, count: number): Promise<void> {
  for (let i = 0; i < count; ++i) await app.stepOnce();
}

test('after a reload the run is back where it was, says so, and ends with the weights of an undisturbed one', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#seed=4`);
  const undisturbed = await trainTo(app, last);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  await steps(app, 2);
  await savedAt(app, 2);
  await app.draw(drawings[3]!);
  await expect(app.prediction).toHaveText(/^\d$/);
  await reopened(app, page);
  expect(await app.figure('step')).toBe(2);
  await expect(note(page)).toHaveText(/^Back at step 2, where you left off\. Press Train to go on, Rewind to start/);
  await expect(page.getByTestId('seed')).toHaveText('4');
  expect(await trainTo(app, last)).toBe(undisturbed);
});

test('in the middle of training a reload goes on training, from no earlier than what was saved', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#seed=4&epochs=1000`);
  await app.trainWithoutEnd();
  await expect(keptText(page)).toHaveText(/^Saved up to step/);
  const saved = stepIn(await keptText(page).innerText());
  await page.reload();
  await expect(note(page)).toHaveText(/^Back at step [\d,]+, where you left off\. Training goes on\.$/);
  expect(stepIn(await note(page).innerText())).toBeGreaterThanOrEqual(saved);
  await app.waitForSteps(saved + 1);
  await app.button('Pause').click();
  await expect(app.button('Train')).toBeVisible();
  const step = await app.figure('step');
  const hash = await hashAt(app, step);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (now) => now === 0);
  expect(await trainTo(app, step)).toBe(hash);
});

test('curves, tests, settings and the rule when to stop come back with the run', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByTestId('model-picker').selectOption('sigmoid-mlp');
  await app.stopAt('epoch', 2);
  await app.button('Train').click();
  await expect(note(page)).toHaveText(/^Stopped after epoch 2/);
  const step = await app.figure('step');
  await savedAt(app, step);
  const accuracy = await app.text('test-accuracy');
  const loss = await app.text('train-loss');
  const curve = await page.getByTestId('live-curve').getAttribute('aria-label');
  await settled(page);
  await page.goto(sites.withData);
  await app.ready();
  await expect(note(page)).toHaveText(/^Back at step/);
  await expect(page.getByTestId('model-picker')).toHaveValue('sigmoid-mlp');
  await expect(page).toHaveURL(/model=sigmoid-mlp/);
  await expect(page).toHaveURL(/stop=epoch-2/);
  expect(await app.text('test-accuracy')).toBe(accuracy);
  expect(await app.text('train-loss')).toBe(loss);
  await expect(page.getByTestId('live-curve')).toHaveAccessibleName(curve!);
  await app.button('Next mistake').click();
  await expect(page.getByTestId('verdict')).toContainText('but the label is');
});

test('a learning rate that was changed on the way is the one with which it goes on', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.openSettings();
  const rate = page.getByLabel('Learning rate', { exact: true });
  await steps(app, 2);
  await rate.fill('0.02');
  await rate.press('Enter');
  await expect(page).toHaveURL(/learningRate=0\.02/);
  const hash = await trainTo(app, 60);
  await app.button('Rewind').click();
  await page.getByLabel('Learning rate', { exact: true }).fill('0.005');
  await page.getByLabel('Learning rate', { exact: true }).press('Enter');
  await expect(page).toHaveURL(/learningRate=0\.005/);
  const other = await trainTo(app, 60);
  expect(other).not.toBe(hash);
});

test('an address that names other settings wins, and the kept run is still there', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#seed=4`);
  const step = await trainAWhile(app);
  const other = await page.context().newPage();
  await page.close();
  const app2 = new TinyCnnPage(other);
  await app2.open(`${sites.withData}#seed=9`);
  expect(await app2.text('step')).toBe('0');
  await expect(other.getByTestId('seed')).toHaveText('9');
  await expect(news(other)).toHaveText(/^An earlier run is kept: TinyCNN, step/);
  await app2.button('Go on with it').click();
  await expect(other.getByTestId('seed')).toHaveText('4');
  await app2.waitForFigure('step', (now) => now === step);
  await app2.stepOnce();
});

test('Rewind starts afresh, also after a reload', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await trainAWhile(app);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  await reopened(app, page);
  expect(await app.text('step')).toBe('0');
  await app.stepOnce();
});

test('a second tab has a run of its own, and neither overwrites the other’s', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#seed=4`);
  const step = await trainAWhile(app);
  const other = await page.context().newPage();
  const app2 = new TinyCnnPage(other);
  await app2.open(`${sites.withData}#seed=4`);
  expect(await app2.text('step')).toBe('0');
  const step2 = await trainAWhile(app2, 20);
  await reopened(app, page);
  expect(await app.figure('step')).toBe(step);
  await reopened(app2, other);
  expect(await app2.figure('step')).toBe(step2);
  await app.openTab('Runs');
  const list = page.getByTestId('run-list');
  await expect(list.getByText('this run')).toHaveCount(1);
  await expect(list.getByText('open in another tab')).toHaveCount(1);
  await other.close();
  await whenOpen(page, 1);
  await app.openTab('Curves');
  await app.openTab('Runs');
  await expect(list.getByTestId('run-name')).toHaveCount(2);
  await expect(list.getByText('open in another tab')).toHaveCount(0);
});

test('a tab whose page is older than another tab’s saves no more and says so', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await trainAWhile(app);
  const answer = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const channel = new BroadcastChannel('tinycnn-runs');
        channel.onmessage = ({ data }: MessageEvent<{ schema: number }>) => {
          resolve(data.schema);
        };
        channel.postMessage({ schema: 0, asks: true });
      }),
  );
  const schema = await answer;
  expect(schema).toBeGreaterThan(0);
  await page.evaluate((newer) => {
    new BroadcastChannel('tinycnn-runs').postMessage({ schema: newer, asks: true });
  }, schema + 1);
  await expect(news(page)).toHaveText(/A newer version of this page is open in another tab\. Reload this tab/);
  await app.stepOnce();
});

for (const [what, site] of [
  ['that stores nothing', 'withoutStorage'],
  ['whose storage is full', 'fullStorage'],
] as const) {
  test(`in a browser ${what} training goes on, and that nothing is kept is said`, async ({ app, page, sites }) => {
    await app.open(sites[site]);
    await app.stepOnce();
    await expect(news(page)).toHaveText(/^Not kept: The browser.+\. Training goes on\.$/);
    await expect(app.error).toHaveText('');
    await app.stepOnce();
    await reopened(app, page);
    expect(await app.text('step')).toBe('0');
  });
}

test('a run that rests is saved once the browser has room again', async ({ app, page, sites }) => {
  await page.clock.install();
  await page.addInitScript(() => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on the store
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    addEventListener('room', () => (IDBObjectStore.prototype.put = put));
  });
  await app.open(sites.withData);
  await app.stepOnce();
  await expect(news(page)).toHaveText(/^Not kept: .+full\. Training goes on\.$/);
  await expect(page.getByTestId('weights-hash')).toHaveText(/^[0-9a-f]{16}$/);
  await page.evaluate(() => dispatchEvent(new Event('room')));
  await page.clock.fastForward(2 * 60_000);
  await savedAt(app, 1);
});

test('data of the visitor’s own come back where that is wanted, and the run with them', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.dropFiles([zipped(folders())]);
  await expect(app.data).toContainText('things: 30 training images');
  await steps(app, 3);
  await savedAt(app, 3);
  await page.goto(sites.withData);
  await app.ready();
  await expect(news(page)).toContainText('To go on with it, choose its files again.');
  expect(await app.text('step')).toBe('0');
  await app.dropFiles([zipped(folders())]);
  await expect(app.data).toContainText('things: 30 training images');
  await app.button('Go on with it').click();
  await app.waitForFigure('step', (step) => step === 3);
  await app.openSettings();
  await app.button('Keep my files too').click();
  await expect(page.getByRole('list', { name: 'Runs and data' })).toContainText('Your files: things');
  await page.goto(sites.withData);
  await app.ready();
  await expect(app.data).toContainText('things: 30 training images');
  expect(await app.figure('step')).toBe(3);
  await app.stepOnce();
});

test('what is kept is listed with its size, and deleted', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await trainAWhile(app);
  await app.openSettings();
  const kept = page.getByRole('region', { name: 'Kept in this browser' });
  await expect(kept).toContainText(/1 run \d\.\d MB/);
  await expect(kept).toContainText(/\d\.\d MB in all/);
  await kept.getByRole('button', { name: 'Delete all of it' }).click();
  await kept.getByRole('button', { name: 'Press again to delete all of it' }).click();
  await expect(kept).toContainText('Nothing yet.');
  await app.stepOnce();
  await reopened(app, page);
  expect(await app.text('step')).toBe('0');
});

test('the newest run is the one that was saved last, though the clock was set back by a day meanwhile', async ({
  app,
  page,
  sites,
}) => {
  const day = 24 * 60 * 60 * 1000;
  await app.open(`${sites.withData}#seed=4`);
  await trainAWhile(app);
  const other = await page.context().newPage();
  await page.close();
  await other.addInitScript((milliseconds) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - milliseconds;
  }, day);
  const app2 = new TinyCnnPage(other);
  await app2.open(`${sites.withData}#seed=9`);
  const step = await trainAWhile(app2);
  const third = await page.context().newPage();
  await third.goto(new URL('icon.svg', sites.withData).href);
  await other.close();
  await whenOpen(third, 0);
  const app3 = new TinyCnnPage(third);
  await app3.open(sites.withData);
  await expect(third.getByTestId('seed')).toHaveText('9');
  expect(await app3.figure('step')).toBe(step);
});

test('a run that a newer page has kept is left alone', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await trainAWhile(app);
  // once the page that has the run is gone, and with it what it still had to save
  const other = await page.context().newPage();
  await other.goto(new URL('icon.svg', sites.withData).href);
  await page.close();
  const changed = await other.evaluate(
    () =>
      new Promise<number>((resolve) => {
        indexedDB.open('tinycnn-runs').onsuccess = ({ target }) => {
          const store = (target as IDBOpenDBRequest).result.transaction('runs', 'readwrite').objectStore('runs');
          let count = 0;
          store.openCursor().onsuccess = ({ target: request }) => {
            const cursor = (request as IDBRequest<IDBCursorWithValue | null>).result;
            if (cursor === null) {
              resolve(count);
              return;
            }
            if ((cursor.key as string).startsWith('run/')) {
              ++count;
              cursor.update({ schema: 99 });
            }
            cursor.continue();
          };
        };
      }),
  );
  expect(changed).toBe(1);
  const app2 = new TinyCnnPage(other);
  await app2.open(sites.withData);
  expect(await app2.text('step')).toBe('0');
  await expect(news(other)).toHaveText(/^A run is kept that a newer version of this page has saved\. Reload the page/);
  await app2.stepOnce();
  const left = await other.evaluate(
    () =>
      new Promise<unknown>((resolve) => {
        indexedDB.open('tinycnn-runs').onsuccess = ({ target }) => {
          const store = (target as IDBOpenDBRequest).result.transaction('runs').objectStore('runs');
          store.getAll().onsuccess = ({ target: request }) => {
            const all = (request as IDBRequest<{ schema?: number }[]>).result;
            resolve(all.filter(({ schema }) => schema === 99).length);
          };
        };
      }),
  );
  expect(left).toBe(1);
});

test('what the browser has deleted is missed once, and the page begins afresh', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await trainAWhile(app);
  await settled(page); // what is saved after the deletion would come back
  const session = await page.context().newCDPSession(page);
  const origin = new URL(sites.withData).origin;
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
  await reopened(app, page);
  expect(await app.text('step')).toBe('0');
  await expect(news(page)).toHaveText('The browser has deleted what it kept of your run.');
  await steps(app, 1);
  await savedAt(app, 1);
});

test('with no room, or room for no more than 1 MB, training goes on, and is saved once there is room', async ({
  app,
  page,
  sites,
}) => {
  const session = await page.context().newCDPSession(page);
  const origin = new URL(sites.withData).origin;
  // Chromium remembers for half a minute that there was room, so that there can only be more of it in the course of a test.
  const allow = (quotaSize: number) => session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  await allow(1000);
  await app.open(`${sites.withData}#seed=4`);
  const undisturbed = await trainTo(app, last);
  await expect(news(page)).toHaveText('Not kept: The browser’s storage is full. Training goes on.');
  await expect(app.error).toHaveText('');
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  // only then is it said how much room there is: that run must not take it
  await app.openTab('Runs');
  await expect(page.getByTestId('run-list')).toContainText('not stored');
  await app.openTab('Inside the network');
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage!);
  await allow(used + 1_000_000); // what was refused, too, is used until Chromium clears it away
  await trainTo(app, 100);
  await savedAt(app, 100);
  await allow(1_000_000_000);
  expect(await trainTo(app, last)).toBe(undisturbed);
  await savedAt(app, last);
  await settled(page);
  await reopened(app, page);
  expect(await app.figure('step')).toBe(last);
});
