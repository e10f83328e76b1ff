// SPDX-License-Identifier: MIT
//
// What a visitor changes of a recipe, the recipe that comes of it, and its learning rate over the run as a curve. Schedules count the
// mini-batches of MNIST's 60,000 training images here, as the recipes do. Pure.

import { optimizers } from './optimizers';
import type { OptimizerName } from './optimizers';
import type { AugmentOptions, Recipe, ScheduleOptions } from 'tinycnn';

export type ScheduleName = 'constant' | 'cosine' | 'oneCycle';
export type Augmentation = 'none' | 'slight' | 'strong';

/** What is not here is as the recipe has it. */
export interface RecipeChanges {
  optimizer?: OptimizerName;
  learningRate?: number;
  batchSize?: number;
  epochs?: number;
  schedule?: ScheduleName;
  augmentation?: Augmentation;
  /** Share (0..1) of each epoch that is synthetic digits. */
  synthetic?: number;
  /** How many of the training images it learns from. */
  trainingImages?: number;
  /** Share (0..1) of the training images whose labels are replaced by wrong ones. */
  wrongLabels?: number;
}

const images = 60_000;

const augmentations: Record<Exclude<Augmentation, 'none'>, AugmentOptions> = {
  slight: { degrees: 8, translate: [0.04, 0.04], scale: [0.94, 1.06], shear: 5 },
  strong: { degrees: 15, translate: [0.08, 0.08], scale: [0.85, 1.15], shear: 12, elastic: { alpha: 2 } },
};

export const recipeLimits = { batchSize: 4096, epochs: 1000, learningRate: 100, trainingImages: 100 } as const;

/** Few images take as many steps to learn as it takes, so a recipe makes more epochs of them, until it has done so many steps. */
const leastSteps = 2000;

function scheduleOf(recipe: Recipe, { schedule }: RecipeChanges): ScheduleOptions {
  const before = recipe.schedule;
  const type = schedule ?? before.type;
  const totalSteps = recipe.epochs * Math.ceil(images / recipe.batchSize);
  if (type === 'constant') return { type };
  if (type === 'cosine') return { ...(before.type === type ? before : {}), type, totalSteps };
  if (type === 'oneCycle') return { ...(before.type === type ? before : {}), type, totalSteps };
  return before;
}

function epochsOf(recipe: Recipe, { epochs, batchSize = recipe.batchSize, trainingImages }: RecipeChanges): number {
  if (epochs !== undefined || trainingImages === undefined) return epochs ?? recipe.epochs;
  const wanted = Math.ceil(leastSteps / Math.ceil(trainingImages / batchSize));
  return Math.min(recipeLimits.epochs, Math.max(recipe.epochs, wanted));
}

/** Without augmentation there is nothing of it, synthetic digits included, unless they are asked for. */
function augmentOf({ augment }: Recipe, { augmentation, synthetic }: RecipeChanges): AugmentOptions | undefined {
  const { generated: usual = 0, ...moved } = augment ?? {};
  const share = synthetic ?? (augmentation === 'none' ? 0 : usual);
  const kept = augmentation === undefined ? moved : augmentation === 'none' ? {} : augmentations[augmentation];
  const changed = { ...kept, ...(share > 0 ? { generated: share } : {}) };
  return augment === undefined && Object.keys(changed).length === 0 ? undefined : changed;
}

/** The recipe as the visitor wants it; a schedule that has an end ends with its last epoch. Among other images than digits there are no
 * synthetic ones. */
export function changedRecipe(recipe: Recipe, changes: RecipeChanges, isOfDigits = true): Recipe {
  if (Object.keys(changes).length === 0) return recipe;
  const chosen = changes.optimizer === undefined ? recipe.optimizer : optimizers[changes.optimizer].options;
  const optimizer = changes.learningRate === undefined ? chosen : { ...chosen, learningRate: changes.learningRate };
  const changed = {
    ...recipe,
    optimizer,
    batchSize: changes.batchSize ?? recipe.batchSize,
    epochs: epochsOf(recipe, changes),
  };
  const augment = augmentOf(recipe, isOfDigits ? changes : { ...changes, synthetic: 0 });
  const scheduled = { ...changed, schedule: scheduleOf(changed, changes) };
  return augment === undefined ? scheduled : { ...scheduled, augment };
}

const cosine = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;

function cycle(schedule: Extract<ScheduleOptions, { type: 'oneCycle' }>, share: number): number {
  const { pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4, annealStrategy = 'cos' } = schedule;
  const first = 1 / divFactor;
  const [from, to, part] =
    share < pctStart ? [first, 1, share / pctStart] : [1, first / finalDivFactor, (share - pctStart) / (1 - pctStart)];
  return annealStrategy === 'cos' ? cosine(from, to, part) : from + (to - from) * part;
}

/** What the schedule makes of the optimizer's rate after `share` (0..1) of the run. */
export function rateFactor({ schedule, epochs, batchSize }: Recipe, share: number): number {
  const steps = epochs * Math.ceil(images / batchSize);
  const step = share * steps;
  switch (schedule.type) {
    case 'constant':
      return 1;
    case 'oneCycle':
      return cycle(schedule, Math.min(1, step / schedule.totalSteps));
    case 'cosine':
      return cosine(1, 0, Math.min(1, step / schedule.totalSteps));
    case 'exponential':
      return (schedule.gamma ?? 0.1) ** step;
    case 'step':
      return (schedule.gamma ?? 0.1) ** Math.floor(step / schedule.stepSize);
  }
}

/** The learning rate at `count` points that are equally far apart, from the run's beginning to its end. */
export function ratesOver(recipe: Recipe, count: number): number[] {
  const rate = recipe.optimizer.learningRate ?? 1e-3;
  return Array.from({ length: count }, (_, i) => rate * rateFactor(recipe, i / (count - 1)));
}
