// SPDX-License-Identifier: MIT
//
// The pad: strokes can be taken back, brought back, shown again and explained; what a visitor keeps is learned, exported and imported.

import { readFileSync } from 'node:fs';
import { drawings, TinyCnnPage } from './support/page';
import { axeViolations } from './support/axe';
import { testCount } from './support/sites';
import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';

test.beforeEach(async ({ app, sites }) => {
  await app.open(sites.withData);
  await clear(app);
});

/** Empties the pad, once the first test digit is there, which comes a moment after the data. */
async function clear(app: TinyCnnPage): Promise<void> {
  await expect(app.prediction).toHaveText(/^\d$/);
  await app.button('Clear').click();
}

/** Draws, and waits until the network has classified the whole drawing. */
async function drawAndRead(app: TinyCnnPage, strokes: (typeof drawings)[string]): Promise<void> {
  await app.draw(strokes);
  await app.whenRead();
}

/** How many of the pad's pixels have ink, and how many there are. */
const inkOf = (page: Page): Promise<{ inked: number; side: number }> =>
  page.getByLabel('Draw a digit', { exact: true }).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    for (let i = 3; i < data.length; i += 4) inked += data[i]! > 127 ? 1 : 0;
    return { inked, side: canvas.width };
  });

const twoStrokes = drawings[4]!;

test('strokes are undone and redone one by one, by button and by keyboard, and the network reads what is left', async ({
  app,
  page,
}) => {
  await drawAndRead(app, twoStrokes);
  const whole = (await inkOf(page)).inked;
  const pictures = await app.pictures('input');
  await app.button('Undo').click();
  const half = (await inkOf(page)).inked;
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(whole);
  await expect.poll(() => app.pictures('input')).not.toBe(pictures);
  await page.keyboard.press('Control+z');
  expect((await inkOf(page)).inked).toBe(0);
  await expect(app.prediction).toHaveText('');
  await expect(app.button('Undo')).toBeDisabled();
  await page.keyboard.press('Control+Shift+z');
  expect((await inkOf(page)).inked).toBe(half);
  await app.button('Redo').click();
  expect((await inkOf(page)).inked).toBe(whole);
  await expect.poll(() => app.pictures('input')).toBe(pictures);
  await expect(app.button('Redo')).toBeDisabled();
});

test('it is drawn on by keyboard: the pen is moved, put down and lifted, and is gone with the focus', async ({
  app,
  page,
}) => {
  const pad = page.getByLabel('Draw a digit', { exact: true });
  const press = async (key: string, times: number): Promise<void> => {
    for (let i = 0; i < times; ++i) await page.keyboard.press(key);
  };
  await app.button('Your digits').focus();
  while (!(await pad.evaluate((element) => element === document.activeElement))) await page.keyboard.press('Tab');
  await expect(page.locator('.pen-tip')).toBeVisible();
  await expect(pad).toHaveAccessibleDescription('Arrow keys move the pen, with Shift by less; Space puts it down.');
  await press('ArrowUp', 3);
  expect((await inkOf(page)).inked).toBe(0);
  await page.keyboard.press(' ');
  await expect(pad).toHaveAccessibleDescription('Arrow keys draw; Space lifts the pen.');
  expect(await axeViolations(page)).toEqual([]);
  await press('ArrowDown', 18);
  await page.keyboard.press(' ');
  const { inked, side } = await inkOf(page);
  expect(inked).toBeGreaterThan((180 / 280) * side * 10);
  await expect(app.prediction).toHaveText(/^\d$/);
  await press('ArrowRight', 8);
  expect((await inkOf(page)).inked).toBe(inked);
  await page.keyboard.press('Enter');
  await press('Shift+ArrowLeft', 5);
  expect((await inkOf(page)).inked).toBeGreaterThan(inked);
  await page.keyboard.press('Control+z');
  expect((await inkOf(page)).inked).toBe(inked);
  await expect(pad).toHaveAccessibleDescription(/puts it down\.$/);
  await press('ArrowUp', 5);
  expect((await inkOf(page)).inked, 'what was undone is not drawn on').toBe(inked);
  await page.keyboard.press('Tab');
  await expect(page.locator('.pen-tip')).toHaveCount(0);
});

test('Clear can be taken back', async ({ app, page }) => {
  await app.draw(twoStrokes);
  const { inked } = await inkOf(page);
  await app.button('Clear').click();
  expect((await inkOf(page)).inked).toBe(0);
  await app.button('Undo').click();
  expect((await inkOf(page)).inked).toBe(inked);
  await expect(app.prediction).toHaveText(/^\d$/);
});

test('a wider pen inks more of the pad, and the network gets the same pixels', async ({ app, page }) => {
  await drawAndRead(app, twoStrokes);
  const before = (await inkOf(page)).inked;
  const pictures = await app.pictures('input');
  await app.openSettings();
  await page.getByLabel('Pen width').fill('36');
  await expect.poll(async () => (await inkOf(page)).inked).toBeGreaterThan(1.3 * before);
  expect(await app.pictures('input')).toBe(pictures);
});

