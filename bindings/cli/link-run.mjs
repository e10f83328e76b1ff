// SPDX-License-Identifier: MIT
// What a link of the page leads to, by the page's own modules: the run as it began, and the way to its step.
import { isOwn } from '../../web/src/shared/imported';
import { ownEntry, ownNetworkIn } from '../../web/src/shared/own-network';
import { sessionOptionsOf } from '../../web/src/shared/plan';
import { areDigits } from '../../web/src/shared/published-datasets';
import { changedRecipe } from '../../web/src/shared/recipe-changes';
import { recipeOf } from '../../web/src/shared/recipes';
import { fromHash } from '../../web/src/state/page-link';
import { goalIn } from '../../web/src/state/recipe-link';
import { Data } from '../../web/src/worker/data/held-data';
import { UsageError } from './errors.mjs';

export { retrain } from '../../web/src/worker/retrain';

/** Throws UsageError for a link that names no weights. */
export function readLink(link) {
  const hash = link.slice(link.indexOf('#'));
  const goal = link.includes('#') ? goalIn(hash) : null;
  if (goal !== null) return { goal, ...fromHash(hash) };
  throw new UsageError('This link does not say which weights it leads to.', [
    'Expected one that was copied on the page by Share, Copy link: it ends with #…stop=step-N&weights=….',
    'In a shell it stands in quotes, as it holds &.',
  ]);
}

/** The network of a link: one of the zoo, or one that somebody has built, which the link itself brings. Rejects with UsageError where there
 * is none. */
export async function networkOf(model, zoo) {
  const named = zoo.find(({ id }) => id === model);
  if (named) return { entry: named, isOwn: false };
  if (!isOwn(model)) throw new UsageError(`There is no network '${model}'.`, ['tinycnn zoo lists them.']);
  try {
    return { entry: ownEntry(model, await ownNetworkIn(model), zoo), isOwn: true };
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/**
 * A session as the link's run began, with the images that it learns from, and what comes on the way.
 * @param {import('tinycnn').Engine} engine
 * @param {any} link as of `readLink`
 * @param {{ entry: import('tinycnn').ZooEntry, isOwn: boolean }} network as of `networkOf`
 * @param {any} dataset as the page's loaders hand it over
 */
export async function beginLink(engine, { goal, settings }, { entry, isOwn: isBuilt }, dataset) {
  const isOfDigits = areDigits(dataset.classes);
  const recipe = changedRecipe(recipeOf(entry, settings.recipe, isOfDigits), settings.changes, isOfDigits);
  const data = await new Data(dataset).forRun(settings);
  const options = sessionOptionsOf(recipe, data.train.labels.length);
  const session = engine.createSession({
    model: isBuilt ? entry.spec : entry.id,
    seed: settings.seed,
    ...options,
    classNames: data.classes,
  });
  session.setData('train', data.train);
  const schedule = /** @type {import('tinycnn').ScheduleOptions} */ (options.schedule ?? { type: 'constant' });
  return { session, plan: { rates: goal.rates, schedule, epochs: recipe.epochs }, data: data.train };
}
