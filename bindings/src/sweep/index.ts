// SPDX-License-Identifier: MIT
// tinycnn/sweep: searches over settings of training and over networks.
//
//   const progress = new SweepProgress(sweep)
//   const data = dataOf(progress.sweep, train, test)
//   for (let job = progress.next(); job !== null; job = progress.next()) {
//     progress.add((await runTrial(engine, data, job)).result)
//   }
//   progress.ranking[0]
//
// A sweep is data, its trials follow from it, and a trial has the same weights wherever it is run. Several engines may share a sweep: each
// takes the next job and adds its result.

export type * from './types.js';
export { heatMapOf, headerLine, readResults, resultLine, scoreOf, type HeatMap } from './outcome.js';
export { presets } from './presets.js';
export { SweepProgress, type Shard } from './progress.js';
export { dataOf, runTrial, type SweepData, type TrialOptions, type TrialOutcome } from './trial.js';
export type { CheckedSweep } from './plan.js';
