// SPDX-License-Identifier: MIT
//
// The settings, which open below the bar by a button in it, and are loaded when somebody wants them.

import { isOpen, panelIds } from '../../state/panels';
import { lazy, LazyPart } from '../../ui/lazy-part';

const settings = lazy(async () => (await import('./settings')).Settings);

export function SettingsPanel() {
  const open = isOpen('settings');
  return (
    <div id={panelIds.settings} hidden={!open}>
      {open && <LazyPart part={settings} props={{}} />}
    </div>
  );
}
