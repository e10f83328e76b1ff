// SPDX-License-Identifier: MIT
//
// A whole run as a link: the settings with which it began, the learning rates that were set on the way, the step that it reached, and the
// hash of the weights that it had there. Whoever opens it trains to the same bits. Pure.

import { toHash } from './page-link';
import type { RateChange, RunLog } from '../shared/run-log';

/** What a link says of where its run leads to. */
export interface Goal {
  step: number;
  /** The hash of the weights there. */
  weights: string;
  rates: readonly RateChange[];
  /** Of the engine that made them; null where the link does not say. */
  version: string | null;
}

/** A goal, and the id of the data on which it is reached. */
export interface Aim {
  goal: Goal;
  data: string;
}

const ratesText = (rates: readonly RateChange[]): string =>
  rates.map(({ step, learningRate }) => `${step}-${learningRate}`).join('_');

/** `view`: what is looked at, without the rule when to stop. */
export function recipeHash(
  { data, log, view }: { data: string | null; log: RunLog; view: string },
  { step, weights, version }: Pick<Goal, 'step' | 'weights' | 'version'>,
): string {
  const { rates } = log;
  const goal = new URLSearchParams({
    stop: `step-${step}`,
    ...(rates.length === 0 ? {} : { rates: ratesText(rates) }),
    weights,
    ...(version === null ? {} : { version }),
  });
  const parts = [toHash({ data, settings: log.begun }), goal.toString(), view];
  return parts.filter((part) => part !== '').join('&');
}

/** "1200-0.003_2400-0.001"; null where that is no list of changes, step after step. */
function ratesIn(text: string | null): RateChange[] | null {
  if (text === null) return [];
  const rates: RateChange[] = [];
  for (const part of text.split('_')) {
    const [, digits, number] = /^(\d{1,9})-(\d+(?:\.\d+)?(?:e-?\d+)?)$/.exec(part) ?? [];
    const [step, learningRate] = [Number(digits), Number(number)];
    if (digits === undefined || !Number.isFinite(learningRate) || step <= (rates.at(-1)?.step ?? -1)) return null;
    rates.push({ step, learningRate });
  }
  return rates;
}

/** Null for a link that says of no weights. */
export function goalIn(hash: string): Goal | null {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const weights = values.get('weights') ?? '';
  const [, digits] = /^step-([1-9]\d{0,8})$/.exec(values.get('stop') ?? '') ?? [];
  const rates = ratesIn(values.get('rates'));
  if (!/^[0-9a-f]{16}$/.test(weights) || digits === undefined || rates === null) return null;
  return { step: Number(digits), weights, rates, version: values.get('version') };
}

/** What has come of a goal, as a sentence; `found` are the weights at its step. */
export function verdict(goal: Goal, found: string, now: { version: string; data: string | null }): string {
  if (found === goal.weights) return `Same weights: ${found}, bit for bit as the link says.`;
  const engine =
    goal.version !== null && goal.version !== now.version
      ? ` The link was made by TinyCNN ${goal.version}; this is ${now.version}.`
      : '';
  const data = now.data === null ? '' : ` ${now.data}`;
  return `Other weights: ${found} instead of ${goal.weights}.${engine}${data}`;
}
