// SPDX-License-Identifier: MIT
//
// What is known of the run on the screen, and how each thing that happens changes it. Pure: a transition takes a state and gives a new one.

import { cutAt, extended, emptyCurve } from './curve';
import { emptyLogCurve, logExtended } from './log-curve';
import type { Curve } from './curve';
import type { LogCurve } from './log-curve';
import type { Evaluation, Measurement, Probe, RunFacts, RunSettings, StopReason } from '../shared/protocol';

export type Phase = 'idle' | 'training' | 'finished' | 'diverged';

export interface RunState {
  settings: RunSettings;
  facts: RunFacts | null;
  phase: Phase;
  step: number;
  /** Means over about the last hundred steps while training, over the last one after Step. */
  loss: number | null;
  accuracy: number | null;
  curve: Curve;
  /** The same on a logarithmic axis of steps, from the first one on. */
  story: LogCurve;
  /** Quick looks between the tests. */
  probes: readonly Probe[];
  evaluations: readonly Evaluation[];
  /** Share of the test set that the present evaluation has seen, or null when none runs. */
  evaluating: number | null;
  imagesPerSecond: number | null;
  /** Epochs after which the learning rate schedule ends, where it has gone on past the recipe's. */
  extendedTo: number | null;
  /** When Train was pressed, by the page's clock in milliseconds, while it trains. */
  startedAt: number | null;
}

const recentSteps = 100;

export const initialRun = (settings: RunSettings): RunState => ({
  settings,
  facts: null,
  phase: 'idle',
  step: 0,
  loss: null,
  accuracy: null,
  curve: emptyCurve,
  story: emptyLogCurve,
  probes: [],
  evaluations: [],
  evaluating: null,
  imagesPerSecond: null,
  extendedTo: null,
  startedAt: null,
});

export const configured = (facts: RunFacts): RunState => ({
  ...initialRun({
    model: facts.model,
    recipe: facts.recipe,
    seed: facts.seed,
    validation: facts.validation,
    changes: facts.changes,
  }),
  facts,
});

/** Another learning rate, in mid-run. */
export const adjusted = (run: RunState, learningRate: number): RunState => ({
  ...run,
  settings: { ...run.settings, changes: { ...run.settings.changes, learningRate } },
});

/** Step 0 again, with the weights of `seed`. */
export const rewound = (run: RunState, seed: number): RunState => ({
  ...initialRun({ ...run.settings, seed }),
  facts: run.facts === null ? null : { ...run.facts, seed, step: 0 },
});

export const extendedTo = (run: RunState, epochs: number): RunState => ({ ...run, extendedTo: epochs });

export const started = (run: RunState, now: number): RunState => ({ ...run, phase: 'training', startedAt: now });

/** Mean over the last steps of the curve, as many as make about recentSteps. */
function recent(curve: Curve): { loss: number; accuracy: number } | null {
  const points = curve.points.slice(-Math.max(1, Math.round(recentSteps / curve.bucket)));
  if (points.length === 0) return null;
  const mean = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, p) => sum + of(p), 0) / points.length;
  return { loss: mean((p) => p.loss), accuracy: mean((p) => p.accuracy) };
}

export function measured(run: RunState, measurements: readonly Measurement[], imagesPerSecond: number): RunState {
  const last = measurements.at(-1);
  if (last === undefined) return run;
  const curve = extended(run.curve, measurements);
  const shown = (run.phase === 'training' ? recent(curve) : null) ?? last;
  return {
    ...run,
    curve,
    story: logExtended(run.story, measurements),
    step: last.step,
    loss: shown.loss,
    accuracy: shown.accuracy,
    evaluating: null,
    imagesPerSecond: run.phase === 'training' ? imagesPerSecond : run.imagesPerSecond,
  };
}

export const probed = (run: RunState, probe: Probe): RunState => ({
  ...run,
  probes: [...run.probes.filter(({ step }) => step < probe.step), probe],
});

export const evaluating = (run: RunState, share: number): RunState => ({ ...run, evaluating: share });

export const evaluated = (run: RunState, evaluation: Evaluation): RunState => ({
  ...run,
  evaluating: null,
  evaluations: [...run.evaluations.filter(({ step }) => step < evaluation.step), evaluation],
});

export const stopped = (run: RunState, reason: Exclude<StopReason, 'diverged'>): RunState => ({
  ...run,
  phase: reason === 'finished' ? reason : 'idle',
  startedAt: null,
});

/** `loss` is that of the mini-batch at which it was noticed; it stays off the curve, whose axis it would burst. */
export const diverged = (run: RunState, step: number, loss: number): RunState => ({
  ...run,
  phase: 'diverged',
  startedAt: null,
  step,
  loss,
});

/** The same run on a fresh worker, back at the last snapshot; at its beginning where there is none. */
export const restored = (run: RunState, facts: RunFacts, step: number): RunState => ({
  ...run,
  facts,
  extendedTo: step === 0 ? null : run.extendedTo,
  phase: 'idle',
  step,
  curve: cutAt(run.curve, step),
  story: cutAt(run.story, step),
  probes: run.probes.filter((probe) => probe.step <= step),
  evaluations: run.evaluations.filter((evaluation) => evaluation.step <= step),
  evaluating: null,
});

export interface EpochProgress {
  /** Finished epochs. */
  epoch: number;
  /** Share of the present epoch, 0..1. */
  share: number;
}

export function epochProgress({ facts, step }: RunState): EpochProgress {
  if (facts === null || facts.stepsPerEpoch === 0) return { epoch: 0, share: 0 };
  const { stepsPerEpoch } = facts;
  return { epoch: Math.floor(step / stepsPerEpoch), share: (step % stepsPerEpoch) / stepsPerEpoch };
}

/** The last test. Not the best one: the best of many looks at the test set says more than the network can do. */
export const lastTest = ({ evaluations }: RunState): Evaluation | null => evaluations.at(-1) ?? null;

/** What is last known of how well it does on test images: by a test, or by a quick look at a sample of them. */
export function lastKnown({ probes, evaluations }: RunState): { step: number; accuracy: number; loss: number } | null {
  const [probe, test] = [probes.at(-1) ?? null, evaluations.at(-1) ?? null];
  if (probe === null || test === null) return probe ?? test;
  return probe.step > test.step ? probe : test;
}

/** What was known of it at an earlier step. */
export function asOf(run: RunState, step: number): RunState {
  const point = run.story.points.findLast((each) => each.step <= step);
  const evaluations = run.evaluations.filter((evaluation) => evaluation.step <= step);
  return { ...run, step, loss: point?.loss ?? null, accuracy: point?.accuracy ?? null, evaluations };
}
