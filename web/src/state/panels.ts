// SPDX-License-Identifier: MIT
//
// Which parts of the page that come and go are open: the drawer with the settings, and one of the tabs below the network.

import { computed, signal } from '@preact/signals';

/** Of the tabs, left to right; the first is the one that is open when nothing says otherwise. */
export const tabNames = ['curves', 'mistakes', 'runs', 'inside', 'data', 'mine', 'search'] as const;

export type TabName = (typeof tabNames)[number];

/** What a link can open: the drawer, and each tab but the first. */
export const panelNames = ['settings', 'mistakes', 'runs', 'inside', 'data', 'mine', 'search'] as const;

export type PanelName = (typeof panelNames)[number];

/** Of the elements that hold them and are always in the document. */
export const panelIds = { settings: 'settings', tabs: 'tabs' } as const;

/** In the order of panelNames. */
export const panels = signal<readonly PanelName[]>([]);

export const isOpen = (name: PanelName): boolean => panels.value.includes(name);

const isTab = (name: PanelName): boolean => name !== 'settings';

/** One tab is open at a time. */
export function setOpen(name: PanelName, open: boolean): void {
  if (isOpen(name) === open) return;
  const stays = (each: PanelName): boolean => isOpen(each) && !(open && isTab(name) && isTab(each));
  panels.value = panelNames.filter((each) => (each === name ? open : stays(each)));
}

export const presentTab = computed(
  (): TabName => tabNames.find((name) => name !== 'curves' && isOpen(name)) ?? 'curves',
);

export function openTab(name: TabName): void {
  if (name !== 'curves') setOpen(name, true);
  else panels.value = panels.value.filter((each) => !isTab(each));
}

/** Which dialog is open over the page. */
export const dialog = signal<'export' | 'import' | 'edit' | null>(null);

/** A network's file that was dropped on the page, until the dialog takes it. */
export const droppedNetwork = signal<File | null>(null);

export function openImport(file: File): void {
  droppedNetwork.value = file;
  dialog.value = 'import';
}

/** Counts up when somebody elsewhere on the page wants to see the open tab. */
export const tabWanted = signal(0);

/** Opens a tab and brings it into sight. */
export function goToTab(name: TabName): void {
  openTab(name);
  ++tabWanted.value;
}
