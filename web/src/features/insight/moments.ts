// SPDX-License-Identifier: MIT
//
// What was seen at some moments of a run, thinned out as the run gets longer: never more than maxMoments, near evenly apart, always the
// first and the last. Pure.

export interface Moment<Value> {
  step: number;
  value: Value;
}

export interface Moments<Value> {
  /** Steps that two of them are at least apart, but for the last. */
  readonly spacing: number;
  readonly all: readonly Moment<Value>[];
}

export const maxMoments = 64;

export const noMoments: Moments<never> = { spacing: 0, all: [] };

/** Every other one, the last in any case. */
function halved<Value>({ all }: Moments<Value>): Moments<Value> {
  const last = all.length - 1;
  const spacing = (2 * (all[last]!.step - all[0]!.step)) / last;
  return { spacing, all: all.filter((_, i) => i % 2 === 0 || i === last) };
}

/** With one more, at a later step; an earlier step begins anew. */
export function withMoment<Value>(moments: Moments<Value>, step: number, value: Value): Moments<Value> {
  const { all, spacing } = moments;
  const [before, last] = [all.at(-2), all.at(-1)];
  if (last !== undefined && step < last.step) return { spacing: 0, all: [{ step, value }] };
  const gives =
    last !== undefined && (step === last.step || (before !== undefined && last.step - before.step < spacing));
  const grown = { spacing, all: [...(gives ? all.slice(0, -1) : all), { step, value }] };
  return grown.all.length > maxMoments ? halved(grown) : grown;
}

/** The last one that is not after this share (0..1) of the time between the first and the last. */
export function momentAt<Value>({ all }: Moments<Value>, share: number): number {
  const [first, last] = [all[0]?.step ?? 0, all.at(-1)?.step ?? 0];
  const step = first + share * (last - first);
  return Math.max(
    0,
    all.findLastIndex((moment) => moment.step <= step),
  );
}

/** Where on the time between the first and the last a moment is, 0..1. */
export function shareOf<Value>({ all }: Moments<Value>, index: number): number {
  const [first, last] = [all[0]?.step ?? 0, all.at(-1)?.step ?? 0];
  return last === first ? 0 : (all[index]!.step - first) / (last - first);
}
