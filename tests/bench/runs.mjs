// SPDX-License-Identifier: MIT
//
// What the benchmarks train. A run is { model, recipe, batchSize }: a model of the zoo, which of its recipes, and a batch size that may
// differ from the recipe's; with `fromStep` it is measured from that step on instead of from fresh weights.

/** As published, these diverge, which ends training. */
const diverging = new Set(['wide-593k']);

export function runOf({ id, ...entry }) {
  const recipe = diverging.has(id) ? 'bestRecipe' : 'recipe';
  return { model: id, recipe, batchSize: entry[recipe].batchSize };
}

export const keyOf = ({ model, recipe, batchSize }) => `${model} ${recipe} ${batchSize}`;

/** For createSession. */
export function sessionOptions(zoo, { model, recipe, batchSize }) {
  const { optimizer, schedule, loss, emaDecay, normalize, augment } = zoo.find(({ id }) => id === model)[recipe];
  return { model, seed: 1, batchSize, optimizer, schedule, loss, emaDecay, normalize, augment };
}
