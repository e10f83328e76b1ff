// SPDX-License-Identifier: MIT
//
// What the benchmarks train. A run is { model, recipe, batchSize, changes? }: a model of the zoo, which of its recipes, and session
// options that differ from the recipe's.

/** As published, these diverge, which ends training. */
const kDiverging = new Set(['wide-593k']);

export function runOf({ id, ...entry }) {
  const recipe = kDiverging.has(id) ? 'bestRecipe' : 'recipe';
  return { model: id, recipe, batchSize: entry[recipe].batchSize };
}

export const keyOf = ({ model, recipe, batchSize, changes = {} }) =>
  `${model} ${recipe} ${batchSize} ${JSON.stringify(changes)}`;

/** For createSession. */
export function sessionOptions(zoo, { model, recipe, batchSize, changes = {} }) {
  const { optimizer, schedule, loss, emaDecay, normalize, augment } = zoo.find(({ id }) => id === model)[recipe];
  return { model, seed: 1, batchSize, optimizer, schedule, loss, emaDecay, normalize, augment, ...changes };
}
