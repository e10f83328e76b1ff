// SPDX-License-Identifier: MIT
//
// How well it learns, as a person reads it: curves under the pointer and by keyboard, the confusion matrix and the mistakes. On
// synthetic digits.

import { expect, test } from './support/fixtures';
import { cellInWords, confusionInWords, mostConfused, strengths } from '../../web/src/state/confusion';
import { smoothed } from '../../web/src/state/smoothing';

const confusion = [
  [8, 2, 0],
  [0, 10, 0],
  [4, 1, 5],
];
const digitNames = ['0', '1', '2'];

test.describe('in numbers', () => {
  test('smoothing keeps the first value, gaps and constants, and lies between what was measured', () => {
    expect(smoothed([3, 3, 3], 0.5)).toEqual([3, 3, 3]);
    expect(smoothed([1, null, 3], 0)).toEqual([1, null, 3]);
    const [first, gap, last] = smoothed([1, null, 3], 0.5);
    expect([first, gap]).toEqual([1, null]);
    expect(last).toBeCloseTo((0.25 * 1 + 0.5 * 3) / 0.75, 12);
  });

  test('a confusion matrix names its worst cells first, and colours them most', () => {
    expect(mostConfused(confusion, 2)).toEqual([
      { label: 2, predicted: 0, count: 4 },
      { label: 0, predicted: 1, count: 2 },
    ]);
    expect(confusionInWords(confusion, digitNames)).toBe(
      'The most frequent mistakes: 2 as 0 (4 times), 0 as 1 (2 times), 2 as 1 (once).',
    );
    expect(confusionInWords([[1]], digitNames)).toBe('No test image is misclassified.');
    const colors = strengths(confusion);
    expect(colors[2]![0]).toBe(1);
    expect(colors[0]![0]).toBeCloseTo(0.8, 12);
    expect(colors[1]![0]).toBe(0);
    expect(cellInWords({ label: 2, predicted: 1, count: 1 }, 10, digitNames)).toBe(
      '2 classified as 1: 1 image, 10.0 %',
    );
  });
});

test.describe('on the page', () => {
  test.beforeEach(async ({ app, sites }) => {
    await app.open(sites.withData);
  });

  test('the curves say their values under the pointer and by the arrow keys', async ({ app, page }) => {
    await app.lookAtCurves();
    await app.trainEpochs(1);
    const loss = page.getByRole('region', { name: 'Loss' });
    const curve = loss.getByRole('slider');
    // What stands above it may still grow while it trains.
    await expect(async () => {
      await curve.hover({ position: { x: 200, y: 60 } });
      await expect(loss.locator('.reading')).toHaveText(/^Step [\d,]+: last steps \d\.\d{4}/, {
        timeout: 1000,
      });
    }).toPass();
    await page.mouse.move(0, 0); // a curve that moves below the pointer would follow it, not the keys
    await curve.focus();
    await page.keyboard.press('Home');
    const first = await curve.getAttribute('aria-valuetext');
    expect(first, 'the untrained network').toMatch(/^Step 0: test 2\.\d{4}$/);
    await page.keyboard.press('ArrowRight');
    await expect(curve).toHaveAttribute('aria-valuetext', /^Step 1: last steps 2\.\d{4}, test \d\.\d{4}$/);
    await page.keyboard.press('End');
    await expect(curve).not.toHaveAttribute('aria-valuetext', first!);
  });

  test('training and test images are evaluated in the same way at the same step, for the figures and the curves', async ({
    app,
    page,
  }) => {
    await app.lookAtCurves();
    await app.stopAt('epoch', 1);
    await app.button('Train').click();
    await expect(page.getByTestId('headline')).toHaveText(/Finished\.$/);
    const accuracy = await app.text('train-accuracy');
    const curve = page.getByRole('region', { name: 'Accuracy' }).getByRole('slider');
    await curve.focus();
    await page.keyboard.press('End');
    const said = (await curve.getAttribute('aria-valuetext'))!;
    expect(said).toContain(`training ${accuracy}, test `);
  });

  test('the loss can be drawn on a logarithmic scale, and both curves smoothed or not', async ({ app, page }) => {
    await app.lookAtCurves();
    await app.trainEpochs(1);
    const loss = page.getByRole('region', { name: 'Loss' });
    const picture = () => loss.locator('canvas').screenshot();
    const plain = await picture();
    await loss.getByRole('button', { name: 'Log scale' }).click();
    await expect(loss.getByRole('button', { name: 'Log scale' })).toHaveAttribute('aria-pressed', 'true');
    const logarithmic = await picture();
    expect(logarithmic.equals(plain)).toBe(false);
    await page.getByLabel('Smoothing').selectOption('none');
    expect((await picture()).equals(logarithmic)).toBe(false);
  });

  test('a cell of the confusion matrix opens its images, and one of those goes onto the network', async ({
    app,
    page,
  }) => {
    await app.lookAtMistakes();
    await app.trainEpochs(1);
    const grid = page.getByRole('grid', { name: /^Confusion matrix/ });
    const cell = grid.getByRole('button', { name: /^3 classified correctly: [1-9]/ });
    await cell.click();
    await expect(cell).toHaveAttribute('aria-pressed', 'true');
    const examples = page.getByTestId('examples').getByRole('button');
    await expect(page.getByRole('heading', { name: '3, classified correctly' })).toBeVisible();
    await expect(examples.first()).toHaveAccessibleName(
      /^Test image [\d,]+: ?3 ?, classified correctly ?, ?\d+ % confident/,
    );
    await examples.first().click();
    await expect(page.getByTestId('verdict')).toContainText('correct');
    await expect(app.prediction).toHaveText('3');
    await page.getByRole('button', { name: 'All mistakes' }).click();
    await expect(page.getByRole('heading', { name: /^Its .*mistakes/ })).toBeVisible();
  });

  test('the mistakes are listed after a test, the surest first, and are gone after Rewind', async ({ app, page }) => {
    await app.lookAtMistakes();
    const panel = page.getByRole('region', { name: /^Its .*mistakes/ });
    await expect(panel).toContainText('The network is tested after each epoch');
    await app.trainEpochs(1);
    await expect(panel.getByRole('heading')).toHaveText(/most confident|Its mistakes/);
    await expect(panel.getByTestId('examples')).toBeAttached();
    const names = await panel
      .getByTestId('examples')
      .getByRole('button')
      .evaluateAll((buttons) => buttons.map((button) => button.textContent));
    const sure = names.map((name) => Number(/(\d+) % confident/.exec(name)![1]));
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
    for (const name of names) expect(name).toMatch(/^Test image [\d,]+:\d → {2}classified as \d,\d+ % confident/);
    await app.button('Rewind').click();
    await expect(panel).toContainText('The network is tested after each epoch');
  });

  test('the arrow keys move in the confusion matrix, which takes one tab stop', async ({ app, page }) => {
    await app.lookAtMistakes();
    await app.trainEpochs(1);
    const grid = page.getByRole('grid', { name: /^Confusion matrix/ });
    await expect(grid.locator('button[tabindex="0"]')).toHaveCount(1);
    await grid.locator('button[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await expect(grid.locator('[data-cell="1-1"]')).toBeFocused();
    await expect(grid.locator('button[tabindex="0"]')).toHaveCount(1);
  });
});
