// SPDX-License-Identifier: MIT
// What a visitor waits for on the built page, measured in headless Chromium: the first paint, the first reading, what comes over the wire,
// how fast it learns beside the bare engine, and whether it answers meanwhile.
import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterFirstReading, visitAgain } from '../support/page-visit.mjs';
import { inRoot } from '../support/paths.mjs';
import { deferredName } from '../build/split-engine.mjs';

/** A laptop's window. */
const window = { width: 1280, height: 800 };
/** A seven, in 0..1 of the pad. */
const seven = [0.28, 0.21, 0.5, 0.19, 0.72, 0.2, 0.66, 0.38, 0.56, 0.6, 0.48, 0.84];
const sevenName = '7';
/** As long as a reading has to stay what it is to count. */
const steadyMilliseconds = 1000;
const patience = 120_000;
const rateSeconds = 3;
/** In the first seconds the page looks at the accuracy most often; a visitor's first run is shown step by step for as long. */
const warmUpMilliseconds = 6000;
/** Between a hand's moves. */
const moveMilliseconds = 30;

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const byTestId = (id) => `[data-testid="${id}"]`;

async function drawSeven(page) {
  const pad = page.getByLabel('Draw a digit', { exact: true });
  const box = await pad.boundingBox();
  const moveTo = (i) => page.mouse.move(box.x + seven[i] * box.width, box.y + seven[i + 1] * box.height, { steps: 2 });
  await moveTo(0);
  await page.mouse.down();
  for (let i = 2; i < seven.length; i += 2) await moveTo(i);
  await page.mouse.up();
}

