// SPDX-License-Identifier: MIT
//
// The place of the data browser, which is loaded when somebody opens it.

import { isOpen, setOpen } from '../../state/panels';
import { data } from '../../state/store';
import { lazy, LazyPart } from '../../ui/lazy-part';

const browser = lazy(async () => (await import('./browser')).default);

const onClose = (): void => {
  setOpen('data', false);
};

export function DataBrowser() {
  if (!isOpen('data') || data.value.facts === null) return null;
  return <LazyPart part={browser} props={{ onClose }} />;
}
