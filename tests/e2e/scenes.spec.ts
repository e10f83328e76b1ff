// SPDX-License-Identifier: MIT
//
// Lessons as a person goes through them: opened in the article or by a link, questions answered, what they say comes true. On synthetic
// digits.

import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import type { Locator, Page } from '@playwright/test';

const card = (page: Page): Locator => page.getByTestId('lesson');
const next = (page: Page): Locator => page.getByTestId('lesson-next');

/** Answers what is asked, right or wrong, and goes on. */
async function goOn(page: Page, answer?: number): Promise<void> {
  if (answer !== undefined) await card(page).getByRole('radio').nth(answer).check();
  await expect(next(page)).toBeEnabled();
  await next(page).click();
}

test('a rate that is too high: the card sets the page up, asks, trains, and is right', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#lesson=rate`);
  await expect(card(page).getByRole('heading')).toHaveText('A learning rate that is too high');
  await expect(page.getByTestId('step')).toHaveText('0');
  await goOn(page);
  await expect(card(page)).toContainText('First with the recipe');
  await app.waitForFigure('step', (step) => step === 300);
  await goOn(page);
  await expect(page.getByTestId('step')).toHaveText('0');
  const told = /After 300 steps the loss is \d\.\d\d\./;
  await expect(card(page)).toContainText(told);
  await expect(next(page)).toBeDisabled();
  await card(page).getByRole('radio').nth(0).check();
  await expect(card(page).getByRole('status')).toContainText('No. See for yourself');
  await goOn(page);
  await app.waitForFigure('step', (step) => step === 300);
  await goOn(page);
  await expect(card(page)).toContainText(/The loss is 2\.[234]\d: it guesses/);
  await next(page).click();
  await expect(card(page)).toHaveCount(0);
  await expect(page).not.toHaveURL(/lesson=/);
  await expect(app.error).toContainText('Dead ReLUs');
});

test('the article lists them; what one hides comes back when it is closed', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByRole('link', { name: 'How it works' }).click();
  await page.locator('[data-lesson=edges]').click();
  await expect(card(page).getByRole('heading')).toHaveText('A kernel as an edge detector');
  await expect(page.locator('.article')).toBeHidden();
  await expect(page).toHaveURL(/lesson=edges/);
  await card(page).getByRole('button', { name: 'Close' }).click();
  await expect(page.locator('.article')).toBeVisible();
});

test('a digit is nudged until the network takes it for another one', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#lesson=fooled`);
  await goOn(page);
  await expect(page.getByTestId('nudge')).toBeVisible();
  const answer = page.getByTestId('nudged-answer');
  const slider = page.getByTestId('nudge').getByRole('slider');
  await slider.fill('0');
  // once it is the answer to this: what the slider stood at before has been answered too
  const captions = page.getByTestId('nudge').locator('figcaption');
  const answers = async (): Promise<string[]> =>
    (await captions.allInnerTexts()).map((text) => text.replace(/^[^:]+: /, ''));
  await expect.poll(async () => new Set(await answers()).size).toBe(1);
  const before = (await answer.innerText())[8]!;
  await slider.fill('0.4');
  await expect(answer).not.toHaveText(new RegExp(`^Nudged: ${before}`));
});

test('a teacher writes one, tries it, and sends it as a link', async ({ app, page, context, sites }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.open(`${sites.withData}#lesson=make`);
  const json = page.getByLabel('The lesson as JSON');
  await json.fill('{"title": "Mine", "steps": [{"text": "Hello", "kind": 1}]}');
  await page.getByTestId('try-lesson').click();
  await expect(card(page).getByRole('alert')).toContainText('not “kind”');
  await json.fill('{"title": "Mine", "steps": [{"text": "Hello from {step}", "link": "seed=9"}]}');
  await page.getByTestId('copy-lesson').click();
  await expect(card(page).getByRole('status')).toContainText('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto('about:blank');
  await app.open(link);
  await expect(card(page)).toContainText('Hello from 0');
  await expect(page.getByTestId('seed')).toHaveText(/9/);
});

test('a damaged link, and a lesson that there is not, are answered by a sentence', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#lesson=own.AAAA`);
  await expect(card(page).getByRole('alert')).toContainText('damaged');
  await page.goto('about:blank');
  await app.open(`${sites.withData}#lesson=none`);
  await expect(card(page).getByRole('alert')).toContainText('There is no lesson “none”');
});

for (const [width, colorScheme] of [
  [390, 'light'],
  [1366, 'dark'],
] as const) {
  test(`axe finds nothing, and nothing is wider than ${width} px (${colorScheme})`, async ({ app, page, sites }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    for (const name of ['edges', 'make']) {
      await page.goto('about:blank');
      await app.open(`${sites.withData}#lesson=${name}`);
      await expect(card(page).getByRole('heading')).toBeVisible();
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });
}
