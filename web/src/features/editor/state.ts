// SPDX-License-Identifier: MIT
//
// What the model editor shows and does. The network that is edited stays when the editor is closed; the network on the page changes only when
// the visitor wants to train the edited one.

import { batch, computed, effect, signal } from '@preact/signals';
import { describe, endEditor, measure, presentWeights, stopMeasuring } from '../../client/editor';
import { EndedError } from '../../client/side-worker';
import { publishedZoo, useOwnNetwork } from '../../client/imported';
import { beginRun, train } from '../../client/run';
import { restorePoint } from '../../client/restore-point';
import { receptiveFields } from '../../math/receptive-field';
import { ownEntry } from '../../shared/own-network';
import { sessionOptionsOf } from '../../shared/plan';
import { areDigits } from '../../shared/published-datasets';
import { changedRecipe } from '../../shared/recipe-changes';
import { recipeOf } from '../../shared/recipes';
import { sentence } from '../../shared/sentence';
import { dialog } from '../../state/panels';
import { classNames, data, engine, runFacts, runSettings, threadsInUse } from '../../state/store';
import { draftOf, isSameNetwork, specOf } from './draft';
import { keep, read } from './session';
import { keptLayers, knownLayers } from './transfer';
import { historyOf, redone, undone, withChange } from './undo';
import type { NamedTensor, Recipe, ZooEntry } from 'tinycnn';
import type { OwnNetwork } from '../../shared/own-network';
import type { Described } from '../../shared/protocol-editor';
import type { Draft, Origin } from './draft';
import type { History } from './undo';

const nothing: Draft = { of: '', name: '', input: [1, 28, 28], layers: [] };

export const history = signal<History<Draft>>(historyOf(nothing));
export const draft = computed(() => history.value.present);
/** What the network was when it was taken over, or trained last. */
const before = signal<Draft>(nothing);
export const isChanged = computed(() => !isSameNetwork(draft.value, before.value));
/** The layer whose fields are open, by its key. */
export const opened = signal<number | null>(null);
/** What is known of a draft; that may be the one before while the engine looks at the present one. */
export const known = signal<{ of: Draft; described: Described } | null>(null);
/** What is known of the present one. */
export const knownNow = computed(() => (known.value?.of === draft.value ? known.value.described : null));
export const fields = computed(() => {
  const { of, described } = known.value ?? { of: nothing, described: null };
  return described === null ? null : receptiveFields(of.input, specOf(of).layers, described.layers);
});

/** How fast the present draft trains here. */
export type Speed =
  { is: 'unknown' } | { is: 'measuring' } | { is: 'measured'; imagesPerSecond: number } | { is: 'failed'; why: string };

export const speed = signal<Speed>({ is: 'unknown' });
/** What is said of the last change, for those who do not see it. */
export const said = signal('');
export const failure = signal<string | null>(null);
export const isTaking = signal(false);
/** Whether layers that stay as they were keep the weights of the network on the page. */
export const keepsWeights = signal(false);

const isOfDigits = computed(() => areDigits(classNames.value));

const ownOf = (each: Draft): OwnNetwork => ({
  ...{ of: each.of, spec: specOf(each) },
  ...(each.normalize && { normalize: each.normalize }),
  ...(each.loss && { loss: each.loss }),
});

/** The recipe that the draft would be trained by: the present choice and changes. */
export const recipe = computed((): Recipe | null => {
  if (engine.value === null) return null;
  const { recipe: choice, changes } = runSettings.value;
  const entry = ownEntry('', ownOf(draft.value), publishedZoo());
  return changedRecipe(recipeOf(entry, choice, isOfDigits.value), changes, isOfDigits.value);
});

/** Images in an epoch. */
const images = computed(() => runFacts.value?.trainCount ?? 0);

export const epochSeconds = computed(() =>
  speed.value.is === 'measured' && images.value > 0 ? images.value / speed.value.imagesPerSecond : null,
);

const presentEntry = computed(() => engine.value?.zoo.find(({ id }) => id === runFacts.value?.model) ?? null);

/** Layers of the draft that can keep the weights of the network on the page. */
export const keepable = computed((): readonly string[] => {
  const [facts, entry, described] = [runFacts.value, presentEntry.value, knownNow.value];
  if (facts === null || entry === null || described?.problem !== null) return [];
  const now = knownLayers(specOf(draft.value).layers, described.layers);
  return keptLayers(now, knownLayers(entry.spec.layers, facts.summary.layers));
});

/** By which recipes a network is trained. */
function originOf({ id, bestRecipe }: ZooEntry): Origin {
  const zoo = publishedZoo();
  const of = restorePoint.networks.find(({ entry }) => entry.id === id)?.of ?? zoo.find((each) => each.id === id)?.id;
  const base = zoo.find((each) => each.id === of) ?? zoo[0]!;
  const isOther = (name: 'normalize' | 'loss'): boolean =>
    JSON.stringify(bestRecipe[name]) !== JSON.stringify(base.bestRecipe[name]);
  return {
    of: base.id,
    ...(isOther('normalize') && { normalize: bestRecipe.normalize }),
    ...(isOther('loss') && { loss: bestRecipe.loss }),
  };
}

const draftFrom = (entry: ZooEntry): Draft => draftOf(entry.spec, originOf(entry));

