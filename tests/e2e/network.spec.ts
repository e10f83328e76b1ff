// SPDX-License-Identifier: MIT
//
// The network's picture as a person uses it: what lights up under the pointer, the scale's reach, channels that open and explain themselves
// by the very numbers of the engine, by pointer and by keyboard. On synthetic digits.

import { loadEngine } from 'tinycnn';
import { graphLayout } from '../../web/src/state/graph-layout';
import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import type { Locator, Page } from '@playwright/test';

const { zoo } = await loadEngine({ threads: 1 });

const unit = (page: Page, name: string): Locator => page.locator(`[data-unit="${name}"]`);

const number = async (page: Page, testid: string): Promise<number> =>
  Number.parseFloat((await page.getByTestId(testid).innerText()).replace('−', '-'));

const numbers = async (page: Page, testid: string): Promise<number[]> =>
  (await page.getByTestId(testid).locator('span').allInnerTexts()).map((text) => Number(text.replace('−', '-')));

/** Whether anything is drawn on the lines that lie over the network. */
const linesDrawn = (page: Page): Promise<boolean> =>
  page.locator('canvas.links.over').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value !== 0);
  });

/** What is written is rounded to five decimals. */
async function expectSumIsTheEngines(page: Page): Promise<void> {
  const [sum, engine] = [await number(page, 'detail-sum'), await number(page, 'detail-engine')];
  expect(Math.abs(sum - engine), `${sum} and ${engine}`).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(engine)));
}

test('the unit under the pointer shows its connections, and they go when it leaves', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  for (const name of ['conv1/2', 'conv2/1', 'relu2/3', 'fc2/7']) {
    await unit(page, name).hover();
    await expect.poll(() => linesDrawn(page), { message: name }).toBe(true);
    await page.mouse.move(5, 5);
    await expect.poll(() => linesDrawn(page)).toBe(false);
  }
});

test('the scale reaches as far as is chosen, and its legend says how far', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await expect(app.prediction).toHaveText(/^\d$/);
  const before = await app.pictures('conv2');
  const pick = page.getByTestId('range-picker');
  await pick.selectOption('network');
  await expect.poll(() => app.pictures('conv2')).not.toBe(before);
  await expect(page.locator('.legend figcaption')).toContainText(/−\d/);
  await pick.selectOption('unit');
  await expect(page.getByTestId('activation-conv2')).toContainText('own scales');
});

test('a convolution opens, and each of its sums is the engine’s own value', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.stepOnce();
  await unit(page, 'conv2/2').click();
  const detail = page.getByTestId('detail');
  await expect(detail).toHaveAttribute('aria-label', 'conv2, channel 3 of 4');
  const output = page.getByTestId('detail-output');
  await output.focus();
  for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowUp', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) {
    const before = await page.getByTestId('detail-sum').locator('..').innerText();
    await page.keyboard.press(key);
    await expect(page.getByTestId('detail-sum').locator('..')).not.toHaveText(before);
    await expectSumIsTheEngines(page);
  }
  const [patch, kernel, products] = await Promise.all(
    ['detail-patch', 'detail-kernel', 'detail-products'].map((id) => numbers(page, id)),
  );
  expect(patch).toHaveLength(9);
  // each number is rounded to two decimals
  products!.forEach((product, i) => {
    expect(Math.abs(product - patch![i]! * kernel![i]!)).toBeLessThan(0.03 + 0.01 * Math.abs(patch![i]!));
  });
  const sum = await number(page, 'detail-sum');
  expect(await number(page, 'detail-activation')).toBeCloseTo(Math.max(0, sum), 5);
});

test('every kind of layer opens and comes to the engine’s own value', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['tinycnn', ['input/0', 'relu1/1', 'pool/2', 'fc2/3']],
    ['bn-gap-12k', ['conv3/4', 'bn2/5', 'drop1/0', 'gap/1', 'log_softmax/6']],
    ['residual-8k', ['add/9', 'shortcut/3', 'bn3/2']],
    ['sigmoid-mlp', ['sigmoid2/4', 'fc2/1']],
  ];
  for (const [model, units] of cases) {
    if (model !== 'tinycnn') await page.getByTestId('model-picker').selectOption(model);
    await expect(unit(page, units[0]!)).toBeAttached();
    await app.stepOnce();
    for (const name of units) {
      await test.step(`${model} ${name}`, async () => {
        await unit(page, name).click();
        await expect(page.getByTestId('detail')).toBeVisible();
        await expectSumIsTheEngines(page);
        await page.keyboard.press('Escape');
        await expect(page.getByTestId('detail')).toHaveCount(0);
      });
    }
  }
  await page.getByRole('button', { name: /^shares/ }).click();
  await expectSumIsTheEngines(page);
});

test('a pooling says which input won', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await unit(page, 'pool/0').click();
  await expect(page.getByTestId('detail-winner')).toHaveText(/row \d+, column \d+ of relu2/);
  const patch = await numbers(page, 'detail-patch');
  expect(Math.max(...patch)).toBeCloseTo(await number(page, 'detail-sum'), 1);
});

