// SPDX-License-Identifier: MIT
//
// Nobody is left out: what screen readers are told, the way past the bar by keyboard, and messages where the visitor looks.

import { axeViolations } from './support/axe';
import { drawings } from './support/page';
import { expect, test } from './support/fixtures';

/** Each tab, and a heading in it. */
const tabs = [
  ['Curves', 'Loss'],
  ['Mistakes', /^Confusion matrix/],
  ['Inside the network', 'Which pixels support this answer'],
  ['Data', /^Training and test data/],
  ['Your digits', 'Your digits'],
] as const;

test('headings hold nothing that can be pressed, whatever is open', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#panel=settings`);
  const pressable = page.locator(':is(h1, h2, h3, h4) :is(button, a, input, select, [role=button])');
  await app.closeSettings();
  for (const [tab, heading] of tabs) {
    await app.openTab(tab);
    await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
    await expect(pressable).toHaveCount(0);
  }
  await expect(page.getByRole('heading', { name: 'Answer', exact: true })).toBeVisible();
  await expect(pressable).toHaveCount(0);
  await page.getByRole('button', { name: /^softmax/ }).click();
  await expect(page.getByTestId('detail')).toBeVisible();
  await expect(pressable).toHaveCount(0);
});

test('what a drawing is read as is spoken once it is finished, and not while the network trains', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  const spoken = page.getByTestId('spoken-answer');
  await expect(spoken).toHaveAttribute('role', 'status');
  await app.draw(drawings[4]!);
  await expect(spoken).toHaveText(/^Prediction: \d\. Untrained: just guessing/);
  await app.trainEpochs(1);
  await app.button('Clear').click();
  await app.draw(drawings[1]!);
  await app.whenRead();
  await expect(spoken).toHaveText(/^Prediction: \d\. \d+ % confident$/);
  await spoken.evaluate((region) => {
    const seen = { changes: 0 };
    new MutationObserver(() => ++seen.changes).observe(region, { childList: true, subtree: true, characterData: true });
    Object.assign(globalThis, { seen });
  });
  const step = await app.figure('step');
  await app.trainWithoutEnd();
  await app.waitForSteps(step + 200);
  expect(await page.evaluate(() => (globalThis as unknown as { seen: { changes: number } }).seen.changes)).toBe(0);
});

test('the first Tab leads past the bar to the pad', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to drawing' })).toBeFocused();
  await expect(page.getByRole('link', { name: 'Skip to drawing' })).toBeInViewport();
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(app.pad).toBeFocused();
});

for (const size of [
  { width: 1280, height: 900 },
  { width: 390, height: 700 },
]) {
  test(`what went wrong is in sight wherever something was pressed, ${size.width} pixels wide`, async ({
    app,
    page,
    sites,
  }) => {
    await page.setViewportSize(size);
    await app.open(`${sites.withData}#panel=mine`);
    const message = app.error.getByText('not JSON');
    await page.locator('.foot').scrollIntoViewIfNeeded();
    await page
      .getByLabel('A file of digits')
      .setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('not json') });
    await expect(message).toBeInViewport({ ratio: 1 });
    for (const y of [0, 600, 1e6]) {
      await page.evaluate((top) => {
        scrollTo(0, top);
      }, y);
      await expect(message, `scrolled to ${y}`).toBeInViewport({ ratio: 1 });
    }
  });
}

test('a panel that fails says so in its place, once, and can be tried again', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#stop=epoch-1000`);
  await page.route(/assets\/evidence-[^/]*\.js$/, (route) => route.abort());
  const panel = page.getByRole('region', { name: 'Which pixels support this answer' });
  await app.openTab('Inside the network');
  await panel.scrollIntoViewIfNeeded();
  await expect(panel.getByRole('button', { name: 'Try again' }).first()).toBeVisible();
  await expect(app.error).toHaveText('');
  await app.button('Train').click();
  await app.waitForSteps(100);
  await expect(app.error).toHaveText('');
  await app.button('Pause').click();
  await expect(panel.getByText('could not be calculated')).toHaveCount(2);
  await page.unroute(/assets\/evidence-[^/]*\.js$/);
  await expect(async () => {
    const again = panel.getByRole('button', { name: 'Try again' });
    if ((await again.count()) > 0) await again.first().click();
    await expect(again).toHaveCount(0, { timeout: 1000 });
  }).toPass();
});
