// SPDX-License-Identifier: MIT
//
// Commands for the list of test images: mistakes, or those of one cell of the confusion matrix.

import { examples, noExamples, run } from '../state/store';
import { command } from './command';
import { request } from './connection';
import type { ExampleFilter } from '../shared/protocol';

let asks = 0;

export function forgetExamples(): void {
  ++asks;
  examples.value = noExamples;
}

/** Lists test images by what the last evaluation took them for, the surest `count` of them. */
export const showExamples = command(async (filter: ExampleFilter, count: number = noExamples.count) => {
  const ask = ++asks;
  const found = await request('examples', { filter, count });
  if (found !== null && ask === asks) examples.value = { filter, count, found };
});

export const refreshExamples = (): Promise<void> => showExamples(examples.value.filter, examples.value.count);

/** Those that a link asks for: at once where there has been a test, else after the first. */
export function listExamples(filter: ExampleFilter): void {
  examples.value = { ...noExamples, filter };
  if (run.value.evaluations.length > 0) void refreshExamples();
}