test('each step from strokes to 28x28 pixels is shown when it is asked for', async ({ app, page }) => {
  await app.draw(twoStrokes);
  const steps = page.locator('.preparation li');
  await expect(steps.first()).toBeHidden();
  await page.getByText('How it becomes 28×28 pixels').click();
  await expect(steps).toHaveCount(4);
  await expect(steps.nth(3)).toContainText(/\d from the left and \d from the top/);
  // they are painted after they have come into the page
  const blank = () =>
    steps.locator('canvas').evaluateAll(
      (all) =>
        all.filter((element) => {
          const canvas = element as HTMLCanvasElement;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size === 1;
        }).length,
    );
  await expect(steps.locator('canvas')).toHaveCount(4);
  await expect.poll(blank).toBe(0);
});

/** Stops the page's clock and gives what replays with it: presses the button, and lets time go on. */
async function replayByClock(app: TinyCnnPage, page: Page) {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(600_000); // the clock runs until then: a time that it cannot have reached
  return {
    press: async (): Promise<void> => {
      await app.button('Replay').click();
      await expect.poll(async () => (await inkOf(page)).inked).toBe(0); // it is loaded and has begun
    },
    inkAfter: async (milliseconds: number): Promise<number> => {
      await page.clock.runFor(milliseconds);
      return (await inkOf(page)).inked;
    },
  };
}

test('Replay draws the strokes once more, from none to all', async ({ app, page }) => {
  await app.draw(twoStrokes);
  const { inked } = await inkOf(page);
  const { press, inkAfter } = await replayByClock(app, page);
  await press();
  const half = await inkAfter(300);
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(0.8 * inked);
  expect(await inkAfter(3000)).toBe(inked);
});

test('Replay pressed while it draws starts over and draws to the end', async ({ app, page }) => {
  await app.draw(twoStrokes);
  const { inked } = await inkOf(page);
  const { press, inkAfter } = await replayByClock(app, page);
  await press();
  const first = [await inkAfter(400), await inkAfter(160)];
  await press();
  const second = [await inkAfter(400), await inkAfter(160)];
  expect(first[1]).toBeLessThan(inked);
  expect(second).toEqual(first);
  expect(await inkAfter(3000)).toBe(inked);
});

