// SPDX-License-Identifier: MIT
//
// How many threads the visitor wants to train. A property of the machine and not of the run, whose results are the same with any number of them: so it is no
// part of the page's link.

import { signal } from '@preact/signals';
import type { Threads } from '../shared/protocol';

export const threads = signal<Threads>('auto');

export const inWords = (count: number): string => (count === 1 ? '1 thread' : `${count} threads`);
