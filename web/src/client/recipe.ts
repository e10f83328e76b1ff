// SPDX-License-Identifier: MIT
//
// The present run as something to be given to others: a link, or a program. Each throws a sentence where the run cannot be given.

import { isImported, isOwn } from '../shared/imported';
import { publishedDatasets } from '../shared/published-datasets';
import { sessionOptionsOf } from '../shared/plan';
import { changedRecipe } from '../shared/recipe-changes';
import { recipeOf } from '../shared/recipes';
import { generatedId } from '../shared/generated';
import { areDigits } from '../shared/published-datasets';
import { stopAtEnd } from '../shared/stop';
import { view } from '../state/current-view';
import { recipeHash } from '../state/recipe-link';
import { javascriptOf, pytorchOf } from '../state/run-code';
import { imageSize } from '../shared/dataset';
import { toViewHash } from '../state/view-link';
import { data, engine, run } from '../state/store';
import { request } from './connection';
import { copyNetwork, filesWorker } from './files';
import { restorePoint } from './restore-point';
import type { CodedRun } from '../state/run-code';
import type { RunLog } from '../shared/run-log';

interface Given {
  step: number;
  hash: string;
  /** With the rates that made the weights. */
  log: RunLog;
  /** The id of its data. */
  data: string;
}

async function given(): Promise<Given> {
  const { log } = restorePoint;
  const { facts } = data.peek();
  if (log.unlike !== null) throw new Error(log.unlike);
  if (isImported(log.begun.model)) {
    throw new Error('This network began with weights of a file or of another run, which no link can bring.');
  }
  if (facts === null) throw new Error('The data are still loading.');
  if (facts.id !== generatedId && !publishedDatasets.some(({ id }) => id === facts.id)) {
    throw new Error('This network learns from your own files, which no link can bring.');
  }
  const { step, hash } = await request('hash', {});
  return { step, hash, log: { ...log, rates: log.rates.filter((change) => change.step < step) }, data: facts.id };
}

/** The address of the page as it trains to the present step by itself and compares the weights. */
export async function recipeLink(): Promise<string> {
  const { step, hash, log, data: id } = await given();
  const looked = toViewHash({ ...view.peek(), stop: stopAtEnd });
  const version = engine.peek()?.version ?? null;
  const { origin, pathname, search } = location;
  return `${origin}${pathname}${search}#${recipeHash({ data: id, log, view: looked }, { step, weights: hash, version })}`;
}

/** The network as the engine exports it for PyTorch. */
async function pytorchModule(): Promise<string> {
  const copy = await copyNetwork();
  const writer = filesWorker();
  try {
    const [, { blob }] = await Promise.all([
      writer.request('take', { copy, pixels: new Uint8Array(imageSize) }),
      writer.request('make', { kind: 'pytorch', input: 'bytes', testAccuracy: null }),
    ]);
    return await blob.text();
  } finally {
    writer.end();
  }
}

export async function code(language: 'JavaScript' | 'PyTorch'): Promise<string> {
  const { step, hash, log, data: id } = await given();
  const facts = data.peek().facts!;
  const { facts: of } = run.peek();
  const entry = engine.peek()?.zoo.find((each) => each.id === log.begun.model);
  if (of === null || entry === undefined) throw new Error('The network is still being set up.');
  const isOfDigits = areDigits(facts.classes);
  const recipe = changedRecipe(recipeOf(entry, log.begun.recipe, isOfDigits), log.begun.changes, isOfDigits);
  const coded: CodedRun = {
    ...{ settings: log.begun, rates: log.rates, step, weights: hash, stepsPerEpoch: of.stepsPerEpoch, recipe },
    options: sessionOptionsOf(recipe, of.trainCount),
    data: { id, title: facts.title, classes: facts.classes, isOfDigits },
    network: isOwn(entry.id) ? { name: entry.spec.name, model: entry.spec } : { name: entry.id, model: entry.id },
  };
  return language === 'JavaScript' ? javascriptOf(coded) : pytorchOf(coded, await pytorchModule());
}
