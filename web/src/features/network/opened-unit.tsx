// SPDX-License-Identifier: MIT
//
// The place of an opened channel. What it shows is loaded when the first is opened.

import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { Unit } from '../../state/network-view';

const loaded = signal<ComponentType<{ unit: Unit }> | null>(null);
const failed = signal(false);

async function load(): Promise<void> {
  if (loaded.value !== null) return;
  try {
    const { Detail } = await import('./detail/detail');
    loaded.value = Detail;
    failed.value = false;
  } catch {
    failed.value = true;
  }
}

export function OpenedUnit({ unit }: { unit: Unit }) {
  if (loaded.value !== null) {
    const Detail = loaded.value;
    return <Detail unit={unit} />;
  }
  void load();
  return (
    <p class="quiet" role="status">
      {failed.value
        ? 'This part of the page could not be loaded. Check the connection, press Escape and open it again.'
        : 'Loading …'}
    </p>
  );
}
