// SPDX-License-Identifier: MIT
//
// Which of the panels that come and go are open.

import { signal } from '@preact/signals';

export const panelNames = ['settings', 'data', 'mine'] as const;

/** The settings, the browser of the data, the visitor's own digits. */
export type PanelName = (typeof panelNames)[number];

/** Of the elements that hold them and are always in the document. */
export const panelIds = { settings: 'settings' } as const;

/** In the order of panelNames. */
export const panels = signal<readonly PanelName[]>([]);

export const isOpen = (name: PanelName): boolean => panels.value.includes(name);

export function setOpen(name: PanelName, open: boolean): void {
  if (isOpen(name) === open) return;
  panels.value = panelNames.filter((each) => (each === name ? open : isOpen(each)));
}
