// SPDX-License-Identifier: MIT
//
// The page's settings as the part of its address behind '#', and back: a link opened elsewhere shows the same. What is as it is at first
// is left out; what cannot be is ignored. Pure.

import { optimizerNames } from '../shared/optimizers';
import { recipeLimits } from '../shared/recipe-changes';
import type { RecipeChanges } from '../shared/recipe-changes';
import type { RecipeChoice, RunSettings } from '../shared/protocol';

export interface PageLink {
  /** Of a data set; null for the visitor's own, which no link can bring. */
  data: string | null;
  settings: RunSettings;
}

const first = { data: 'mnist', model: 'tinycnn', recipe: 'recommended', seed: 1, validation: 0 } as const;

const linkWords = {
  optimizer: optimizerNames,
  schedule: ['constant', 'cosine', 'oneCycle'],
  augmentation: ['none', 'slight', 'strong'],
} as const;

export const firstLink: PageLink = {
  data: first.data,
  settings: {
    model: first.model,
    recipe: first.recipe,
    seed: first.seed,
    validation: first.validation,
    changes: {},
  },
};

export function toHash({ data, settings }: PageLink): string {
  const { changes, ...rest } = settings;
  const all = { data: data ?? first.data, ...rest, ...changes };
  const entries = Object.entries(all).filter(
    ([name, value]) => !(name in first) || first[name as keyof typeof first] !== value,
  );
  return new URLSearchParams(entries.map(([name, value]): [string, string] => [name, String(value)])).toString();
}

/** A number from `min` to `max`; undefined for anything else. */
function numberIn(text: string | null, min: number, max: number): number | undefined {
  const value = Number(text);
  return text !== null && text !== '' && value >= min && value <= max ? value : undefined;
}

function integerIn(text: string | null, min: number, max: number): number | undefined {
  const value = numberIn(text, min, max);
  return Number.isInteger(value) ? value : undefined;
}

function wordIn<Word extends string>(text: string | null, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === text);
}

/** As `augmentation` was called in earlier links. */
const oldName = 'distortion';

function changesIn(values: URLSearchParams): RecipeChanges {
  const found = {
    optimizer: wordIn(values.get('optimizer'), linkWords.optimizer),
    learningRate: numberIn(values.get('learningRate'), 0, recipeLimits.learningRate),
    batchSize: integerIn(values.get('batchSize'), 1, recipeLimits.batchSize),
    epochs: integerIn(values.get('epochs'), 1, recipeLimits.epochs),
    schedule: wordIn(values.get('schedule'), linkWords.schedule),
    synthetic: numberIn(values.get('synthetic'), 0, 1),
    trainingImages: integerIn(values.get('trainingImages'), recipeLimits.trainingImages, Number.MAX_SAFE_INTEGER),
    wrongLabels: numberIn(values.get('wrongLabels'), 0, 1),
    cutout: integerIn(values.get('cutout'), 0, recipeLimits.cutout),
    mixup: numberIn(values.get('mixup'), 0, recipeLimits.mixup),
    augmentation: wordIn(values.get('augmentation') ?? values.get(oldName), linkWords.augmentation),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** Model and data set are taken as they are: only the engine and the list of data sets know which there are. */
export function fromHash(hash: string): PageLink {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    data: values.get('data') ?? first.data,
    settings: {
      model: values.get('model') ?? first.model,
      recipe: wordIn<RecipeChoice>(values.get('recipe'), ['recommended', 'best', 'published']) ?? first.recipe,
      seed: integerIn(values.get('seed'), 0, Number.MAX_SAFE_INTEGER) ?? first.seed,
      validation: numberIn(values.get('validation'), 0, 0.5) ?? first.validation,
      changes: changesIn(values),
    },
  };
}