/** Notes, from the very start, when the prediction changed and when the first step was taken. */
function watchPage() {
  const seen = (globalThis.seen = { readings: [], training: null });
  const look = () => {
    const now = performance.now();
    const text = document.querySelector('[data-testid="prediction"]')?.textContent ?? '';
    if (text !== '' && seen.readings.at(-1)?.text !== text && document.querySelector('.pad-hint') === null)
      seen.readings.push({ text, now });
    const step = Number(document.querySelector('[data-testid="step"]')?.textContent);
    if (step > 0) seen.training ??= now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Since when the last reading has been the seven that was drawn, if it has been for long enough. */
const steadySeven = ({ name, steady }) => {
  const last = globalThis.seen.readings.at(-1);
  return last?.text === name && performance.now() - last.now > steady ? last.now : false;
};

/** A page opened in a browser that has never been there, or once more: milliseconds from its opening. A seven is drawn as soon as
 * there is a pad. */
export async function measureOpening(page, url) {
  await page.addInitScript(watchPage);
  await page.goto(url);
  await page.getByLabel('Draw a digit', { exact: true }).waitFor();
  await drawSeven(page);
  const read = await page.waitForFunction(
    steadySeven,
    { name: sevenName, steady: steadyMilliseconds },
    { timeout: patience },
  );
  const correct = await read.jsonValue();
  const { readings, training } = await page.evaluate(() => globalThis.seen);
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  return { paint, training, answered: readings[0].now, correct };
}

const kindOf = (path) =>
  ({ '.css': 'CSS', '.js': 'JavaScript', '.wasm': 'WebAssembly' })[extname(path)] ??
  (path.endsWith('/') ? 'HTML' : 'other');

/** Bytes of each kind of file but the data that the server sent for the first reading. `sent`: what its onSent hears. */
export async function measureTransfers(context, url, sent) {
  const page = await context.newPage();
  await page.setViewportSize(window);
  const before = sent.length;
  await measureOpening(page, url);
  const sizes = {};
  const isCounted = ({ path }) => !path.includes('/data/') && !afterFirstReading.test(path);
  for (const { path, bytes } of sent.slice(before).filter(isCounted)) {
    const kind = kindOf(path);
    sizes[kind] = (sizes[kind] ?? 0) + bytes;
  }
  await page.close();
  return sizes;
}

/** Bytes on the wire of what a first visit does without: the deferred part of the engine that it loads. */
export function measureDeferred() {
  const dist = inRoot('web', 'dist');
  const engine = readdirSync(dist).find((name) => name.startsWith('engine-'));
  return statSync(join(dist, engine, `${deferredName('simd-threads')}.br`)).size;
}

/** Starts the benchmark's worker on the page; it waits until it is asked. It is to train on what the page trains on. */
async function startBare(page) {
  const worker = readdirSync(inRoot('web', 'dist', 'assets')).find((name) => /^bench-worker-.*\.js$/.test(name));
  await page.evaluate(async (path) => {
    /** The contents of a file in IDX format, behind its header. */
    const contents = async (name, header) => {
      const response = await fetch(`./data/mnist/${name}.gz`);
      if (!response.ok) throw new Error(`${response.url}: expected a file of MNIST, got HTTP ${response.status}`);
      const bytes = response.body.pipeThrough(new DecompressionStream('gzip'));
      return new Uint8Array(await new Response(bytes).arrayBuffer(), header);
    };
    const [images, labels] = await Promise.all([
      contents('train-images-idx3-ubyte', 16),
      contents('train-labels-idx1-ubyte', 8),
    ]);
    const bare = new Worker(path, { type: 'module' });
    Object.assign(globalThis, { bare, bareData: { images, labels, height: 28, width: 28 } });
  }, `./assets/${worker}`);
}

/** Images a second that the bare engine reaches from this step on with the same recipe, images and threads, in as long a time, on a page at
 * rest. */
async function bareRate(page, threads, fromStep) {
  return page.evaluate(
    (plan) =>
      new Promise((resolve, reject) => {
        const { bare, bareData } = /** @type {any} */ (globalThis);
        let rate = null;
        bare.onerror = ({ message }) => reject(new Error(message));
        bare.onmessage = ({ data }) => {
          if (data.type === 'failed') reject(new Error(data.reason));
          if (data.type === 'steps') rate = data.result.imagesPerSecond;
          if (data.type === 'finished') resolve(rate);
        };
        bare.postMessage({ type: 'run', data: bareData, ...plan });
      }),
    { models: ['tinycnn'], threads: [threads], seconds: rateSeconds, fromStep },
  );
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** The page's own figure while it trains and shows everything, averaged, and from which step on; and the tasks that held its main thread
 * meanwhile. */
async function pageRate(page) {
  await press(page, 'Rewind');
  await press(page, 'Train');
  await page.waitForTimeout(warmUpMilliseconds);
  const measured = await page.evaluate(
    async ({ selector, stepSelector, seconds }) => {
      const fromStep = Number(document.querySelector(stepSelector).textContent);
      const tasks = [];
      const observer = new PerformanceObserver((list) =>
        tasks.push(...list.getEntries().map(({ duration }) => duration)),
      );
      observer.observe({ type: 'longtask' });
      let saving = 0;
      const saves = new PerformanceObserver((list) => {
        for (const { name, duration } of list.getEntries()) if (name === 'tinycnn-save') saving += duration;
      });
      saves.observe({ type: 'measure' });
      const figures = [];
      const until = performance.now() + 1000 * seconds;
      while (performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        figures.push(Number(document.querySelector(selector).textContent));
      }
      observer.disconnect();
      saves.disconnect();
      const rate = figures.reduce((sum, each) => sum + each, 0) / figures.length;
      return { rate, fromStep, tasks, saving: saving / (1000 * seconds) };
    },
    { selector: byTestId('throughput'), stepSelector: byTestId('step'), seconds: rateSeconds },
  );
  await press(page, 'Pause');
  return measured;
}

/** The page, visible and training, between two looks at the bare engine from the same step on, as the machine's clock may drift; then the
 * same with a channel of the second convolution opened. */
export async function measureTraining(page, url, { rounds, threads, tell }) {
  await page.setViewportSize(window);
  await visitAgain(page);
  await page.goto(`${url}#recipe=published&epochs=1000`);
  await page.getByRole('button', { name: 'Train', exact: true }).and(page.locator(':enabled')).waitFor();
  const views = {
    'the network': async () => page.keyboard.press('Escape'),
    'an opened channel': async () => page.locator('[data-unit="conv2/0"]').click(),
  };
  await startBare(page);
  const results = {};
  for (const [name, open] of Object.entries(views)) {
    await open();
    let { fromStep } = await pageRate(page);
    const bare = [await bareRate(page, threads, fromStep)];
    const turns = [];
    for (let round = 0; round < rounds; ++round) {
      tell(`${name}, round ${round + 1} of ${rounds}`);
      const turn = await pageRate(page);
      ({ fromStep } = turn); // speed depends on the weights: gradients that are zero cost nothing
      turns.push(turn);
      bare.push(await bareRate(page, threads, fromStep));
    }
    results[name] = {
      shares: turns.map(({ rate }, i) => (2 * rate) / (bare[i] + bare[i + 1])),
      tasks: turns.flatMap(({ tasks }) => tasks),
      saving: turns.map(({ saving }) => saving),
    };
  }
  return results;
}

/** Milliseconds from the event of a pointer's move over an opened channel to the numbers of the cell under it, while it trains. */
export async function measurePointer(page) {
  const output = page.getByTestId('detail-output');
  await press(page, 'Train');
  await output.scrollIntoViewIfNeeded();
  const times = await page.evaluateHandle((selector) => {
    const seen = [];
    let moved = 0;
    const canvas = document.querySelector(selector);
    canvas.addEventListener('pointermove', () => (moved = performance.now()), { capture: true });
    new MutationObserver(() => {
      if (moved > 0) seen.push(performance.now() - moved);
      moved = 0;
    }).observe(canvas.closest('[data-testid="detail"]'), { subtree: true, childList: true, characterData: true });
    return seen;
  }, byTestId('detail-output'));
  const box = await output.boundingBox();
  for (let i = 0; i < 60; ++i) {
    await page.mouse.move(box.x + box.width * (0.1 + 0.013 * i), box.y + box.height * (0.2 + 0.01 * i));
    await page.waitForTimeout(moveMilliseconds);
  }
  await press(page, 'Pause');
  return times.jsonValue();
}
