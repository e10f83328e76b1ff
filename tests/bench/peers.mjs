// SPDX-License-Identifier: MIT
//
// Trains models of the zoo in headless Chromium and in peers (PyTorch, Genann, TensorFlow.js, jax-js), one thread each unless a name says
// otherwise, the same work on the same images: shuffled batch, forward, loss, backward, optimizer. Measured in turns, since a machine's
// speed drifts by more than the differences: only ratios within one round count. A peer that is not there, or cannot train a model,
// is skipped by name. GPUs are left out. `npm run bench:peers -- --help` lists the options.

import { writeFileSync } from 'node:fs';
import { loadEngine } from 'tinycnn';
import { findPythonWithTorch, howToGetPyTorch } from '../../tools/setup/pytorch.mjs';
import { writeSection } from '../../tools/support/markdown.mjs';
import { readOptions } from '../../tools/support/options.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';
import { openChromiumPeers } from './chromium-peers.mjs';
import { peersCommand } from './commands.mjs';
import { withDataFiles } from './data-files.mjs';
import { spread } from './figures.mjs';
import { genannModel, openGenannPeer } from './genann-peer.mjs';
import { choose, describeMachine, positive, reasonOf, positiveIntegers } from './options.mjs';
import { bestName, genann, installed } from './peer-names.mjs';
import { chooseCases, subjectOf } from './peers-cases.mjs';
import { printReport, docsText, referenceOf, shortfall } from './peers-report.mjs';
import { openPyTorchPeers } from './pytorch-peer.mjs';
import { writeReference } from './records.mjs';
import { openWebPeers, webModel } from './web-peers.mjs';

const say = (text) => console.error(`  … ${text}`);

/** Peers that can train a subject, each with what it chose for it; what cannot is added to `skipped`. */
async function prepareAll(peers, subject, skipped) {
  const ready = [];
  for (const peer of peers.filter(({ model = subject.model }) => model === subject.model)) {
    try {
      await peer.memory?.forget();
      const choice = await peer.prepare(subject);
      await peer.train(subject, 0.2);
      ready.push({ peer, choice });
    } catch (error) {
      skipped.push({ name: peer.name, model: subject.model, reason: reasonOf(error) });
    }
  }
  return ready;
}

/** Images a second by peer and round: each round gives every peer one turn. */
async function measureInTurns(peers, subject, rounds, seconds, skipped) {
  const { model, batchSize, targets } = subject;
  const ready = await prepareAll(peers, subject, skipped);
  const speeds = ready.map(() => []);
  for (let round = 0; round < rounds; ++round) {
    for (const [i, { peer }] of ready.entries()) {
      const { images, seconds: taken, loss } = await peer.train(subject, seconds);
      if (!Number.isFinite(loss)) throw new Error(`${peer.name} no longer learns ${model}: its loss is ${loss}`);
      speeds[i].push(images / taken);
    }
    say(`${model}, batch ${batchSize}: round ${round + 1} of ${rounds}`);
  }
  const [ours] = speeds;
  const peaks = [];
  for (const { peer } of ready) peaks.push(await peer.memory?.peak());
  return ready.map(({ peer, choice }, i) => ({
    name: peer.name,
    model,
    batchSize,
    choice,
    target: targets[peer.name],
    peakMemory: peaks[i],
    imagesPerSecond: speeds[i],
    ...spread(speeds[i]),
    ratio: spread(ours.map((speed, round) => speed / speeds[i][round])),
  }));
}

/** Opens one kind of peer; none, and a line in `skipped`, where that fails. */
async function tryToOpen(name, open, skipped) {
  try {
    return [await open()].flat();
  } catch (error) {
    skipped.push({ name, reason: reasonOf(error) });
    return [];
  }
}

/** Those that may train `model`. */
async function openPeers({ model }, data, files, values, skipped) {
  const openPyTorch = () => {
    const python = findPythonWithTorch();
    if (!python) throw new Error(`no python3 with PyTorch was found. ${howToGetPyTorch}`);
    return openPyTorchPeers(python, files);
  };
  const peers = await openChromiumPeers(data, process.env.CHROMIUM, skipped);
  peers.push(...(await tryToOpen('PyTorch', openPyTorch, skipped)));
  const openGenann = () => openGenannPeer(values.genann ?? process.env.GENANN_DIR, files, data.labels.length);
  if (model === genannModel) peers.push(...(await tryToOpen(genann, openGenann, skipped)));
  if (values.web && model === webModel) peers.push(...(await openWebPeers(data, process.env.CHROMIUM, skipped)));
  return peers;
}

/** Every comparison has new processes, so that their memory is that of this comparison. */
async function measure(subjects, data, values, { rounds, seconds }) {
  return withDataFiles(data, async (files) => {
    const skipped = [];
    const results = [];
    const abouts = new Map();
    for (const subject of subjects) {
      const peers = await openPeers(subject, data, files, values, skipped);
      for (const { name, about } of peers) abouts.set(name, { name, ...about });
      try {
        results.push(...(await measureInTurns(peers, subject, rounds, seconds, skipped)));
      } finally {
        for (const peer of peers) await peer.close();
      }
    }
    return { peers: [...abouts.values()], results, skipped };
  });
}

async function record(report, values) {
  if (values.json === '-') console.log(JSON.stringify(report, null, 2));
  else printReport(report);
  if (values.json && values.json !== '-') writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.docs) await writeSection('peers', docsText(report));
  if (values.reference) writeReference('peers', referenceOf(report));
}

async function main() {
  const { values } = readOptions(peersCommand.usage, peersCommand.config);
  const [rounds, seconds] = ['rounds', 'seconds'].map((name) => positive(values[name], name));
  const wanted = ['assert', 'assert-best'].map((name) => values[name] && positive(values[name], name));
  if (!process.env.CHROMIUM) {
    console.log('bench:peers skipped: no Chromium was found. CHROMIUM=… names one.');
    return 0;
  }
  const { zoo } = await loadEngine({ threads: 1 });
  const models =
    values.model &&
    choose(
      values.model,
      zoo.map(({ id }) => id),
      'model',
    );
  const cases = chooseCases(
    values.batch?.flatMap((text) => positiveIntegers(text, 'batch')),
    models,
  );
  const subjects = cases.map((each) => subjectOf(zoo, each));
  const machine = describeMachine();
  const data = syntheticDigits({ count: positive(values.images, 'images') });
  const { peers, results, skipped } = await measure(subjects, data, values, { rounds, seconds });
  await record({ machine: { ...machine, node: process.version, peers }, rounds, seconds, results, skipped }, values);
  const failures = [installed, bestName].map((name, i) => shortfall(results, name, wanted[i])).filter(Boolean);
  for (const failure of failures) console.error(failure);
  return failures.length > 0 ? 1 : 0;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
