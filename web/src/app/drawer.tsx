// SPDX-License-Identifier: MIT
//
// Everything that can be set but the data and the network: in a drawer beside the network, one step away. What it
// holds is loaded when it is opened first.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { isOpen, panelIds, setOpen } from '../state/panels';
import { lazy, LazyPart } from '../ui/lazy-part';
import './drawer.css';

const options = lazy(async () => (await import('./options')).Options);

const close = (): void => {
  setOpen('settings', false);
};

export function Drawer() {
  const open = isOpen('settings');
  const element = useRef<HTMLElement>(null);
  const wasOpen = useRef(false);
  useLayoutEffect(() => {
    document.documentElement.classList.toggle('drawer-open', open);
    if (open && !wasOpen.current) element.current!.focus({ preventScroll: true });
    else if (!open && wasOpen.current) document.getElementById('settings-button')?.focus({ preventScroll: true });
    wasOpen.current = open;
  }, [open]);
  return (
    <aside
      ref={element}
      id={panelIds.settings}
      class="drawer"
      aria-labelledby="drawer-heading"
      tabIndex={-1}
      hidden={!open}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || document.querySelector(':popover-open') !== null) return;
        event.stopPropagation();
        close();
      }}
    >
      <div class="panel-head">
        <h2 id="drawer-heading">Settings</h2>
        <button type="button" class="button" aria-label="Close settings" onClick={close}>
          Close
        </button>
      </div>
      {open && <LazyPart part={options} props={{}} />}
    </aside>
  );
}
