// SPDX-License-Identifier: MIT
//
// What was chosen to look at inside the network, as the link tells it: the layer whose weights are shown, the class that is asked about,
// and the side of the patch that covers it. What was not chosen is not there.

import { signal } from '@preact/signals';

export const insideKeys = ['weights', 'class', 'patch'] as const;
export const patches = [3, 5, 7, 9] as const;

export type InsideView = Readonly<Partial<Record<(typeof insideKeys)[number], string>>>;

export const inside = signal<InsideView>({});
