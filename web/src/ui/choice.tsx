// SPDX-License-Identifier: MIT
//
// A list to pick from that shows what is, not what was picked: it follows once the choice has taken effect.

import type { ComponentChildren } from 'preact';

interface Props {
  label: string;
  testid: string;
  value: string;
  title?: string | undefined;
  /** Its label beside it, not above it. */
  inLine?: boolean;
  onPick: (value: string) => void;
  children: ComponentChildren;
}

export function Choice({ label, testid, value, title, inLine = false, onPick, children }: Props) {
  return (
    <label class={inLine ? 'data-option' : 'choice'} title={title}>
      <span>{label}</span>
      <select
        data-testid={testid}
        value={value}
        onChange={(event) => {
          const picked = event.currentTarget.value;
          event.currentTarget.value = value;
          onPick(picked);
        }}
      >
        {children}
      </select>
    </label>
  );
}
