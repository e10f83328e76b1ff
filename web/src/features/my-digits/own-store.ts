// SPDX-License-Identifier: MIT
//
// What keeps the visitor's own digits, loaded with the first of them, and what became of the last one.

import { signal } from '@preact/signals';
import { lazy } from '../../ui/lazy-part';

export const store = lazy(() => import('../../client/own-digits'));
export const kept = signal<string | null>(null);
