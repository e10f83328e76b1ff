// SPDX-License-Identifier: MIT
//
// What the page says about itself and lets others see: the view in its address, the augmentation before it is learned from, and the number
// of threads. On synthetic digits.

import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import { TinyCnnPage } from './support/page';
import { drawings } from './support/page';
import { offeredThreads, threadsIn } from '../../web/src/state/threads-choice';
import { fitted, fromViewHash, firstView, toViewHash } from '../../web/src/state/view-link';
import type { Page } from '@playwright/test';
import type { ViewLink } from '../../web/src/state/view-link';

const view: ViewLink = {
  range: 'unit',
  opened: { layer: 'conv.2', index: 2 },
  backwards: true,
  unfolded: ['conv1', 'bn 2'],
  smoothing: 'strong',
  logarithmic: true,
  examples: { label: 4, predicted: 9 },
  digit: 17,
  panels: ['settings', 'data'],
  inside: { weights: 'conv1', class: '3', patch: '7' },
  stop: { at: 'accuracy', percent: 98.5 },
};

const there = {
  layers: [
    { name: 'conv1', shape: [4, 24, 24] },
    { name: 'fc', shape: [10] },
  ] as never,
  classes: 10,
  testCount: 500,
};

test.describe('a view in a link', () => {
  test('comes back as it was sent, and says nothing where it is the first one', () => {
    expect(fromViewHash(`#model=lenet5&${toViewHash(view)}`)).toEqual(view);
    expect(toViewHash(firstView)).toBe('');
    expect(fromViewHash('#model=lenet5')).toEqual(firstView);
  });

  test('is ignored piece by piece where it makes no sense', () => {
    const odd =
      '#scale=huge&open=conv1.0&backwards=yes&smoothing=constructor&loss=2&taken=4&digit=-3&panel=kitchen&panel=data&stop=epoch-1.5';
    expect(fromViewHash(odd)).toEqual({ ...firstView, panels: ['data'] });
    for (const stop of ['end', 'epoch', 'epoch-0', 'accuracy-101', 'constructor-1', 'time--1']) {
      expect(fromViewHash(`#stop=${stop}`), stop).toEqual(firstView);
    }
    for (const open of ['', 'conv1', '.3', 'conv1.x', 'conv1.-1', 'conv1.1e3']) {
      expect(fromViewHash(`#open=${open}&loss=log`), open).toEqual({ ...firstView, logarithmic: true });
    }
  });

  test('loses what is not there: layers, channels, classes, images', () => {
    const { opened, backwards, unfolded, examples, digit, ...rest } = fitted(view, there);
    expect({ opened, backwards, unfolded, examples, digit }).toEqual({
      ...{ opened: null, backwards: false, unfolded: ['conv1'] },
      ...{ examples: { label: 4, predicted: 9 }, digit: 17 },
    });
    expect(rest).toMatchObject({ range: 'unit', logarithmic: true });
    const opens = (layer: string, index: number) =>
      fitted({ ...view, opened: { layer, index } }, there).opened !== null;
    expect([opens('conv1', 3), opens('fc', 9), opens('softmax', 9), opens('input', 0)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([opens('conv1', 4), opens('fc', 10), opens('softmax', 10), opens('input', 1)]).toEqual(Array(4).fill(false));
    expect(fitted({ ...view, examples: { label: 10, predicted: 1 }, digit: 500 }, there)).toMatchObject({
      ...{ examples: 'mistakes', digit: 0 },
    });
    expect(rest.inside).toEqual({ weights: 'conv1', class: '3', patch: '7' });
    for (const [name, value] of Object.entries({ weights: 'conv9', class: '10', patch: '4' })) {
      const { [name as 'patch']: left, ...others } = fitted(
        { ...view, inside: { ...view.inside, [name]: value } },
        there,
      ).inside;
      expect([left, Object.keys(others).length], name).toEqual([undefined, 2]);
    }
  });
});

test('a number of threads is offered up to the cores, and what is typed is one or none', () => {
  expect(offeredThreads(1)).toEqual(['auto', 1]);
  expect(offeredThreads(2)).toEqual(['auto', 1, 2]);
  expect(offeredThreads(12)).toEqual(['auto', 1, 2, 4, 8, 12]);
  expect(offeredThreads(500).at(-1)).toBe(64);
  expect([' Auto', '3', '64'].map(threadsIn)).toEqual(['auto', 3, 64]);
  expect(['', '0', '65', '2.5', '-1', '1e1', 'many'].map(threadsIn)).toEqual(Array(7).fill(null));
});

/** What is seen at once of what a link can bring. */
async function seen(page: Page) {
  return {
    title: await page.getByTestId('detail').getAttribute('aria-label'),
    gradient: await page.getByTestId('detail-kernel-gradient').isVisible(),
    scale: await page.getByTestId('range-picker').inputValue(),
    digit: await page.locator('.prepared p').innerText(),
    settings: await page.getByLabel('Learning rate', { exact: true }).isVisible(),
    mistakes: await page.locator('#mistakes-heading').innerText(),
  };
}

test('a link opened elsewhere shows the same', async ({ app, page, browser, sites }) => {
  await app.open(sites.withData);
  await expect(page).toHaveURL(/\/$/);
  await app.lookAtCurves();
  await page.getByRole('button', { name: 'Log scale' }).click();
  await page.getByLabel('Smoothing').selectOption('none');
  await app.lookAtMistakes();
  await app.trainEpochs(1);
  await page.getByTestId('range-picker').selectOption('network');
  await page.locator('[data-unit="conv2/2"]').click();
  await page.getByRole('button', { name: /^Backpropagation/ }).click();
  await app.button('Next test digit').click();
  await app.button('Next test digit').click();
  await app.openSettings();
  await page.locator('[data-cell="3-3"]').click();
  await expect(page.locator('#mistakes-heading')).toHaveText('3, classified correctly');
  await expect(page.getByTestId('detail-kernel-gradient')).toBeVisible();
  await expect(page.getByLabel('Learning rate', { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/loss=log.*digit=2&panel=settings&panel=mistakes$/);
  await expect(page.locator('.prepared p')).toContainText('Test digit 2');
  const sent = await seen(page);
  expect(sent).toMatchObject({ title: 'conv2, channel 3 of 4', gradient: true, scale: 'network' });

  const elsewhere = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await elsewhere.goto(page.url());
  await expect(elsewhere.getByTestId('detail-kernel-gradient')).toBeVisible();
  await expect(elsewhere.getByLabel('Learning rate', { exact: true })).toBeVisible();
  await elsewhere.locator('#tabs').scrollIntoViewIfNeeded(); // now that the opened channel has moved them down
  await expect(elsewhere.locator('#mistakes-heading')).toBeVisible();
  await expect.poll(() => seen(elsewhere)).toEqual(sent);
  expect(elsewhere.url()).toBe(page.url());
  const there = new TinyCnnPage(elsewhere);
  await there.closeSettings();
  await there.lookAtCurves();
  await expect(elsewhere.getByRole('button', { name: 'Log scale' })).toHaveAttribute('aria-pressed', 'true');
  await expect(elsewhere.getByLabel('Smoothing')).toHaveValue('none');
  await elsewhere.context().close();
});

test('a link put into the address of the open page is followed, the name of a place is not one', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#seed=3`);
  await page.evaluate(() => (location.hash = '#model=lenet5&loss=log&digit=4&open=nowhere.1'));
  await expect(page.getByTestId('model-picker')).toHaveValue('lenet5');
  await app.lookAtCurves();
  await expect(page.getByRole('button', { name: 'Log scale' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.prepared p')).toContainText('Test digit 4,');
  expect(await app.text('seed')).toBe('1');
  await expect(page).toHaveURL(/#model=lenet5&loss=log&digit=4$/);
  await page.evaluate(() => (location.hash = '#network-heading'));
  await expect(page).toHaveURL(/#model=lenet5&loss=log&digit=4$/);
  await expect(page.getByTestId('model-picker')).toHaveValue('lenet5');
});

test('pointing at units leaves the address alone, and a drawing takes the test digit out of it', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#digit=5`);
  await page.locator('[data-unit="conv1/1"]').hover();
  await expect(page).toHaveURL(/#digit=5$/);
  await expect(page.locator('.prepared p')).toContainText('Test digit 5,'); // which would take the drawing's place
  await app.draw(drawings[3]!);
  await expect(page).not.toHaveURL(/digit/);
});

const previews = (page: Page): Promise<string[]> =>
  page
    .getByTestId('augmentation-preview')
    .locator('canvas')
    .evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));

/** Whether all of them are painted, which they are a moment after they have come into the page. */
const arePainted = (page: Page): Promise<boolean> =>
  page
    .getByTestId('augmentation-preview')
    .locator('canvas')
    .evaluateAll((all) =>
      all.every((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
        return new Set(new Uint32Array(data.buffer)).size > 1;
      }),
    );

test('the augmentation is shown on a training image as soon as it is chosen', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.openSettings();
  await page.getByLabel('Data augmentation', { exact: true }).selectOption('none');
  await expect(page.getByText(/without augmentation it is the same in every epoch/)).toBeVisible();
  await expect.poll(async () => new Set(await previews(page)).size === 1 && (await arePainted(page))).toBe(true);
  const [original] = await previews(page);
  await page.getByLabel('Data augmentation', { exact: true }).selectOption('slight');
  await expect.poll(async () => new Set(await previews(page)).size).toBe(9);
  const slight = await previews(page);
  expect(slight[0]).toBe(original);
  await page.getByLabel('Data augmentation', { exact: true }).selectOption('strong');
  await expect.poll(() => previews(page)).not.toEqual(slight);
  await app.button('Another digit').click();
  await expect.poll(async () => (await previews(page))[0]).not.toBe(original);
});

async function useThreads(page: Page, count: string): Promise<void> {
  const field = page.getByLabel('Threads', { exact: true });
  await field.fill(count);
  await field.press('Enter');
}

async function losses(app: TinyCnnPage, count: number): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < count; ++i) all.push(await app.stepOnce());
  return all;
}

test('other threads go on from the same step to the same losses, and nothing is lost', async ({ app, page, sites }) => {
  const done = page.getByText('done', { exact: true });
  await app.open(`${sites.threaded}#epochs=1&panel=settings`);
  const now = page.getByTestId('threads-now');
  await expect(now).toContainText('Up to 2 threads (the browser reports 3 cores)');
  await app.button('Train').click();
  await expect(done).toBeVisible();
  const step = await app.figure('step');
  const accuracy = await app.text('test-accuracy');
  const expected = await losses(app, 3);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (now) => now === 0); // until then the page shows the figures of the run before
  await app.button('Train').click();
  await expect(done).toBeVisible();
  await expect.poll(() => app.text('test-accuracy')).toBe(accuracy);

  await useThreads(page, '3');
  await expect(now).toContainText('3 threads are training now');
  expect(await app.figure('step')).toBe(step);
  expect(await app.text('test-accuracy')).toBe(accuracy);
  await app.lookAtMistakes();
  await page.locator('[data-cell="3-3"]').click();
  await expect(page.getByTestId('examples').getByRole('button').first()).toBeVisible();
  expect(await losses(app, 2)).toEqual(expected.slice(0, 2));
  await useThreads(page, '1');
  await expect(now).toContainText('1 thread is training now');
  expect(await losses(app, 1)).toEqual(expected.slice(2));
  await expect(page.locator('.prepared p')).toContainText('Test digit 0');
  await expect(app.error).toHaveText('');
  await useThreads(page, 'a few');
  await expect(page.getByLabel('Threads', { exact: true })).toHaveValue('1');
});

test('a training run goes on with other threads', async ({ app, page, sites }) => {
  await app.open(sites.threaded);
  await app.openSettings();
  await app.trainWithoutEnd();
  const before = await app.figure('step');
  await useThreads(page, '1');
  await expect(page.getByTestId('threads-now')).toContainText('1 thread is training now');
  await app.waitForSteps(before + 100);
  await expect(app.button('Pause')).toBeVisible();
});

test('without isolation from other origins the settings say why there is one thread', async ({ app, page, sites }) => {
  await app.open(sites.notIsolated);
  await app.openSettings();
  await expect(page.getByTestId('threads-now')).toContainText('Only 1 thread: the server does not send the headers');
  await expect(page.getByLabel('Threads', { exact: true })).toBeDisabled();
  await expect(page.getByLabel('Threads', { exact: true })).toHaveValue('1');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the open settings in the ${colorScheme} theme`, async ({ app, page, sites }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 800 });
    await app.open(`${sites.withData}#panel=settings`);
    await expect(page.getByTestId('augmentation-preview')).toBeVisible();
    expect(await axeViolations(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
}
