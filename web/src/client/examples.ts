// SPDX-License-Identifier: MIT
//
// Commands for the list of test images: mistakes, or those of one cell of the confusion matrix.

import { examples, noExamples, run } from '../state/store';
import { command } from './command';
import { request } from './connection';
import type { ExampleFilter } from '../shared/protocol';
import type { ExamplesState } from '../state/store';

let asks = 0;
/** What was asked for last, be it there yet or not. */
let asked: Pick<ExamplesState, 'filter' | 'count'> = noExamples;

export function forgetExamples(): void {
  ++asks;
  asked = examples.value = noExamples;
}

/** Lists test images by what the last evaluation took them for, the surest `count` of them. */
export const showExamples = command(async (filter: ExampleFilter, count: number = noExamples.count) => {
  const ask = ++asks;
  asked = { filter, count };
  const found = await request('examples', { filter, count });
  if (found !== null && ask === asks) examples.value = { filter, count, found };
});

export const refreshExamples = (): Promise<void> => showExamples(asked.filter, asked.count);

/** Those that a link asks for: at once where there has been a test, else after the first. */
export function listExamples(filter: ExampleFilter): void {
  asked = examples.value = { ...noExamples, filter };
  if (run.value.evaluations.length > 0) void refreshExamples();
}
