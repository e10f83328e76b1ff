// SPDX-License-Identifier: MIT
//
// A sentence about what a channel of a convolution responds to, made from the numbers of its kernel. Pure.

import { kernelPattern } from '../math/kernel-pattern';
import { signed } from '../shared/format-small';
import type { KernelPattern, Orientation, Pattern, Place } from '../math/kernel-pattern';

/** One filter: [inputs][height][width]. */
export interface Kernel {
  weights: Float32Array;
  inputs: number;
  /** The first of its input channels; another one than 0 in a convolution with groups. */
  first?: number;
  height: number;
  width: number;
  /** The layer that it reads; 'input' is the image. */
  source: string;
}

/** What high and low values of the source are called. */
interface Words {
  high: string;
  low: string;
}

const inkWords: Words = { high: 'ink', low: 'background' };
const valueWords: Words = { high: 'high values', low: 'low values' };

const ways = [
  ['left', 'right'],
  ['top left', 'bottom right'],
  ['top', 'bottom'],
  ['top right', 'bottom left'],
  ['right', 'left'],
  ['bottom right', 'top left'],
  ['bottom', 'top'],
  ['bottom left', 'top right'],
] as const;

const runs: Record<Orientation, string> = {
  vertical: 'vertical',
  horizontal: 'horizontal',
  falling: 'diagonal (top left to bottom right)',
  rising: 'diagonal (bottom left to top right)',
};

function placeText({ x, y }: Place): string {
  const vertical = y === 0 ? '' : y < 0 ? 'top' : 'bottom';
  const horizontal = x === 0 ? '' : x < 0 ? 'left' : 'right';
  return [vertical, horizontal].filter((part) => part !== '').join(' ');
}

const figure = (value: number): string => `${value > 0 ? '+' : ''}${signed(value)}`;

function patternName(pattern: Pattern, { high: much, low: little }: Words): string {
  switch (pattern.kind) {
    case 'edge': {
      const [from, to] = ways[pattern.direction];
      return `edges where ${little} (${from}) changes to ${much} (${to})`;
    }
    case 'line':
      return `${runs[pattern.orientation]} lines of ${much}`;
    case 'gap':
      return `${runs[pattern.orientation]} gaps between ${much}`;
    case 'spot':
    case 'hole': {
      const where = placeText(pattern.place);
      const [what, around] = pattern.kind === 'spot' ? [much, little] : [little, much];
      return where === '' ? `a spot of ${what} surrounded by ${around}` : `${what} at the ${where} of its window`;
    }
    case 'high':
      return `${much} anywhere in its window`;
    case 'low':
      return `${little} anywhere in its window`;
  }
}

function numbersText(pattern: Pattern, { high, low, sum }: KernelPattern): string {
  const averages = (first: number, there: string, second: number, beside: string): string =>
    `Its weights average ${figure(first)} ${there} and ${figure(second)} ${beside}.`;
  switch (pattern.kind) {
    case 'edge': {
      const [from, to] = ways[pattern.direction];
      return averages(low, `at the ${from}`, high, `at the ${to}`);
    }
    case 'line':
      return averages(high, 'on the line', low, 'beside it');
    case 'gap':
      return averages(low, 'in the gap', high, 'beside it');
    case 'spot':
      return averages(high, 'there', low, 'around it');
    case 'hole':
      return averages(low, 'there', high, 'around it');
    case 'high':
    case 'low':
      return `Its weights average ${figure(high)}; they add up to ${figure(sum)}.`;
  }
}

/** From this share of the squared weights on, their mean is worth a sentence of its own. */
const notable = 0.35;

/** What it responds to where there is no pattern. */
function besides({ pattern, flat, sum }: KernelPattern, { high, low }: Words): string {
  if (flat < notable || pattern?.kind === 'high' || pattern?.kind === 'low') return '';
  return ` It also responds to ${sum > 0 ? high : low} without that pattern: its weights add up to ${figure(sum)}.`;
}

/** Where the largest and the smallest weight are, for a kernel that nothing simple describes. */
function extremes({ weights, height, width }: Pick<Kernel, 'weights' | 'height' | 'width'>): string {
  const at = (i: number): string => `row ${Math.floor(i / width) + 1}, column ${(i % width) + 1}`;
  const [max, min] = [Math.max(...weights), Math.min(...weights)];
  if (height * width === 1) return '';
  return ` Its largest weight is ${figure(max)} (${at(weights.indexOf(max))}), its smallest ${figure(min)} (${at(weights.indexOf(min))}).`;
}

function channelText(kernel: Omit<Kernel, 'inputs' | 'source'>, words: Words): string {
  const found = kernelPattern(kernel.weights, kernel.height, kernel.width);
  const { pattern, closest, share } = found;
  if (closest === null) return 'All its weights are zero: it responds to nothing.';
  if (pattern !== null) {
    return `Responds to ${patternName(pattern, words)}. ${numbersText(pattern, found)}${besides(found, words)}`;
  }
  return (
    `No simple pattern. The closest, ${patternName(closest, words)}, ` +
    `explains only ${Math.round(100 * share)} % of how its weights differ.${extremes(kernel)}`
  );
}

/** From this share of the squared weights on, one input channel can be said to matter most. */
const mainShare = 0.4;

/** "Responds to edges where background (left) changes to ink (right). Its weights average −0.38 at the left and +0.42 at the right." */
export function kernelSentence({ weights, inputs, first = 0, height, width, source }: Kernel): string {
  const size = height * width;
  if (!weights.every(Number.isFinite)) return 'Its weights are NaN or infinite: training has diverged.';
  const one = (channel: number): Float32Array => weights.subarray(channel * size, (channel + 1) * size);
  if (inputs === 1) return channelText({ weights, height, width }, source === 'input' ? inkWords : valueWords);
  const energies = Array.from({ length: inputs }, (_, channel) =>
    one(channel).reduce((sum, weight) => sum + weight * weight, 0),
  );
  const all = energies.reduce((sum, energy) => sum + energy, 0);
  const main = energies.indexOf(Math.max(...energies));
  const share = all === 0 ? 0 : energies[main]! / all;
  if (share < Math.max(mainShare, 1.5 / inputs)) {
    return (
      `No simple pattern: it combines ${inputs} channels of ${source}, and none of them matters most ` +
      `(channel ${first + main + 1} has the most weight: ${Math.round(100 * share)} %).`
    );
  }
  const about = channelText({ weights: one(main), height, width }, valueWords);
  return `Mostly reads channel ${first + main + 1} of ${source} (${Math.round(100 * share)} % of its weight). In that channel: ${about.charAt(0).toLowerCase()}${about.slice(1)}`;
}
