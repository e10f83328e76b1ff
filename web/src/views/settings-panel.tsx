// SPDX-License-Identifier: MIT
//
// The settings, which open below the bar by a button in it, and are loaded when somebody wants them.

import { signal } from '@preact/signals';
import { attempt } from '../controller';
import type { ComponentType } from 'preact';

const kId = 'settings';

const loaded = signal<ComponentType | null>(null);
const isOpen = signal(false);

export const openSettings = (): Promise<void> =>
  attempt(async () => {
    loaded.value ??= (await import('./settings')).Settings;
    isOpen.value = true;
  });

export function SettingsButton() {
  const toggle = (): void => {
    if (isOpen.value) isOpen.value = false;
    else void openSettings();
  };
  return (
    <button type="button" class="button" aria-expanded={isOpen.value} aria-controls={kId} onClick={toggle}>
      Settings
    </button>
  );
}

export function SettingsPanel() {
  const Settings = loaded.value;
  return (
    <div id={kId} hidden={!isOpen.value}>
      {Settings !== null && isOpen.value && <Settings />}
    </div>
  );
}
