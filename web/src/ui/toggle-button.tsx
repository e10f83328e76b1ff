// SPDX-License-Identifier: MIT
//
// A button that opens and closes a part of the page.

import type { ComponentChildren } from 'preact';

interface Props {
  id?: string;
  open: boolean;
  onToggle: (open: boolean) => void;
  /** The id of what it opens, where that is always in the document. */
  controls?: string;
  small?: boolean;
  children: ComponentChildren;
}

export function ToggleButton({ id, open, onToggle, controls, small = false, children }: Props) {
  return (
    <button
      id={id}
      type="button"
      class={small ? 'button small' : 'button'}
      aria-expanded={open}
      aria-controls={controls}
      onClick={() => {
        onToggle(!open);
      }}
    >
      {children}
    </button>
  );
}
