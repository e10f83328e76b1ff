// SPDX-License-Identifier: MIT
// npm run bench:page: what a visitor of the page waits for, and what its pictures cost the training. Needs MNIST.
import { availableParallelism } from 'node:os';
import { buildAll } from '../build/stages.mjs';
import { writeSection, markdownTable } from '../support/markdown.mjs';
import { provideMnist } from '../data/mnist.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { readOptions, positiveInteger } from '../support/options.mjs';
import {
  measureDeferred,
  measureOpening,
  measurePointer,
  measureTraining,
  measureTransfers,
  median,
} from './page-measures.mjs';
import { SetupError, heading, runMain, step, success } from '../support/report.mjs';
import { startServer } from '../server/static-server.mjs';
import { visitFirst } from '../support/page-visit.mjs';
import { inRoot } from '../support/paths.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';

const usage = [
  'npm run bench:page   opens the built page in headless Chromium and prints what a visitor waits for',
  '  --rounds n   of each measurement; 5 by default',
  '  --docs       writes the table into docs/benchmarks.md',
].join('\n');

const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-sync',
];
const threads = 2;

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const sum = (values) => values.reduce((total, each) => total + each, 0);
const row = (what, measured) => ({ 'What a visitor waits for': what, Measured: measured });

async function openings(browser, url, rounds) {
  const job = step('Opening', 'a first visit, then a second');
  const runs = { first: [], second: [] };
  for (let round = 0; round < rounds; ++round) {
    job.progress(`round ${round + 1} of ${rounds}`, round / rounds);
    const context = await browser.newContext();
    for (const visit of ['first', 'second']) {
      const page = await context.newPage();
      await visitFirst(page);
      runs[visit].push(await measureOpening(page, url));
      await page.close();
    }
    await context.close();
  }
  job.done(`${rounds} rounds`);
  const of = (visit, what) => seconds(median(runs[visit].map((run) => run[what])));
  return [
    row('First contentful paint', `${of('first', 'paint')}, warm cache ${of('second', 'paint')}`),
    row('Training has begun by itself', `${of('first', 'training')}, warm cache ${of('second', 'training')}`),
    row('A digit drawn at once has an answer', `${of('first', 'answered')}, warm cache ${of('second', 'answered')}`),
    row('… and is classified correctly', `${of('first', 'correct')}, warm cache ${of('second', 'correct')}`),
  ];
}

async function transfers(browser, url, sent) {
  const context = await browser.newContext();
  const sizes = await measureTransfers(context, url, sent);
  await context.close();
  const parts = Object.entries(sizes).map(([kind, bytes]) => `${kind} ${kilobytes(bytes)}`);
  const total = `${kilobytes(sum(Object.values(sizes)))}: ${parts.join(', ')}`;
  success('Transfers', `${total}, as sent (Brotli)`);
  return [
    row('Bytes on the wire for a first reading (Brotli), without the data', total),
    row('The deferred part of the engine, later', kilobytes(measureDeferred())),
  ];
}

async function training(browser, url, rounds) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const job = step('Training', 'beside the bare engine, in turns');
  const results = await measureTraining(page, url, { rounds, threads: threads, tell: (text) => job.say(text) });
  job.done('beside the bare engine');
  const pointer = median(await measurePointer(page));
  await context.close();
  const percent = (share) => (100 * share).toFixed(0);
  const rows = Object.entries(results).map(([view, { shares, tasks }]) =>
    row(
      `Training while the page shows ${view}`,
      `${percent(median(shares))} % (${percent(Math.min(...shares))} – ${percent(Math.max(...shares))}) of the bare engine's speed, ` +
        `${tasks.length} tasks above 50 ms`,
    ),
  );
  const saving = Object.values(results).flatMap((result) => result.saving);
  return [
    ...rows,
    row(
      'Saving the run takes, of the page’s own thread while it trains',
      `${(100 * median(saving)).toFixed(2)} % (at most ${(100 * Math.max(...saving)).toFixed(2)} %)`,
    ),
    row('A pointer over an opened channel has its numbers', `${pointer.toFixed(1)} ms`),
  ];
}

await runMain(async () => {
  const { values } = readOptions(usage, { options: { rounds: { type: 'string' }, docs: { type: 'boolean' } } });
  const rounds = positiveInteger(values, 'rounds') ?? 5;
  heading('TinyCNN page');
  const env = await ensureToolchain({ wasm: true, browser: true });
  await ensureNodeModules();
  await buildAll(env);
  if (!(await provideMnist())) {
    throw new SetupError('The page is measured on MNIST, which is not available.', [
      'Set MNIST_DIR to a folder with its four files.',
    ]);
  }
  const { chromium } = await import('@playwright/test');
  const sent = [];
  const server = await startServer({
    folder: inRoot('web', 'dist'),
    port: 0,
    onSent: (file) => sent.push(file),
  });
  const browser = await chromium.launch({ executablePath: env.CHROMIUM, args: browserArguments });
  try {
    const table = markdownTable([
      ...(await openings(browser, server.url, rounds)),
      ...(await transfers(browser, server.url, sent)),
      ...(await training(browser, server.url, rounds)),
    ]);
    console.log(`\n${table}`);
    const text = `${table}\n\nHeadless Chromium on ${availableParallelism()} cores, the page served from the same machine, medians of ${rounds} rounds.`;
    if (values.docs) await writeSection('page', text);
  } finally {
    await browser.close();
    await server.close();
  }
});
