// SPDX-License-Identifier: MIT
//
// A panel that opens to the settings, which are loaded when somebody wants them.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { attempt } from '../controller';
import { isOpen, setOpen } from '../state/panels';
import '../styles/settings.css';
import type { ComponentType } from 'preact';

const loaded = signal<ComponentType | null>(null);

const load = (): Promise<void> =>
  attempt(async () => {
    loaded.value ??= (await import('./settings')).Settings;
  });

export function SettingsPanel() {
  const Settings = loaded.value;
  const open = isOpen('settings');
  useEffect(() => {
    if (open) void load();
  }, [open]);
  return (
    <details
      class="settings-panel"
      open={open}
      onToggle={(event) => {
        setOpen('settings', event.currentTarget.open);
      }}
    >
      <summary>Settings</summary>
      {Settings !== null && <Settings />}
    </details>
  );
}
