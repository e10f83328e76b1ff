// SPDX-License-Identifier: MIT
// npm run screenshots: the README's pictures of the page in mid-training with a drawn digit, and a recording of its first seconds, into
// web/screenshots/. Needs MNIST.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build/stages.mjs';
import { provideMnist } from './data/mnist.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { visitAgain, visitFirst } from './support/page-visit.mjs';
import { readOptions } from './support/options.mjs';
import { inRoot } from './support/paths.mjs';
import { toGif } from './support/recording.mjs';
import { SetupError, formatBytes, heading, runMain, success } from './support/report.mjs';
import { startServer } from './server/static-server.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

const views = [
  { name: 'laptop-light', width: 1366, height: 768, colorScheme: 'light' },
  { name: 'laptop-dark', width: 1366, height: 768, colorScheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, colorScheme: 'light', deviceScaleFactor: 2, hasTouch: true },
];

const mostBytes = 300_000;

const recording = {
  name: 'training.gif',
  width: 1366,
  height: 768,
  scale: 1,
  shots: 44,
  delay: 200,
  lastDelay: 3000,
};
const mostRecordedBytes = 2_000_000;

/** The page in a typeface that set-up installs, whatever this machine's own is. */
const inLiberation = (page) =>
  page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      document.documentElement.style.setProperty('--font', "'Liberation Sans', sans-serif");
    });
  });

/** A three, in 0..1 of the pad. */
const stroke = [
  ...[0.31, 0.27, 0.36, 0.21, 0.43, 0.175, 0.51, 0.165, 0.59, 0.185, 0.64, 0.24, 0.645, 0.31, 0.6, 0.38, 0.53, 0.43],
  ...[0.455, 0.46, 0.54, 0.475, 0.63, 0.52, 0.68, 0.59, 0.685, 0.67, 0.64, 0.75, 0.56, 0.8, 0.46, 0.81, 0.37, 0.785],
  ...[0.31, 0.735],
];

async function drawDigit(page) {
  const pad = page.getByLabel('Draw a digit', { exact: true });
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  const moveTo = (i) =>
    page.mouse.move(box.x + stroke[i] * box.width, box.y + stroke[i + 1] * box.height, { steps: 2 });
  await moveTo(0);
  await page.mouse.down();
  for (let i = 2; i < stroke.length; i += 2) await moveTo(i);
  await page.mouse.up();
}

/** Waits until the page's figure is at least so much. */
async function whenFigure(page, testid, least) {
  const reached = ({ selector, figure }) => Number.parseFloat(document.querySelector(selector).innerText) >= figure;
  try {
    await page.waitForFunction(reached, { selector: `[data-testid="${testid}"]`, figure: least }, { timeout: 300_000 });
  } catch (error) {
    throw new SetupError(`The page's ${testid} did not reach ${least} within 5 minutes. ${error.message}`);
  }
}

async function takeView(browser, url, { name, width, height, ...options }) {
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: 1.1, ...options });
  await visitAgain(page);
  await inLiberation(page);
  await page.goto(url);
  await page.getByRole('button', { name: 'Train', exact: true }).click({ timeout: 60_000 });
  await whenFigure(page, 'step', 300);
  await drawDigit(page);
  await whenFigure(page, 'epoch', 2);
  const step = Number(await page.getByTestId('step').innerText());
  await whenFigure(page, 'step', step + 300);
  await page.mouse.wheel(0, -10_000);
  const path = join(inRoot('web', 'screenshots'), `${name}.png`);
  await page.screenshot({ path });
  await page.close();
  const { size } = statSync(path);
  if (size > mostBytes)
    throw new SetupError(`${name}.png has ${formatBytes(size)}; at most ${formatBytes(mostBytes)} are wanted.`);
  success(name, `${width}x${height}, ${formatBytes(size)}`);
}

/** A first visit from its first second: the untrained network, its first steps, and the one that classifies the drawn digit. */
async function record(browser, url) {
  const { name, width, height, scale, shots, delay, lastDelay } = recording;
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale, colorScheme: 'light' });
  await visitFirst(page);
  await inLiberation(page);
  await page.goto(`${url}#digit=4`);
  await page.getByText('Untrained: just guessing').first().waitFor();
  const taken = [await page.screenshot()];
  while (taken.length < shots) {
    if (taken.length === Math.round(shots / 2)) await drawDigit(page);
    await page.waitForTimeout(delay);
    taken.push(await page.screenshot());
  }
  await page.close();
  const gif = await toGif(browser, taken, { delay, lastDelay });
  writeFileSync(join(inRoot('web', 'screenshots'), name), gif);
  if (gif.length > mostRecordedBytes)
    throw new SetupError(
      `${name} has ${formatBytes(gif.length)}; at most ${formatBytes(mostRecordedBytes)} are wanted.`,
    );
  success(name, `${shots} frames, ${formatBytes(gif.length)}`);
}

const usage = `npm run screenshots   takes the README's pictures of the page and records its first seconds, into web/screenshots
  needs MNIST; the package and the page are built first`;

await runMain(async () => {
  readOptions(usage);
  heading('TinyCNN screenshots');
  const env = await ensureToolchain({ wasm: true, browser: true });
  await ensureNodeModules();
  await buildAll(env);
  if (!(await provideMnist()))
    throw new SetupError('The pictures need MNIST, which is not available.', [
      'Set MNIST_DIR to a folder with its four files.',
    ]);
  mkdirSync(inRoot('web', 'screenshots'), { recursive: true });
  const { chromium } = await import('@playwright/test');
  const server = await startServer({ folder: inRoot('web', 'dist'), port: 0 });
  const browser = await chromium.launch({ executablePath: env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const view of views) await takeView(browser, server.url, view);
    await record(browser, server.url);
  } finally {
    await browser.close();
    await server.close();
  }
});
