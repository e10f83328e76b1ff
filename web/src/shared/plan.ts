// SPDX-License-Identifier: MIT
//
// What a recipe means on the present data. Recipes count their schedules in the mini-batches of MNIST's 60,000 training images; they mean
// epochs, so on another data set every count is stretched to its mini-batches, and every factor from one to the next with it. Pure.

import type { Recipe, ScheduleOptions, SessionOptions } from 'tinycnn';

const publishedImages = 60_000;

export const stepsPerEpochOf = (images: number, { batchSize }: Recipe): number => Math.ceil(images / batchSize);

function stretched(schedule: ScheduleOptions, share: number): ScheduleOptions {
  const steps = (count: number): number => Math.max(1, Math.round(count * share));
  const warmup = schedule.warmupSteps ? { warmupSteps: steps(schedule.warmupSteps) } : {};
  switch (schedule.type) {
    case 'constant':
      return { ...schedule, ...warmup };
    case 'exponential':
      return schedule.gamma === undefined
        ? { ...schedule, ...warmup }
        : { ...schedule, ...warmup, gamma: schedule.gamma ** (1 / share) };
    case 'step':
      return { ...schedule, ...warmup, stepSize: steps(schedule.stepSize) };
    case 'oneCycle':
    case 'cosine':
      return { ...schedule, ...warmup, totalSteps: steps(schedule.totalSteps) };
  }
}

/**
 * A schedule for training that goes on after its end, where it would train at a rate of next to nothing: the same one over `times` as many
 * steps, from where that is by then. So the rate rises again, to less than it was at first, and falls to the new end.
 */
export const extended = (schedule: ScheduleOptions, times: number): ScheduleOptions =>
  'totalSteps' in schedule ? { ...schedule, totalSteps: schedule.totalSteps * times } : schedule;

/** Everything of a session but its model and seed. `images`: how many there are to train on, 0 while there are none. */
export function sessionOptionsOf(recipe: Recipe, images: number): Omit<SessionOptions, 'model' | 'seed'> {
  const { batchSize, optimizer, normalize, loss, emaDecay, augment } = recipe;
  const share = stepsPerEpochOf(images, recipe) / stepsPerEpochOf(publishedImages, recipe);
  const stretches = share > 0 && share !== 1;
  const schedule = stretches ? stretched(recipe.schedule, share) : recipe.schedule;
  // The average reaches back over the same part of an epoch.
  const decay = stretches ? emaDecay ** (1 / share) : emaDecay;
  return {
    batchSize,
    optimizer,
    schedule,
    normalize,
    loss,
    emaDecay: decay,
    ...(augment === undefined ? {} : { augment }),
  };
}
