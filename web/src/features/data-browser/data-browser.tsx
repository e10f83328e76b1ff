// SPDX-License-Identifier: MIT
//
// The way to the browser of the data, which is loaded when somebody opens it.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { attempt } from '../../client/controller';
import { isOpen, setOpen } from '../../state/panels';
import { data } from '../../state/store';
import type { ComponentType } from 'preact';

type Loaded = ComponentType<{ onClose: () => void }>;

const loaded = signal<Loaded | null>(null);

const load = (): Promise<void> =>
  attempt(async () => {
    loaded.value ??= (await import('./browser')).default;
  });

export function DataBrowserButton() {
  const open = isOpen('data');
  return (
    <button
      type="button"
      class="button"
      aria-expanded={open}
      onClick={() => {
        setOpen('data', !open);
      }}
    >
      Look at the data
    </button>
  );
}

export function DataBrowser() {
  const Browser = loaded.value;
  const open = isOpen('data');
  useEffect(() => {
    if (open) void load();
  }, [open]);
  if (Browser === null || !open || data.value.facts === null) return null;
  return (
    <Browser
      onClose={() => {
        setOpen('data', false);
      }}
    />
  );
}
