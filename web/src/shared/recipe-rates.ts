// SPDX-License-Identifier: MIT
//
// The learning rate over a run, by the formulas of torch.optim's schedules. Pure.

import { images } from './recipe-changes';
import type { Recipe, ScheduleOptions } from 'tinycnn';

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
