// SPDX-License-Identifier: MIT
//
// A panel that opens to the settings, which are loaded when somebody wants them.

import { signal } from '@preact/signals';
import { attempt } from '../controller';
import '../styles/settings.css';
import type { ComponentType } from 'preact';

const loaded = signal<ComponentType | null>(null);

const load = (): Promise<void> =>
  attempt(async () => {
    loaded.value ??= (await import('./settings')).Settings;
  });

export function SettingsPanel() {
  const Settings = loaded.value;
  return (
    <details
      class="settings-panel"
      onToggle={(event) => {
        if (event.currentTarget.open) void load();
      }}
    >
      <summary>Settings</summary>
      {Settings !== null && <Settings />}
    </details>
  );
}