test('where motion is not wanted Replay shows stroke after stroke', async ({ app, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await app.draw(twoStrokes);
  const { inked } = await inkOf(page);
  await app.button('Undo').click();
  const first = (await inkOf(page)).inked;
  await app.button('Redo').click();
  const { press, inkAfter } = await replayByClock(app, page);
  await press();
  const seen: number[] = [];
  for (let i = 0; i < 20; ++i) seen.push(await inkAfter(100));
  expect([...new Set(seen)]).toEqual([0, first, inked]);
});

test.describe('on a screen of three pixels to the point', () => {
  test.use({ deviceScaleFactor: 3 });

  test('the pad has as many pixels as the screen, and reads the same', async ({ app, page }) => {
    await app.draw(twoStrokes);
    const { side } = await inkOf(page);
    const box = (await app.pad.boundingBox())!;
    expect(Math.abs(side - 3 * box.width)).toBeLessThan(12);
    await expect(app.prediction).toHaveText(/^\d$/);
  });
});

test('the pressure of a pen makes its stroke thin or thick', async ({ app, page }) => {
  const stroke = (pressure: number): Promise<void> =>
    app.pad.evaluate((canvas, force) => {
      const box = canvas.getBoundingClientRect();
      canvas.setPointerCapture = () => undefined;
      for (const [type, y] of [
        ['pointerdown', 0.2],
        ['pointermove', 0.5],
        ['pointermove', 0.8],
        ['pointerup', 0.8],
      ] as const) {
        const at = { clientX: box.left + 0.5 * box.width, clientY: box.top + y * box.height };
        canvas.dispatchEvent(
          new PointerEvent(type, { pointerId: 1, pointerType: 'pen', pressure: force, bubbles: true, ...at }),
        );
      }
    }, pressure);
  await stroke(0.1);
  const light = (await inkOf(page)).inked;
  await app.button('Clear').click();
  await stroke(0.9);
  expect((await inkOf(page)).inked).toBeGreaterThan(1.5 * light);
});

const keepAs = async (app: TinyCnnPage, page: Page, label: string): Promise<void> => {
  await page.bringToFront();
  await app.draw(twoStrokes);
  await page.getByLabel('Label of the drawing').selectOption(label);
  await app.button('Keep').click();
  await expect(page.getByText(`Saved as a ${label}`)).toBeVisible();
};

test('which digit it is the visitor says, for each drawing anew: the network’s answer is no label', async ({
  app,
  page,
}) => {
  const label = page.getByLabel('Label of the drawing');
  const isMissing = () => label.evaluate((select) => (select as HTMLSelectElement).validity.valueMissing);
  await app.draw(twoStrokes);
  await expect(app.prediction).toHaveText(/^\d$/);
  await expect(label).toHaveValue('');
  await app.button('Keep').click();
  expect(await isMissing()).toBe(true);
  await expect(label).toBeFocused();
  await expect(page.getByText('Saved as')).toHaveCount(0);
  await keepAs(app, page, '4');
  await expect(label).toHaveValue('');
  await label.selectOption('7');
  await app.button('Clear').click();
  await app.draw(twoStrokes);
  await expect(label).toHaveValue('');
});

test('what is kept and removed in one tab is there and gone in the other, and nothing is lost', async ({
  app,
  page,
  sites,
}) => {
  const other = await page.context().newPage();
  const there = new TinyCnnPage(other);
  await there.open(sites.withData);
  await clear(there);
  for (const tab of [app, there]) {
    await tab.button('Your digits').click();
    await expect(tab.page.getByRole('heading', { name: 'Your digits' })).toBeVisible();
  }
  await keepAs(app, page, '1');
  await keepAs(app, page, '2');
  await keepAs(there, other, '3');
  for (const tab of [page, other]) {
    for (const label of ['1', '2', '3']) await expect(tab.getByLabel(`Show your ${label} on the pad`)).toHaveCount(1);
  }
  await other.getByLabel('Remove your 1').click();
  await expect(page.getByLabel('Show your 1 on the pad')).toHaveCount(0);
  await app.open(sites.withData);
  await app.button('Your digits').click();
  await expect(page.locator('.my-digits li')).toHaveCount(2);
});

test('a kept digit is there after a reload, is learned, and goes out and comes back as a file', async ({
  app,
  page,
  sites,
}) => {
  await keepAs(app, page, '4');
  await expect(page.getByText('Saved as a 4. Your own digits: 1.')).toBeVisible();
  await app.open(sites.withData);
  await app.button('Your digits').click();
  await expect(page.getByRole('heading', { name: 'Your digits' })).toBeFocused();
  await expect(page.getByLabel('Show your 4 on the pad')).toHaveCount(1);
  expect(await axeViolations(page)).toEqual([]);

  const coming = page.waitForEvent('download');
  await app.button('Export digits').click();
  const written = JSON.parse(readFileSync(await (await coming).path(), 'utf8')) as unknown;
  expect(written).toEqual([{ label: 4, writer: 'me', strokes: [expect.any(Array), expect.any(Array)] }]);

  const file = { name: 'more.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(written)) };
  await page.getByLabel('A file of digits').setInputFiles(file);
  await expect(page.getByLabel('Show your 4 on the pad')).toHaveCount(2);

  expect(await app.trainEpochs(3)).toBeGreaterThan(90);
  await app.button('Learn my digits').click();
  const learned = page.getByTestId('learned');
  await expect(learned).toContainText('now classifies 2 of your 2 digits correctly');
  const [, after] = /test images: ([\d.]+) %/.exec(await learned.innerText())!;
  expect(Number(after), 'it has not forgotten').toBeGreaterThan(90);
  await app.lookAtMistakes();
  const inMatrix = await page
    .locator('.confusion button.right')
    .evaluateAll((cells) => cells.reduce((sum, cell) => sum + Number(cell.textContent), 0));
  expect(inMatrix / testCount, 'the matrix is of the new weights').toBeCloseTo(Number(after) / 100, 3);
  expect(await app.text('test-accuracy')).toBe(`${Number(after).toFixed(2)} %`);
  await app.button('Next mistake').click();
  const says = page
    .getByTestId('verdict')
    .or(app.error)
    .filter({ hasText: /the label is|made no mistake/ });
  await expect(says).toBeVisible();
  await expect(app.error).not.toContainText('has not been tested');
  await app.openTab('Your digits');
  await page.getByLabel('Show your 4 on the pad').first().click();
  await expect(app.prediction).toHaveText('4');
  await page.getByLabel('Remove your 4').first().click();
  await expect(page.getByLabel('Show your 4 on the pad')).toHaveCount(1);
});

test('a file that holds no digits is refused with what is wrong, and nothing is lost', async ({ app, page }) => {
  await keepAs(app, page, '4');
  await app.button('Your digits').click();
  const give = async (text: string): Promise<void> => {
    const file = { name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await page.getByLabel('A file of digits').setInputFiles(file);
  };
  for (const [text, says] of [
    ['not json', 'not JSON'],
    ['{}', 'not a list'],
    ['[]', 'contains no digits'],
    ['[{"label": 12, "strokes": [[[0, 0]]]}]', 'Digit 1 of the file has no label from 0 to 9'],
    [
      '[{"label": 1, "strokes": [[[0, 0], [1, 1]]]}, {"label": 1, "strokes": [[["a", 0]]]}]',
      'Digit 2 of the file has no valid strokes',
    ],
  ] as const) {
    await give(text);
    await expect(app.error).toContainText(says);
    await app.error.getByRole('button').click();
  }
  await expect(page.locator('.my-digits li')).toHaveCount(1);
});
