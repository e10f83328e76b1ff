// SPDX-License-Identifier: MIT
//
// The settings, which open below the bar by a button in it, and are loaded when somebody wants them.

import { isOpen } from '../../state/panels';
import { lazy, LazyPart } from '../../ui/lazy-part';

const settings = lazy(async () => (await import('./settings')).Settings);

export function SettingsPanel() {
  return isOpen('settings') ? <LazyPart part={settings} props={{}} /> : null;
}
