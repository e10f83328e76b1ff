// SPDX-License-Identifier: MIT
//
// An info mark: a small button that opens one or two sentences and, where there is one, a formula. The browser closes it at Escape or a
// click elsewhere.

import { useId, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';

/** Between the mark and its card, and between the card and the window's edges, in CSS pixels. */
const kGap = 6;
const kEdge = 8;

/** Below its mark where there is room, else above it, and never outside of the window. */
function place(card: HTMLElement, mark: HTMLElement): void {
  const { left, top, bottom } = mark.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = card;
  const { clientWidth, clientHeight } = document.documentElement;
  const below = bottom + kGap;
  const fits = below + offsetHeight <= clientHeight - kEdge;
  card.style.left = `${Math.max(kEdge, Math.min(left, clientWidth - offsetWidth - kEdge))}px`;
  card.style.top = `${fits ? below : Math.max(kEdge, top - kGap - offsetHeight)}px`;
}

interface Props {
  /** What it is about, as the button's name continues: "About …". */
  about: string;
  children: ComponentChildren;
}

export function Info({ about, children }: Props) {
  const id = useId();
  const mark = useRef<HTMLButtonElement>(null);
  const card = useRef<HTMLDivElement>(null);
  return (
    <span class="info">
      <button ref={mark} type="button" class="info-mark" aria-label={`About ${about}`} popovertarget={id}>
        i
      </button>
      <div
        ref={card}
        id={id}
        class="info-card"
        popover="auto"
        onToggle={(event) => {
          if (event.newState === 'open') place(card.current!, mark.current!);
        }}
      >
        {children}
      </div>
    </span>
  );
}
