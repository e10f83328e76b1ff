// SPDX-License-Identifier: MIT
//
// A lesson as data: what it says and asks, step by step, and how it sets the page up. A link can hold one whole, packed. Pure.

/** Parts of the page that a lesson may hide, so that nothing distracts from it. */
export const hideable = ['data', 'settings', 'training', 'tabs', 'article'] as const;

export type Hideable = (typeof hideable)[number];

/** Tabs and parts that a step may bring into sight. */
export const looks = ['network', 'curves', 'mistakes', 'inside', 'data', 'settings'] as const;

export type Look = (typeof looks)[number];

export interface Question {
  question: string;
  options: readonly string[];
  /** The one that is right, from 0. */
  right: number;
  /** Said once an option is chosen. */
  why: string;
}

export interface SceneStep {
  /** Paragraphs, separated by empty lines. {step}, {loss}, {training} and {test} become the run's figures; those of the run before where the
   * step has a link and does not train. */
  text: string;
  ask?: Question;
  /** Sets the page up: what an address of the page has behind "#". */
  link?: string;
  /** Keeps the run as it is, to be compared with, before the page is set up. */
  keep?: boolean;
  /** Trains until the link's stop rule. */
  train?: boolean;
  look?: Look;
  /** Shows the current input nudged along the gradient. */
  nudge?: boolean;
}

export interface Scene {
  title: string;
  hide?: readonly Hideable[];
  steps: readonly SceneStep[];
}

const limits = { steps: 30, text: 2000, title: 120, options: 6 };

const fail = (where: string, expected: string): never => {
  throw new Error(`${where}: expected ${expected}.`);
};

type Values = Record<string, unknown>;

function objectAt(value: unknown, where: string, names: readonly string[]): Values {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(where, 'an object');
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) fail(where, `${names.join(', ')}, not “${unknown}”`);
  return value as Values;
}

function textAt(value: unknown, where: string, max = limits.text): string {
  if (typeof value !== 'string' || value.trim() === '') return fail(where, 'a text');
  return value.length > max ? fail(where, `a text of at most ${max} characters`) : value;
}

function listAt(value: unknown, where: string, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) return fail(where, 'a list that is not empty');
  return value.length > max ? fail(where, `a list of at most ${max}`) : value;
}

function wordAt<Word extends string>(value: unknown, where: string, words: readonly Word[]): Word {
  return words.find((word) => word === value) ?? fail(where, `one of ${words.join(', ')}`);
}

const flagAt = (value: unknown, where: string): boolean =>
  typeof value === 'boolean' ? value : fail(where, 'true or false');

function questionAt(value: unknown, where: string): Question {
  const { question, options, right, why } = objectAt(value, where, ['question', 'options', 'right', 'why']);
  const texts = listAt(options, `${where}, options`, limits.options).map((each, i) =>
    textAt(each, `${where}, option ${i + 1}`),
  );
  const isIndex = Number.isInteger(right) && (right as number) >= 0 && (right as number) < texts.length;
  if (!isIndex) fail(`${where}, right`, `the number of an option, from 0 to ${texts.length - 1}`);
  return {
    question: textAt(question, `${where}, question`),
    options: texts,
    right: right as number,
    why: textAt(why, `${where}, why`),
  };
}

function stepAt(value: unknown, where: string): SceneStep {
  const names = ['text', 'ask', 'link', 'keep', 'train', 'look', 'nudge'];
  const { text, ask, link, keep, train, look, nudge } = objectAt(value, where, names);
  return {
    text: textAt(text, `${where}, text`),
    ...(ask !== undefined && { ask: questionAt(ask, `${where}, ask`) }),
    ...(link !== undefined && { link: textAt(link, `${where}, link`).replace(/^.*#/, '') }),
    ...(keep !== undefined && { keep: flagAt(keep, `${where}, keep`) }),
    ...(train !== undefined && { train: flagAt(train, `${where}, train`) }),
    ...(look !== undefined && { look: wordAt(look, `${where}, look`, looks) }),
    ...(nudge !== undefined && { nudge: flagAt(nudge, `${where}, nudge`) }),
  };
}

/** A scene from JSON. Throws a sentence that says where it is wrong and what was expected. */
export function sceneFrom(json: string): Scene {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch (cause) {
    throw new Error(`The lesson is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const { title, hide, steps } = objectAt(read, 'The lesson', ['title', 'hide', 'steps']);
  return {
    title: textAt(title, 'title', limits.title),
    ...(hide !== undefined && {
      hide: listAt(hide, 'hide', hideable.length).map((each, i) => wordAt(each, `hide, entry ${i + 1}`, hideable)),
    }),
    steps: listAt(steps, 'steps', limits.steps).map((each, i) => stepAt(each, `step ${i + 1}`)),
  };
}

const own = 'own.';

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  return new Uint8Array(await new Response(source.pipeThrough(stream as TransformStream)).arrayBuffer());
}

/** As the value of `lesson=` in a link. */
export async function packed(scene: Scene): Promise<string> {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(scene)), new CompressionStream('deflate-raw'));
  const text = btoa(String.fromCharCode(...bytes));
  return own + text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export const isPacked = (name: string): boolean => name.startsWith(own);

/** Rejects with a sentence where it is damaged. */
export async function unpacked(name: string): Promise<Scene> {
  const broken = 'The lesson in this link is damaged. Was it copied as a whole?';
  let json: string;
  try {
    const text = atob(name.slice(own.length).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    json = new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')));
  } catch (cause) {
    throw new Error(broken, { cause });
  }
  return sceneFrom(json);
}
