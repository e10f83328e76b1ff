// SPDX-License-Identifier: MIT
//
// The page's whole state: a handful of signals that hold plain values. Commands (client/) write them; views read.

import { computed, signal } from '@preact/signals';
import { areDigits, digitClasses } from '../shared/published-datasets';
import { nounOf } from './class-names';
import { noData } from './data-state';
import { noDigit } from './digit-state';
import { wholeNetwork } from './network-view';
import { firstLink } from './page-link';
import { changedRecipe } from '../shared/recipe-changes';
import { recipeOf } from '../shared/recipes';
import { emptyPad } from './pad-state';
import { initialRun } from './run-state';
import { stopAtEnd } from '../shared/stop';
import type { ThreadUse } from 'tinycnn';
import type { DataState } from './data-state';
import type { DigitState } from './digit-state';
import type { NetworkView } from './network-view';
import type { PadState } from './pad-state';
import type { RunState } from './run-state';
import type { StopRule } from '../shared/stop';
import type { EngineFacts, ExampleFilter, Examples, LinkStrengths } from '../shared/protocol';
import type { Smoothing } from './smoothing';
import type { Tempo } from '../shared/tempo';

export const engine = signal<EngineFacts | null>(null);
/** As the run told last; null before it has trained. */
export const threadUse = signal<ThreadUse | null>(null);
/** How many threads train, or would. */
export const threadsInUse = computed<number>(() => threadUse.value?.threads ?? engine.value?.threads ?? 1);
export const data = signal<DataState>(noData);
export const run = signal<RunState>(initialRun(firstLink.settings));
export const digit = signal<DigitState>(noDigit);
/** What the classes are called, and what their images are. */
export const classNames = computed(() => data.value.facts?.classes ?? digitClasses);
export const noun = computed(() => nounOf(classNames.value));
/** What stays the same while it trains: whoever reads only these is not drawn anew at every step and frame. */
export const runFacts = computed(() => run.value.facts);
export const runSettings = computed(() => run.value.settings);
/** Whether images are held out of the training set for validation. */
export const holdsOut = computed(() => (runFacts.value?.validationCount ?? 0) > 0);
/** Cross entropy of giving every class the same probability. */
export const guessingLoss = computed(() => Math.log(classNames.value.length));
/** The recipe that was chosen, and the one by which the run on the screen trains: with the visitor's changes. */
export const recipeAsIs = computed(() => {
  const { model, recipe: choice } = runSettings.value;
  const entry = engine.value?.zoo.find(({ id }) => id === model);
  return entry === undefined ? null : recipeOf(entry, choice, areDigits(classNames.value));
});
export const recipe = computed(() =>
  recipeAsIs.value === null
    ? null
    : changedRecipe(recipeAsIs.value, runSettings.value.changes, areDigits(classNames.value)),
);
/** Whether the run has gone on for long enough that there is something to say of it. */
export const isUnderWay = computed(() => run.value.step >= 500 || run.value.evaluations.length > 0);
export const currentInput = computed(() => digit.value.currentInput);
/** What the lines between pictures stand for, as the weights last were. */
export const links = signal<readonly LinkStrengths[]>([]);
/** When training stops by itself. */
export const stopRule = signal<StopRule>(stopAtEnd);
/** How fast training is shown. */
export const tempo = signal<Tempo>('full');
/** Why training began or ended by itself, until the visitor goes on. */
export const runNote = signal<string | null>(null);
/** Whether training is about to begin by itself. */
export const isAboutToStart = signal(false);
export interface CurveView {
  smoothing: Smoothing;
  /** Of the loss. */
  logarithmic: boolean;
}

export const curveView = signal<CurveView>({ smoothing: 'light', logarithmic: false });

export function viewCurves(change: Partial<CurveView>): void {
  curveView.value = { ...curveView.value, ...change };
}

/** Test images that are listed: which, at most how many, and what was found. */
export interface ExamplesState {
  filter: ExampleFilter;
  count: number;
  found: Examples | null;
}

export const noExamples: ExamplesState = { filter: 'mistakes', count: 24, found: null };
export const examples = signal(noExamples);
/** What of the network is looked at, and how. */
export const networkView = signal<NetworkView>(wholeNetwork);
/** What went wrong and what to do about it, until it is dismissed. */
export const problem = signal<string | null>(null);
/** Whether the worker, and the engine with it, could not be started or kept running: nothing works until it is tried again. */
export const isGivenUp = signal(false);
export const pad = signal<PadState>(emptyPad);
/** Whether what is on the pad has yet to be read. */
export const isReading = signal(false);
/** On the screen, in 280ths of the pad; at first as thick, against the pad, as MNIST's strokes are against their box. */
export const penWidth = signal(21);
/** How much of the drawing is shown again, 0 to 1; null while it is not being replayed. */
export const replay = signal<number | null>(null);
