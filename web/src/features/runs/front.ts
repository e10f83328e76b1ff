// SPDX-License-Identifier: MIT
//
// Test accuracy against what it costs: the points of a plot, those that no other beats in both, and the scales of the axes. Pure.

import figures from './zoo-figures.json' with { type: 'json' };
import type { Row } from './rows';
import type { ZooEntry } from 'tinycnn';

export type Cost = 'parameters' | 'macs' | 'seconds';

export interface Point {
  id: string;
  name: string;
  /** A run of this page; the zoo's recommended recipe as it was measured; or what a network's authors say. */
  of: 'run' | 'measured' | 'published';
  cost: number;
  /** 0..1 */
  accuracy: number;
}

/** "98.0 to 98.5 % after 10 epochs": what was reached in the end, 0..1; null where the text gives no figure. */
export function publishedAccuracy(text: string): number | null {
  const found = /(\d+(?:\.\d+)?)\s*%/.exec(text)?.[1];
  return found === undefined ? null : Number(found) / 100;
}

const isKnown = (cost: number | null): cost is number => cost !== null && cost > 0;

/** Runs that were tested. */
export const runPoints = (rows: readonly Row[], by: Cost): Point[] =>
  rows.flatMap(({ id, name, accuracy, ...costs }) => {
    const cost = costs[by];
    return accuracy === null || !isKnown(cost) ? [] : [{ id, name, of: 'run' as const, cost, accuracy }];
  });

type Zoo = readonly Pick<ZooEntry, 'id' | 'title' | 'parameters' | 'macs' | 'published'>[];

/** What is published of a recipe that diverges is no accuracy of its network. */
const leastPublished = 0.5;

/** On MNIST. Nobody has published how long a run takes on this machine. */
export function zooPoints(zoo: Zoo, by: Cost): Point[] {
  return zoo.flatMap((entry) => {
    const { id, title } = entry;
    const measured = figures.find(({ model }) => model === id);
    const cost = by === 'seconds' ? measured?.seconds : entry[by];
    const said = by === 'seconds' ? null : publishedAccuracy(entry.published);
    const published = said !== null && said < leastPublished ? null : said;
    const points: Point[] = [];
    if (measured !== undefined && cost !== undefined) {
      points.push({
        id: `${id}/measured`,
        name: `${title}, measured`,
        of: 'measured',
        cost,
        accuracy: measured.accuracy,
      });
    }
    if (published !== null && cost !== undefined) {
      points.push({ id: `${id}/published`, name: `${title}, published`, of: 'published', cost, accuracy: published });
    }
    return points;
  });
}

/** Those that no other point equals or beats in one and beats in the other, from the cheapest to the best. */
export function paretoFront(points: readonly Point[]): Point[] {
  const cheapestFirst = points.toSorted((a, b) => a.cost - b.cost || b.accuracy - a.accuracy);
  let best = -Infinity;
  return cheapestFirst.filter(({ accuracy }) => {
    if (accuracy <= best) return false;
    best = accuracy;
    return true;
  });
}

/** An error of this share is drawn where none would be: a logarithm has no place for zero. */
const leastError = 1e-4;

/** Twice as few errors are equally far apart everywhere. */
export const accuracyPlace = (accuracy: number): number => -Math.log10(Math.max(leastError, 1 - accuracy));

const accuracyMarks = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999];

export interface Axis {
  /** In the units of `place`. */
  min: number;
  max: number;
  marks: readonly number[];
}

/** From the mark below the lowest of them to the one above the highest. */
export function accuracyAxis(accuracies: readonly number[]): Axis {
  const [low, high] = [Math.min(1, ...accuracies), Math.max(0, ...accuracies)];
  const from = accuracyMarks.slice(0, -1).findLast((mark) => mark <= low) ?? 0;
  const to = accuracyMarks.find((mark) => mark >= high && mark > from) ?? accuracyMarks.at(-1)!;
  return {
    ...{ min: accuracyPlace(from), max: accuracyPlace(to) },
    marks: accuracyMarks.filter((mark) => mark >= from && mark <= to),
  };
}

/** Powers of ten, and 2 and 5 times them where there are few. */
export function costAxis(costs: readonly number[]): Axis {
  const [low, high] = costs.length === 0 ? [1, 10] : [Math.min(...costs), Math.max(...costs)];
  const [min, max] = [Math.log10(low) - 0.1, Math.log10(high) + 0.1];
  const steps = max - min > 3 ? [1] : max - min > 1.5 ? [1, 3] : [1, 2, 5];
  const marks: number[] = [];
  for (let power = Math.floor(min); power <= max; ++power) marks.push(...steps.map((step) => step * 10 ** power));
  return { min, max, marks: marks.filter((mark) => Math.log10(mark) >= min && Math.log10(mark) <= max) };
}
