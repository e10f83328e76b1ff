// SPDX-License-Identifier: MIT
// Draws pen digits on the page's own canvas with the mouse, stroke by stroke, and reads off what the page says it is.

import { chromium } from '@playwright/test';
import { inRoot } from '../support/paths.mjs';
import { visitAgain } from '../support/page-visit.mjs';
import { startServer } from '../server/static-server.mjs';

const drawingBox = 500; // of the digits' strokes

/** The page's answer to a drawing. All moves of a stroke are sent at once, as fast hands do: the browser coalesces them. */
export async function drawAndRead(page, session, strokes) {
  const pad = page.getByLabel('Draw a digit', { exact: true });
  const box = await pad.boundingBox();
  const send = (type, [x, y], buttons) =>
    session.send('Input.dispatchMouseEvent', {
      type,
      x: box.x + (x * box.width) / drawingBox,
      y: box.y + (y * box.height) / drawingBox,
      button: type === 'mouseMoved' && buttons === 0 ? 'none' : 'left',
      buttons,
      clickCount: type === 'mouseMoved' ? 0 : 1,
    });
  const sent = [];
  for (const stroke of strokes) {
    const last = stroke.at(-1);
    sent.push(send('mouseMoved', stroke[0], 0), send('mousePressed', stroke[0], 1));
    for (const point of stroke.slice(1)) sent.push(send('mouseMoved', point, 1));
    sent.push(send('mouseReleased', last, 0));
  }
  await Promise.all(sent);
  return page.evaluate(async () => {
    const frame = () => new Promise((resolve) => globalThis.requestAnimationFrame(resolve));
    const isRead = () => document.querySelector('.pad')?.getAttribute('aria-busy') === 'false';
    for (await frame(); !isRead();) await frame();
    await frame();
    const read = document.querySelector('[data-testid=prediction]')?.textContent ?? '';
    const clear = [...document.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === 'Clear');
    clear?.click();
    await frame();
    return Number.parseInt(read, 10);
  });
}

/**
 * Trains the page's network with its default recipe to the end; resolves with the seconds that took and the test accuracy it shows.
 * @param {import('@playwright/test').Page} page
 * @returns {Promise<{ seconds: number, accuracy: string }>}
 */
export async function trainPage(page, timeout = 300_000) {
  const train = page.getByRole('button', { name: 'Train', exact: true });
  await page.waitForFunction(() => {
    const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === 'Train');
    return button !== undefined && !button.disabled;
  });
  const start = performance.now();
  await train.click();
  await page.getByText(/Finished\.$/).waitFor({ timeout });
  return { seconds: (performance.now() - start) / 1000, accuracy: await page.getByTestId('test-accuracy').innerText() };
}

/** Answers ({ label, writer, read }) of the page to these digits, one after the other. */
export async function readOnPage(page, digits, said = (_answers) => {}) {
  const session = await page.context().newCDPSession(page);
  await page.getByLabel('Draw a digit', { exact: true }).scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  const answers = [];
  for (const { label, writer, strokes } of digits) {
    answers.push({ label, writer, read: await drawAndRead(page, session, strokes) });
    said(answers);
  }
  return answers;
}

/** The built page (npm run build, with MNIST), trained with its default recipe in headless Chromium, and what it answers to `digits`. */
export async function measureOnPage(digits, { trained = (_accuracy) => {}, said = (_answers) => {} } = {}) {
  const server = await startServer({ folder: inRoot('web/dist'), port: 0 });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await visitAgain(page);
    await page.goto(server.url);
    trained(await trainPage(page));
    return await readOnPage(page, digits, said);
  } finally {
    await browser.close();
    await server.close();
  }
}