/** `about`: the field that is typed into. */
export function change(next: Draft, about: string | null = null): void {
  failure.value = null;
  history.value = withChange(history.value, next, about);
}

export function undo(): void {
  history.value = undone(history.value) ?? history.value;
}

export function redo(): void {
  history.value = redone(history.value) ?? history.value;
}

/** Begins with another network: what was there can be had again by Undo. */
export function startFrom(id: string): void {
  const entry = engine.value?.zoo.find((each) => each.id === id);
  if (entry === undefined) return;
  const next = draftFrom(entry);
  batch(() => {
    before.value = next;
    opened.value = null;
    change(next);
  });
}

/** What was not trained yet is there again, else the network on the page. */
function takeUp(): void {
  const kept = history.value.present === nothing ? read() : null;
  if (kept !== null) {
    history.value = historyOf(kept.draft);
    before.value = kept.before;
  }
  const entry = presentEntry.peek();
  if (entry === null || (history.value.present !== nothing && isChanged.value)) return;
  const next = draftFrom(entry);
  if (isSameNetwork(next, history.value.present)) return;
  const isFirst = history.value.present === nothing;
  before.value = next;
  history.value = isFirst ? historyOf(next) : withChange(history.value, next);
}

let isDescribing = false;
const imageShape = '[1,28,28]';

const failed = (of: Draft, text: string): void => {
  known.value = { of, described: { layers: [], problem: { text, layer: null }, total: null, outputs: null } };
};

/** Always the newest draft; one after another. */
async function describeNewest(): Promise<void> {
  if (isDescribing) return;
  isDescribing = true;
  try {
    while (known.peek()?.of !== draft.peek()) {
      const of = draft.peek();
      const described = await describe(specOf(of), classNames.peek().length);
      known.value = { of, described: withInput(of, described) };
    }
  } catch (error) {
    if (!(error instanceof EndedError)) failed(draft.peek(), sentence(error));
  } finally {
    isDescribing = false;
  }
}

/** The page's images have one size. */
function withInput({ input }: Draft, described: Described): Described {
  if (JSON.stringify(input) === imageShape) return described;
  const text = `Expected an input of ${imageShape}, as the images of this page are, got ${JSON.stringify(input)}`;
  return { ...described, problem: { text, layer: null }, total: null };
}

/** After the last change, so that typing is not followed by one measurement per key. */
const measureDelay = 400;
let measureTimer = 0;

async function measureNow(of: Draft, by: Recipe, count: number): Promise<void> {
  speed.value = { is: 'measuring' };
  const options = sessionOptionsOf(by, count);
  const asked = { spec: specOf(of), options, classNames: classNames.peek(), threads: threadsInUse.peek() };
  try {
    const { imagesPerSecond } = await measure(asked);
    speed.value = { is: 'measured', imagesPerSecond };
  } catch (error) {
    if (!(error instanceof EndedError)) speed.value = { is: 'failed', why: sentence(error) };
  }
}

/** Everything that follows from a change. */
function follow(): void {
  keep({ draft: draft.value, before: before.value });
  void describeNewest();
}

/** What was measured, or is being measured, is not of the present draft any more. */
function measureSoon(): void {
  const [by, count, fits] = [recipe.value, images.value, (knownNow.value?.total ?? null) !== null];
  clearTimeout(measureTimer);
  stopMeasuring();
  speed.value = { is: 'unknown' };
  if (!fits || by === null) return;
  const of = draft.peek();
  measureTimer = window.setTimeout(() => void measureNow(of, by, count), measureDelay);
}

/** While the editor is open; ends what it has begun. */
export function open(): () => void {
  batch(takeUp);
  const ends = [effect(follow), effect(measureSoon)];
  return () => {
    for (const end of ends) end();
    clearTimeout(measureTimer);
    endEditor();
    known.value = null;
    failure.value = null;
  };
}

const belongsTo = ({ name }: NamedTensor, layers: readonly string[]): boolean =>
  layers.some((layer) => name.startsWith(`${layer}.`) && !name.slice(layer.length + 1).includes('.'));

/** The network of the zoo that the draft is, if it is one. */
const sameOfZoo = (each: Draft): ZooEntry | undefined =>
  publishedZoo().find((entry) => isSameNetwork(draftFrom(entry), each));

async function take(wanted: Draft, total: NonNullable<Described['total']>): Promise<void> {
  const kept = keepsWeights.peek() ? keepable.peek() : [];
  const same = kept.length > 0 ? undefined : sameOfZoo(wanted);
  if (same !== undefined) {
    await beginRun({ model: same.id });
    return;
  }
  const weights = kept.length === 0 ? null : (await presentWeights()).filter((tensor) => belongsTo(tensor, kept));
  await useOwnNetwork(ownOf(wanted), total, weights);
}

/** Makes it the page's network and trains it. */
export async function trainThis(): Promise<void> {
  const wanted = draft.peek();
  const total = knownNow.peek()?.total;
  if (total === undefined || total === null || isTaking.peek()) return;
  isTaking.value = true;
  failure.value = null;
  try {
    stopMeasuring();
    await take(wanted, total);
    before.value = wanted;
    keep({ draft: draft.peek(), before: wanted });
    dialog.value = null;
    if (data.peek().facts !== null) await train();
  } catch (error) {
    failure.value = `This network cannot be trained: ${sentence(error)}`;
  } finally {
    isTaking.value = false;
  }
}
