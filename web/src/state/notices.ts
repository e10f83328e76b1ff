// SPDX-License-Identifier: MIT
//
// What goes wrong in a run without ending it: a loss that stays where guessing is, and ReLUs that are dead. What is noticed, why it is so,
// and what to do, in words. Pure.

import { rateText } from '../shared/format-small';
import type { DeadUnits } from '../shared/protocol';
import type { CurvePoint } from './curve';

export interface Notice {
  kind: 'stuck' | 'dead';
  headline: string;
  /** Why it is so, and what to do. */
  why: string;
  /** A learning rate to try instead. */
  rate: number;
}

export interface Signs {
  /** Means over some steps each, up to the present one. */
  points: readonly CurvePoint[];
  /** Of the last test; null before one. */
  dead: readonly DeadUnits[] | null;
  classes: number;
  /** Of the loss of guessing; null for a loss that has none. */
  guessingLoss: number | null;
  learningRate: number;
}

/** Some networks take a while before they begin to learn. */
const leastSteps = 500;
const lookedAt = 300;
/** Around the loss of guessing, as a share of it. */
const near = { below: 0.02, above: 0.15 };
/** Times what guessing gets right. */
const guessed = 1.6;
/** Below this it is not the rate that is too high. */
const highRate = 1e-4;

/** Whether the loss of the last steps has stayed at that of guessing. */
function isStuck({ points, classes, guessingLoss }: Signs): boolean {
  const last = points.at(-1);
  if (guessingLoss === null || last === undefined || last.step < leastSteps) return false;
  const recent = points.filter(({ step }) => step > last.step - lookedAt);
  return recent.every(
    ({ loss, accuracy }) =>
      loss > guessingLoss * (1 - near.below) &&
      loss < guessingLoss * (1 + near.above) &&
      accuracy < Math.min(0.9, guessed / classes),
  );
}

/** The first steps throw units over zero that come back. */
const leastStepsOfDead = 50;

/** Layers of which at least half is dead. */
const mostlyDead = ({ dead, points }: Signs): DeadUnits[] =>
  ((points.at(-1)?.step ?? 0) < leastStepsOfDead ? [] : (dead ?? [])).filter(
    ({ dead: count, total }) => total >= 4 && 2 * count >= total,
  );

const inLayer = ({ layer, dead, total, isOfChannels }: DeadUnits): string =>
  `${dead} of the ${total} ${isOfChannels ? 'channels' : 'units'} of ${layer}`;

const deadHeadline = (layers: readonly DeadUnits[]): string =>
  `Dead ReLUs: ${layers.map(inLayer).join(' and ')} are 0 for every image of a sample.`;

const deadMeans = 'No gradient passes a ReLU that is 0, so the weights before it no longer change.';

function whyStuck({ learningRate }: Signs): string {
  const rate = rateText(learningRate);
  const why =
    learningRate >= highRate
      ? `The learning rate ${rate} is probably too high: large steps have moved the weights to where nothing is learned any more.`
      : `The learning rate ${rate} is so low that the weights hardly move.`;
  return `It gives every class about the same probability, whatever it sees. ${why}`;
}

export function noticeOf(signs: Signs): Notice | null {
  const { learningRate, guessingLoss, classes } = signs;
  const dead = mostlyDead(signs);
  const isHigh = learningRate >= highRate;
  const rate = Number((isHigh ? learningRate / 10 : learningRate * 10).toPrecision(2));
  const cure = `Rewind and train with a ${isHigh ? 'lower' : 'higher'} learning rate, such as ${rateText(rate)}.`;
  if (isStuck(signs)) {
    const headline = `The network does not learn: its loss stays near ${guessingLoss!.toFixed(2)}, the loss of guessing (ln ${classes}).`;
    const deadToo = dead.length > 0 ? [deadHeadline(dead), deadMeans] : [];
    return { kind: 'stuck', rate, headline, why: [whyStuck(signs), ...deadToo, cure].join(' ') };
  }
  if (dead.length === 0) return null;
  const cause =
    'Too high a learning rate is the usual cause: one large step can push a unit below zero for all images.';
  return { kind: 'dead', rate, headline: deadHeadline(dead), why: [deadMeans, cause, cure].join(' ') };
}
