// SPDX-License-Identifier: MIT
//
// The settings, which open below the bar by a button in it, and are loaded when somebody wants them.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { attempt } from '../../client/controller';
import { isOpen, setOpen } from '../../state/panels';
import type { ComponentType } from 'preact';

const id = 'settings';

const loaded = signal<ComponentType | null>(null);

const load = (): Promise<void> =>
  attempt(async () => {
    loaded.value ??= (await import('./settings')).Settings;
  });

export function SettingsButton() {
  const open = isOpen('settings');
  return (
    <button
      type="button"
      class="button small"
      aria-expanded={open}
      aria-controls={id}
      onClick={() => {
        setOpen('settings', !open);
      }}
    >
      Settings
    </button>
  );
}

export function SettingsPanel() {
  const Settings = loaded.value;
  const open = isOpen('settings');
  useEffect(() => {
    if (open) void load();
  }, [open]);
  return (
    <div id={id} hidden={!open}>
      {open && Settings !== null && <Settings />}
    </div>
  );
}
