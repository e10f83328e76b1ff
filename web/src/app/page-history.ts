// SPDX-License-Identifier: MIT
//
// The page in the browser's history. Opening a channel, the drawer or a dialog adds an entry, so that Back closes it again; whatever else changes
// replaces the present entry, whose address says what is set and looked at. Back and Forward bring back what was opened and nothing else:
// the run goes on by the settings of the page, whatever the entry's address said of them.

import { computed } from '@preact/signals';
import { fittedView, pageHash, view } from '../state/current-view';
import { dialog, isOpen, setOpen } from '../state/panels';
import { data, networkView } from '../state/store';
import type { Unit } from '../state/network-view';

const presentUnit = computed(() => networkView.value.opened);
const isBackwards = computed(() => networkView.value.backwards);
const isDrawerOpen = computed(() => isOpen('settings'));

/** What the page notes in each of its entries. Entries that the browser adds, for links within the page and typed addresses, have none. */
interface Entry {
  opened: Unit | null;
  backwards: boolean;
  /** Whether the drawer with the settings is open. */
  drawer: boolean;
  dialog: typeof dialog.value;
  /** What was opened and so added it, if anything was: closing that leads back. */
  added: 'unit' | 'drawer' | 'dialog' | null;
}

const presentEntry = (): Entry | null => (history.state as { tinycnn?: Entry } | null)?.tinycnn ?? null;

/** Whether the present entry is one of the page's own. */
export const isOwnEntry = (): boolean => presentEntry() !== null;

let isClosing = false;

const address = (hash: string): string => (hash === '' ? location.pathname + location.search : `#${hash}`);

function add(entry: Entry, hash: string): void {
  history.scrollRestoration = 'manual'; // whoever comes back to the present entry stays where the page is scrolled to
  history.pushState({ tinycnn: entry }, '', address(hash));
  history.scrollRestoration = 'auto';
}

function replace(entry: Entry, hash: string): void {
  const isSame = JSON.stringify(entry) === JSON.stringify(presentEntry());
  if (isSame && hash === location.hash.slice(1)) return;
  history.replaceState({ tinycnn: entry }, '', address(hash));
}

/** What of this was opened since `before`. */
function newlyOpened(before: Entry | null, { opened, drawer, dialog }: Omit<Entry, 'added'>): Entry['added'] {
  if (before === null) return null;
  if (before.opened === null && opened !== null) return 'unit';
  if (!before.drawer && drawer) return 'drawer';
  return before.dialog === null && dialog !== null ? 'dialog' : null;
}

/** Has the address say what is there, so that it can be sent to somebody. */
export function keepHistory(): void {
  const hash = pageHash.value;
  const now = {
    ...{ opened: presentUnit.value, backwards: isBackwards.value },
    ...{ drawer: isDrawerOpen.value, dialog: dialog.value },
  };
  if (data.value.facts === null || isClosing) return;
  const before = presentEntry();
  const added = newlyOpened(before, now);
  const by = before?.added;
  const isClosed =
    (by === 'unit' && now.opened === null) || (by === 'drawer' && !now.drawer) || (by === 'dialog' && !now.dialog);
  if (added !== null) add({ ...now, added }, hash);
  else if (isClosed) {
    isClosing = true;
    history.back();
  } else replace({ ...now, added: by ?? null }, hash);
}

/** Shows what was opened in the entry that Back or Forward has led to, as far as it is there. */
function comeTo({ opened, backwards, drawer, dialog: shown }: Entry): void {
  const there = fittedView({ ...view.peek(), opened, backwards });
  networkView.value = {
    ...networkView.peek(),
    ...{ opened: there.opened, backwards: there.backwards, pointed: null },
  };
  setOpen('settings', drawer);
  dialog.value = shown;
}

export function followHistory(): void {
  addEventListener('popstate', () => {
    history.scrollRestoration = 'auto';
    const entry = presentEntry();
    const wasClosing = isClosing;
    isClosing = false;
    if (entry === null) return;
    if (!wasClosing) comeTo(entry);
    keepHistory();
  });
}
