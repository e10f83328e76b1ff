// SPDX-License-Identifier: MIT
//
// How long it takes in headless Chromium from an open page, with the engine loaded and MNIST in memory, to a test accuracy: making the
// session, handing over the data, training by a short recipe made for it, and one test of 10,000 images. Medians over seeds.
// `npm run bench:time-to -- --help` lists the options.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { timeToCommand } from './commands.mjs';
import { openChromium } from './environments.mjs';
import { spread, textTable } from './figures.mjs';
import { describeMachine, machineInWords, positive } from './options.mjs';
import { writeSection } from '../../tools/support/markdown.mjs';
import { readOptions } from '../../tools/support/options.mjs';
import { allRaces, raceOptions, timesTable, timesText } from './races.mjs';

/** One race by every seed; the first is run twice, so that no compiler is at work while the clock runs. */
async function run(chromium, race, threads, seeds) {
  const runs = [];
  for (let seed = 0; seed <= seeds; ++seed) {
    const found = await chromium.reach(threads, raceOptions(race, Math.max(seed, 1)));
    if (seed === 0) continue;
    runs.push({ seed, ...found });
    console.error(
      `  … ${race.id}, seed ${seed}: ${(100 * found.accuracy).toFixed(2)} % after ${found.seconds.toFixed(2)} s`,
    );
  }
  const reached = runs.filter(({ accuracy }) => accuracy >= race.goal).length;
  return { ...race, runs, reached, seconds: spread(runs.map(({ seconds }) => seconds)) };
}

async function main() {
  const { values } = readOptions(timeToCommand.usage, timeToCommand.config);
  const [seeds, threads] = ['seeds', 'threads'].map((name) => positive(values[name], name));
  const machine = describeMachine();
  const chromium = await openChromium({ folder: process.env.MNIST_DIR });
  try {
    await chromium.open(threads);
    const chosen = allRaces.filter(({ id }) => !values.race || values.race.includes(id));
    const races = [];
    for (const race of chosen) races.push(await run(chromium, race, threads, seeds));
    const report = { machine: { ...machine, ...chromium.about }, threads, seeds, races };
    console.log(`\n${textTable(timesTable(report))}\n\n${machineInWords(machine)}`);
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    if (values.docs) await writeSection('time-to', timesText(report));
  } finally {
    await chromium.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
