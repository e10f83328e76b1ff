// SPDX-License-Identifier: MIT
//
// What the heat maps say, in words. Pure.

import { side } from '../../shared/dataset';
import { percent } from '../../shared/format';
import { signed } from '../../shared/format-small';
import type { Occlusion, Saliency } from '../../shared/protocol-insight';

/** Less than this is nothing. */
const minFall = 0.0005;

const position = (pixel: number): string => `row ${Math.floor(pixel / side) + 1}, column ${(pixel % side) + 1}`;

/** In one piece, so that no line begins with the sign. */
const share = (probability: number): string => percent(Math.max(0, Math.min(1, probability)), 1).replace(' ', '\u00a0');

function largest(values: Float32Array, of: (value: number) => number = (value) => value): number {
  let at = 0;
  values.forEach((value, i) => {
    if (of(value) > of(values[at]!)) at = i;
  });
  return at;
}

export function saliencyAt({ values }: Saliency, pixel: number, name: string): string {
  const value = values[pixel]!;
  const does = value > 0 ? `counts for ${name}` : value < 0 ? `counts against ${name}` : 'changes nothing';
  return `${position(pixel)}: ${signed(value, 3)}; a little more ink here ${does}.`;
}

const burst = 'The outputs of the network are NaN or infinite, so there is no evidence for any class.';

export function saliencyInWords({ score, values }: Saliency, name: string): string {
  if (!Number.isFinite(score)) return burst;
  const best = largest(values);
  const most = values[best]! > 0 ? `More ink raises it most at ${position(best)}.` : 'More ink raises it nowhere.';
  return `The score of ${name} is ${signed(score, 2)}. ${most}`;
}

export function occlusionAt({ values, probability }: Occlusion, pixel: number, name: string): string {
  const fall = values[pixel]!;
  const [whole, covered] = [probability, probability - fall].map(share);
  return Math.abs(fall) < minFall
    ? `${position(pixel)} covered: ${name} stays at ${whole!}.`
    : `${position(pixel)} covered: ${name} ${fall > 0 ? 'falls' : 'rises'} from ${whole!} to ${covered!}.`;
}

export function occlusionInWords(seen: Occlusion, name: string): string {
  if (!Number.isFinite(seen.probability)) return burst;
  const worst = largest(seen.values);
  if (seen.values[worst]! >= minFall) return `The largest drop: ${occlusionAt(seen, worst, name)}`;
  const most = largest(seen.values, Math.abs);
  return Math.abs(seen.values[most]!) < minFall
    ? `No single patch matters: ${name} stays at ${share(seen.probability)} wherever the image is covered.`
    : `No patch lowers it. The largest change: ${occlusionAt(seen, most, name)}`;
}
