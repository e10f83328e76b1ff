// SPDX-License-Identifier: MIT
//
// The way to the browser of the data, which is loaded when somebody opens it.

import { signal } from '@preact/signals';
import { attempt } from '../controller';
import { data } from '../state/store';
import type { ComponentType } from 'preact';

type Loaded = ComponentType<{ onClose: () => void }>;

const loaded = signal<Loaded | null>(null);
const isOpen = signal(false);

const open = (): Promise<void> =>
  attempt(async () => {
    loaded.value ??= (await import('../browser/browser')).default;
    isOpen.value = true;
  });

export function DataBrowserButton() {
  const toggle = (): void => {
    if (isOpen.value) isOpen.value = false;
    else void open();
  };
  return (
    <button type="button" class="button" aria-expanded={isOpen.value} onClick={toggle}>
      Look at the data
    </button>
  );
}

export function DataBrowser() {
  const Browser = loaded.value;
  if (Browser === null || !isOpen.value || data.value.facts === null) return null;
  return <Browser onClose={() => (isOpen.value = false)} />;
}
