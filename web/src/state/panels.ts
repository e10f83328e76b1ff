// SPDX-License-Identifier: MIT
//
// Which of the panels that come and go are open.

import { signal } from '@preact/signals';

export const kPanels = ['settings', 'data', 'mine'] as const;

/** The settings, the browser of the data, the visitor's own digits. */
export type PanelName = (typeof kPanels)[number];

/** In the order of kPanels. */
export const panels = signal<readonly PanelName[]>([]);

export const isOpen = (name: PanelName): boolean => panels.value.includes(name);

export function setOpen(name: PanelName, open: boolean): void {
  if (isOpen(name) === open) return;
  panels.value = kPanels.filter((each) => (each === name ? open : isOpen(each)));
}
