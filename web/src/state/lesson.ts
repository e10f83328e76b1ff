// SPDX-License-Identifier: MIT
//
// Which lesson is open over the page: the name of one, 'make' for making one, or one that a link brings whole; null: none.

import { signal } from '@preact/signals';

export const lessonIn = (hash: string): string | null => new URLSearchParams(hash.slice(1)).get('lesson');

export const lesson = signal<string | null>(null);
