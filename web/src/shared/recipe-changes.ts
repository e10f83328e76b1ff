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
  /** Side of the square that is cut out of each training image, in pixels. */
  cutout?: number;
  /** Of the beta distribution by which each training image is mixed with another one. */
  mixup?: number;
  /** How many of the training images it learns from. */
  trainingImages?: number;
  /** Share (0..1) of the training images whose labels are replaced by wrong ones. */
  wrongLabels?: number;
}

export const images = 60_000;

const augmentations: Record<Exclude<Augmentation, 'none'>, AugmentOptions> = {
  slight: { degrees: 8, translate: [0.04, 0.04], scale: [0.94, 1.06], shear: 5 },
  strong: { degrees: 15, translate: [0.08, 0.08], scale: [0.85, 1.15], shear: 12, elastic: { alpha: 2 } },
};

export const recipeLimits = {
  batchSize: 4096,
  epochs: 1000,
  learningRate: 100,
  trainingImages: 100,
  cutout: 64,
  mixup: 2,
} as const;

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
function augmentOf(
  { augment }: Recipe,
  { augmentation, synthetic, cutout, mixup }: RecipeChanges,
): AugmentOptions | undefined {
  const { generated: usual = 0, ...moved } = augment ?? {};
  const share = synthetic ?? (augmentation === 'none' ? 0 : usual);
  const kept = augmentation === undefined ? moved : augmentation === 'none' ? {} : augmentations[augmentation];
  const changed = {
    ...kept,
    ...(share > 0 ? { generated: share } : {}),
    ...(cutout === undefined ? {} : { cutout }),
    ...(mixup === undefined ? {} : { mixup }),
  };
  return augment === undefined && Object.keys(changed).length === 0 ? undefined : changed;
}

/** The recipe as the visitor wants it; a schedule that has an end ends with its last epoch. Among other images than digits there are no
 * synthetic ones. */
export function changedRecipe(recipe: Recipe, changes: RecipeChanges, isOfDigits = true): Recipe {
  if (Object.keys(changes).length === 0) return recipe;
  const chosen = changes.optimizer === undefined ? recipe.optimizer : optimizers[changes.optimizer];
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
