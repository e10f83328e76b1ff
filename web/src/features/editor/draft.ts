// SPDX-License-Identifier: MIT
//
// A network that is being edited, and what can be done to it. Whether it fits is another question: the engine answers it. Pure.

import { kindOf } from './kinds';
import type { LossOptions, ModelSpec, Normalization } from 'tinycnn';

export interface DraftLayer {
  /** Stays the same whatever becomes of the layer. */
  key: number;
  name: string;
  type: string;
  /** The names of the layers that it reads; null: the one before. */
  from: readonly string[] | null;
  /** Everything else that the spec says of it. */
  values: Readonly<Record<string, unknown>>;
}

export interface Draft {
  /** The network of the zoo whose recipes it is trained by, and what of them is otherwise. */
  of: string;
  normalize?: Normalization;
  loss?: LossOptions;
  name: string;
  input: ModelSpec['input'];
  layers: readonly DraftLayer[];
}

export type Origin = Pick<Draft, 'of' | 'normalize' | 'loss'>;

/** Most that a layer reads. */
export const maxInputs = 8;

let keys = 0;

function draftLayer({ name, type, from, ...values }: ModelSpec['layers'][number]): DraftLayer {
  return { key: ++keys, name, type, from: from === undefined || from.length === 0 ? null : from, values };
}

export const draftOf = ({ name, input, layers }: ModelSpec, origin: Origin): Draft => ({
  ...{ ...origin, name, input },
  layers: layers.map(draftLayer),
});

/** As the engine takes it; whether it does is another question. */
export const specOf = ({ name, input, layers }: Draft): ModelSpec => ({
  ...{ name, input },
  layers: layers.map(
    ({ name: layer, type, from, values }) =>
      ({ name: layer, type, ...(from === null ? {} : { from: [...from] }), ...values }) as ModelSpec['layers'][number],
  ),
});

/** Whether two drafts are the same network by the same recipes. */
export const isSameNetwork = (a: Draft, b: Draft): boolean =>
  JSON.stringify([a.of, a.normalize, a.loss, specOf(a)]) === JSON.stringify([b.of, b.normalize, b.loss, specOf(b)]);

/** "conv3": the stem and the first number that follows all those in use. */
export function freshName(stem: string, layers: readonly DraftLayer[]): string {
  const numbers = layers.flatMap(({ name }) => {
    const digits = name.startsWith(stem) ? name.slice(stem.length) : '-';
    return /^\d*$/.test(digits) ? [Number(digits || 1)] : [];
  });
  return `${stem}${Math.max(0, ...numbers) + 1}`;
}

const inserted = (draft: Draft, at: number, layer: DraftLayer): Draft => ({
  ...draft,
  layers: draft.layers.toSpliced(at, 0, layer),
});

/** The layer that another one at `at` would read without saying so. */
const before = (layers: readonly DraftLayer[], at: number): string => layers[at - 1]?.name ?? 'input';

/** What one that reads several begins with: the layer before it and the one before that. */
const joinedAt = (layers: readonly DraftLayer[], at: number): string[] => [before(layers, at), before(layers, at - 1)];

/** A new layer of a kind, at `at`. */
export function withNew(draft: Draft, at: number, type: string): Draft {
  const { stem, start, joins } = kindOf(type);
  const name = freshName(stem, draft.layers);
  const from = joins ? joinedAt(draft.layers, at) : null;
  return inserted(draft, at, { key: ++keys, name, type, from, values: start });
}

/** A copy below it, which reads the original; of one that reads several, the same ones. */
export function withCopy(draft: Draft, at: number): Draft {
  const { name, type, from, values } = draft.layers[at]!;
  const copy = freshName(name.replace(/\d+$/, ''), draft.layers);
  return inserted(draft, at + 1, {
    ...{ key: ++keys, name: copy, type, values },
    from: kindOf(type).joins ? from : null,
  });
}

/** Whoever has read it by name reads what it has read. */
export function without(draft: Draft, at: number): Draft {
  const { layers } = draft;
  const gone = layers[at]!;
  const instead = gone.from?.[0] ?? before(layers, at);
  return {
    ...draft,
    layers: layers.toSpliced(at, 1).map((layer) => ({
      ...layer,
      from: layer.from?.map((each) => (each === gone.name ? instead : each)) ?? null,
    })),
  };
}

/** Nothing but its place changes, so that it may have to be said anew what it reads. */
export function moved(draft: Draft, from: number, to: number): Draft {
  const layer = draft.layers[from];
  if (layer === undefined || to < 0 || to >= draft.layers.length || to === from) return draft;
  return { ...draft, layers: draft.layers.toSpliced(from, 1).toSpliced(to, 0, layer) };
}

const changed = (draft: Draft, at: number, change: Partial<DraftLayer>): Draft => ({
  ...draft,
  layers: draft.layers.map((layer, i) => (i === at ? { ...layer, ...change } : layer)),
});

/** Whoever reads it by name goes on reading it, as long as its name is its own. */
export function renamed(draft: Draft, at: number, name: string): Draft {
  const old = draft.layers[at]!.name;
  const isOnly = draft.layers.every((layer, i) => i === at || layer.name !== old);
  const after = changed(draft, at, { name });
  if (!isOnly || old === '') return after;
  return {
    ...after,
    layers: after.layers.map((layer) => ({
      ...layer,
      from: layer.from?.map((each) => (each === old ? name : each)) ?? null,
    })),
  };
}

/** With what both kinds have in common, and a name that fits the kind where the old one did. */
export function retyped(draft: Draft, at: number, type: string): Draft {
  const { name, type: old, from, values } = draft.layers[at]!;
  const [before, now] = [kindOf(old), kindOf(type)];
  const common = Object.entries(values).filter(([each]) => now.fields.some((field) => field.name === each));
  const others = draft.layers.toSpliced(at, 1);
  const wasUsual = before.stem !== now.stem && new RegExp(`^${before.stem}\\d*$`).test(name);
  const next = changed(draft, at, { type, values: { ...now.start, ...Object.fromEntries(common) } });
  const reads = now.joins === before.joins ? from : now.joins ? joinedAt(draft.layers, at) : null;
  const asked = changed(next, at, { from: reads });
  return wasUsual ? renamed(asked, at, freshName(now.stem, others)) : asked;
}

/** Undefined: the spec leaves it out. */
export function withValue(draft: Draft, at: number, name: string, value: unknown): Draft {
  const values = Object.entries({ ...draft.layers[at]!.values, [name]: value });
  return changed(draft, at, { values: Object.fromEntries(values.filter(([, each]) => each !== undefined)) });
}

export const withFrom = (draft: Draft, at: number, from: readonly string[] | null): Draft =>
  changed(draft, at, { from });

/** What a layer at `at` can read. */
export const readable = ({ layers }: Draft, at: number): string[] => [
  'input',
  ...layers.slice(0, at).map(({ name }) => name),
];