test('Escape and a click outside go back one level at a time', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await unit(page, 'conv1/0').click();
  const output = page.getByTestId('detail-output');
  await output.click();
  await expect(page.getByText('This cell is selected.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('This cell is selected.')).toHaveCount(0);
  await expect(page.getByTestId('detail')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('detail')).toHaveCount(0);
  await expect(unit(page, 'conv1/0')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('detail')).toBeVisible();
  await page.getByRole('heading', { name: 'Draw', exact: true }).click();
  await expect(page.getByTestId('detail')).toHaveCount(0);
});

test('arrow keys lead from channel to channel, and along the units of a strip', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await unit(page, 'conv2/0').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(unit(page, 'conv2/2')).toBeFocused();
  const strip = page.getByRole('group', { name: 'Units of fc1' });
  await strip.getByRole('button').focus();
  await page.keyboard.press('ArrowDown');
  await expect(strip.getByRole('button', { name: 'fc1, unit 2 of 32' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('detail')).toHaveAttribute('aria-label', 'fc1, unit 2 of 32');
  await expectSumIsTheEngines(page);
  await page.keyboard.press('Escape');
  await expect(strip.getByRole('button', { name: 'fc1, unit 2 of 32' })).toBeFocused();
});

test('a convolution can be played cell by cell, paused, and stepped', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await unit(page, 'conv1/1').click();
  const place = page.getByTestId('detail-sum').locator('..');
  await app.button('Next cell').click();
  await expect(place).toContainText('row 1, column 1');
  await app.button('Next cell').click();
  await expect(place).toContainText('row 1, column 2');
  await app.button('Play cell by cell').click();
  await expect(place).not.toContainText('row 1, column 2');
  await app.button('Pause the window').click();
  const held = await place.innerText();
  await app.button('Next cell').click();
  await expect(place).not.toHaveText(held);
});

test('an opened channel follows the network while it learns', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await unit(page, 'conv2/0').click();
  await expect(page.getByTestId('detail-kernel')).toBeVisible();
  const before = await page.getByTestId('detail-engine').innerText();
  await app.stepOnce();
  await expect(page.getByTestId('detail-engine')).not.toHaveText(before);
  await expectSumIsTheEngines(page);
});

test('while it trains, a pointer move over an opened channel is answered before the next frame', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await unit(page, 'conv2/2').click();
  await expect(page.getByTestId('detail-output')).toBeVisible();
  await app.trainWithoutEnd();
  const moveCount = 30;
  const late = await page.evaluate(async (moves) => {
    const output = document.querySelector('[data-testid="detail-output"]')!;
    const place = document.querySelector('[data-testid="detail-sum"]')!.parentElement!;
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const late: string[] = [];
    for (let i = 0; i < moves; ++i) {
      const [row, column] = [(7 * i) % 24, (5 * i) % 24];
      await frame();
      const { left, top, width, height } = output.getBoundingClientRect();
      const clientX = left + ((column + 0.5) * width) / 24;
      const clientY = top + ((row + 0.5) * height) / 24;
      output.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY, bubbles: true }));
      await frame();
      const asked = `row ${row + 1}, column ${column + 1}`;
      if (!place.textContent.includes(asked)) late.push(`${asked}: ${place.textContent}`);
    }
    return late;
  }, moveCount);
  await expect(app.button('Pause')).toBeVisible();
  expect(late).toEqual([]);
});

test('backwards, it says which gradient reached the cell and what becomes of the kernel', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.stepOnce();
  await unit(page, 'conv2/1').click();
  await app.button('Backpropagation: how this digit changes the weights').click();
  await expect(page.getByText(/With the label \d, the loss is \d/)).toBeVisible();
  await expect(page.getByTestId('detail-cell-gradient')).toBeVisible();
  await expect(page.getByTestId('detail-kernel-gradient').locator('span')).toHaveCount(9);
});

test('all 256 channels are shown when they are asked for', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByTestId('model-picker').selectOption('wide-593k');
  const layer = page.getByTestId('activation-conv4');
  await expect(layer.locator('.unit')).toHaveCount(32);
  await layer.getByRole('button', { name: /^all 256/ }).click();
  await expect(layer.locator('.unit')).toHaveCount(256);
  await unit(page, 'conv4/255').click();
  await expectSumIsTheEngines(page);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in opened channels in the ${colorScheme} theme`, async ({ app, page, sites }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await app.open(sites.withData);
    for (const name of ['conv2/2', 'pool/0', 'fc2/4', 'fc1/all']) {
      await unit(page, name).click();
      await expect(page.getByTestId('detail-sum')).toBeVisible();
      expect(await axeViolations(page), name).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });
}

for (const width of [360, 768, 1280]) {
  test(`opened channels fit a window of ${width} px`, async ({ app, page, sites }) => {
    await page.setViewportSize({ width, height: 800 });
    await app.open(sites.withData);
    for (const name of ['conv2/2', 'pool/0', 'fc1/all']) {
      await unit(page, name).click();
      await expect(page.getByTestId('detail-sum')).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
      await page.keyboard.press('Escape');
    }
  });
}

test('branches stand in rows of their own, each layer right of all that it reads', () => {
  for (const { id, spec } of zoo) {
    const nodes = [
      { name: 'input', from: [] as string[] },
      ...spec.layers.map(({ name, from }, i) => ({ name, from: from ?? [spec.layers[i - 1]?.name ?? 'input'] })),
    ];
    const { places, rows } = graphLayout(nodes);
    expect(rows, id).toBe(id === 'residual-8k' ? 2 : 1);
    expect(new Set([...places.values()].map(({ column, row }) => `${column}/${row}`)).size, id).toBe(nodes.length);
    for (const { name, from } of nodes) {
      for (const each of from) expect(places.get(each)!.column).toBeLessThan(places.get(name)!.column);
    }
  }
});
