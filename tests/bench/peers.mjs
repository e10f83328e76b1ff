// SPDX-License-Identifier: MIT
//
// Trains TinyCNN in headless Chromium and in PyTorch, one thread each, the same work on the same images: shuffled batch, forward,
// loss, backward, Adam. Measured in turns, since a machine's speed drifts by more than the differences: only ratios within one round
// count. `npm run bench:peers -- --help` lists the options.

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { findPythonWithTorch, howToGetPyTorch } from '../../tools/lib/pytorch.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';
import { openBrowserPeer } from './browser-peer.mjs';
import { shortfall, spread, table } from './peers-report.mjs';
import { hasOpenBlas, openPyTorchPeers } from './pytorch-peer.mjs';

const kHelp = `Trains TinyCNN in Chromium and in PyTorch, in turns, and prints images a second and their ratios.
  --rounds N         rounds, each of one turn per peer (default 6)
  --seconds S        length of a turn (default 3)
  --batch N          batch size; may be given more than once (default 16 and 128)
  --images N         images of the data set (default 8000)
  --assert R         fail unless TinyCNN is at least R times as fast as PyTorch as installed, at the first batch size
  --assert-best R    the same against PyTorch at its best
  --json FILE        also write every measurement and version as JSON ('-': to standard output, instead of the table)`;

const kOptions = {
  rounds: { type: 'string', default: '6' },
  seconds: { type: 'string', default: '3' },
  batch: { type: 'string', multiple: true, default: ['16', '128'] },
  images: { type: 'string', default: '8000' },
  assert: { type: 'string' },
  'assert-best': { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
};

function positive(text, name) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name}: expected a number above 0, got '${text}'`);
  return value;
}

/** Images a second by peer and round: each round gives every peer one turn. */
async function measureInTurns(peers, batchSize, rounds, seconds, say) {
  const choices = [];
  for (const peer of peers) choices.push(await peer.prepare(batchSize));
  for (const peer of peers) await peer.measure(batchSize, seconds / 2);
  const speeds = peers.map(() => []);
  for (let round = 0; round < rounds; ++round) {
    for (const [i, peer] of peers.entries()) {
      const { images, seconds: taken, loss } = await peer.measure(batchSize, seconds);
      if (!Number.isFinite(loss)) throw new Error(`${peer.name} no longer learns: its loss is ${loss}`);
      speeds[i].push(images / taken);
    }
    say(`batch ${batchSize}: round ${round + 1} of ${rounds}`);
  }
  const [ours] = speeds;
  return peers.map(({ name }, i) => ({
    name,
    batchSize,
    choice: choices[i],
    imagesPerSecond: speeds[i],
    ...spread(speeds[i]),
    ratio: spread(ours.map((speed, round) => speed / speeds[i][round])),
  }));
}

function describeMachine(peers) {
  const [{ model }] = cpus();
  return {
    cpu: model,
    cores: cpus().length,
    load: loadavg()[0],
    node: process.version,
    peers: peers.map(({ name, about }) => ({ name, ...about })),
  };
}

function printReport({ machine, results, rounds, seconds }) {
  const [{ chromium, engine }, torch] = machine.peers;
  console.log(`\n${table(results)}\n`);
  console.log(
    `One thread each; medians of ${rounds} rounds of ${seconds} s in turns; ratios are taken within a round.`,
  );
  console.log(
    `${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} at the start; Chromium ${chromium}, ${engine.variant}`,
  );
  console.log(`PyTorch ${torch.torch}; as installed: ${torch.blas.join(', ') || 'no BLAS'}`);
  for (const { batchSize, choice } of results.filter(({ name }) => name.endsWith('its best'))) {
    const blas = hasOpenBlas() ? 'OpenBLAS' : 'no OpenBLAS (apt-get install libopenblas0-pthread)';
    console.log(
      `  its best at batch ${batchSize}: ${blas}, malloc keeps memory, the fastest of ` +
        `four: ${JSON.stringify(choice)}`,
    );
  }
}

function skip(reason) {
  console.log(`bench:peers skipped: ${reason}`);
  return 0;
}

async function openPeers(python, data) {
  const ours = await openBrowserPeer(process.env.CHROMIUM, data);
  try {
    return [ours, ...(await openPyTorchPeers(python, data))];
  } catch (error) {
    await ours.close();
    throw error;
  }
}

async function main() {
  const { values } = parseArgs({ options: kOptions });
  if (values.help) return console.log(kHelp) ?? 0;
  const [rounds, seconds] = ['rounds', 'seconds'].map((name) => positive(values[name], name));
  const wanted = ['assert', 'assert-best'].map((name) => values[name] && positive(values[name], name));
  const python = findPythonWithTorch();
  if (!python) return skip(`no python3 with PyTorch was found. ${howToGetPyTorch}`);
  if (!process.env.CHROMIUM) return skip('no Chromium was found. CHROMIUM=… names one.');

  const load = loadavg()[0];
  const peers = await openPeers(python, syntheticDigits({ count: positive(values.images, 'images') }));
  const results = [];
  try {
    for (const batch of values.batch) {
      const say = (text) => console.error(`  … ${text}`);
      results.push(...(await measureInTurns(peers, positive(batch, 'batch'), rounds, seconds, say)));
    }
  } finally {
    for (const peer of peers) await peer.close();
  }
  const report = { machine: { ...describeMachine(peers), load }, rounds, seconds, results };
  if (values.json === '-') console.log(JSON.stringify(report, null, 2));
  else printReport(report);
  if (values.json && values.json !== '-') writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  const names = ['PyTorch, as installed', 'PyTorch, its best'];
  const failures = names.map((name, i) => shortfall(results, name, wanted[i])).filter(Boolean);
  for (const failure of failures) console.error(failure);
  return failures.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
