// SPDX-License-Identifier: MIT
//
// Kernels by layer: forward and backward of one block of samples, by the tasks of layer_bench.cpp, which every environment numbers
// alike. The reference implementations run natively, once.

import { median, spread } from './figures.mjs';

const secondsPerLayer = 0.01;
/** Samples of a block. */
const lanes = 8;

/** What the native program says of its tasks; elsewhere only their names are known. */
async function tasksOf(environments) {
  const native = environments.find((each) => each.tasks);
  return native ? native.tasks() : (await environments[0].layers()).map((name) => ({ name, what: '', macs: null }));
}

/** [{ name, what, macs, microseconds: { environment: spread }, reference? }] for an image; macs: nominal multiply-adds of an image. */
export async function measureLayers(environments, models, rounds, say) {
  const all = await tasksOf(environments);
  for (const environment of environments) await environment.layers();
  const chosen = all
    .map((task, index) => ({ ...task, index }))
    .filter(({ name }) => models.includes(name.split(' ')[0]));
  const found = chosen.map(() => environments.map(() => []));
  for (let round = -1; round < rounds; ++round) {
    for (const [i, { index }] of chosen.entries()) {
      for (const [e, environment] of environments.entries()) {
        const seconds = await environment.layer(index, secondsPerLayer);
        if (round >= 0) found[i][e].push((1e6 * seconds) / lanes);
      }
    }
  }
  say('kernels: done');
  const native = environments.find((each) => each.reference);
  const results = [];
  for (const [i, { name, what, macs, hasReference, index }] of chosen.entries()) {
    const reference =
      hasReference && native ? (1e6 * (await native.reference(index, secondsPerLayer))) / lanes : undefined;
    results.push({
      name,
      what,
      macs: macs / lanes,
      microseconds: Object.fromEntries(environments.map((environment, e) => [environment.name, spread(found[i][e])])),
      ...(reference === undefined
        ? {}
        : { reference, fasterThanReference: reference / median(found[i][environments.indexOf(native)]) }),
    });
  }
  return results;
}
