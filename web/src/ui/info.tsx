// SPDX-License-Identifier: MIT
//
// An info mark: a small button that opens one or two sentences and, where there is one, a formula. What it says of a topic is loaded
// before the card first opens, so that it is never empty. The browser closes it at Escape or a click elsewhere.

import { signal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import type { ComponentChildren, ComponentType } from 'preact';
import type { Topic } from '../state/topic';

/** Between the mark and its card, and between the card and the window's edges, in CSS pixels. */
const gap = 6;
const edge = 8;

/** Below its mark where there is room, else above it, and never outside of the window. */
function place(card: HTMLElement, mark: HTMLElement): void {
  const { left, top, bottom } = mark.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = card;
  const { clientWidth, clientHeight } = document.documentElement;
  const below = bottom + gap;
  const fits = below + offsetHeight <= clientHeight - edge;
  card.style.left = `${Math.max(edge, Math.min(left, clientWidth - offsetWidth - edge))}px`;
  card.style.top = `${fits ? below : Math.max(edge, top - gap - offsetHeight)}px`;
}

const Texts = signal<ComponentType<{ topic: Topic }> | null>(null);
const failed = signal(false);

async function load(): Promise<void> {
  try {
    Texts.value ??= (await import('../app/texts')).Texts;
    failed.value = false;
  } catch {
    failed.value = true;
  }
}

function Text({ topic }: { topic: Topic }) {
  const Loaded = Texts.value;
  if (Loaded !== null) return <Loaded topic={topic} />;
  return failed.value ? <p>This explanation could not be loaded. Check the connection, and open it again.</p> : null;
}

type Props = {
  /** What it is about, as the button's name continues: "About …". */
  about: string;
} & ({ topic: Topic; children?: never } | { topic?: never; children: ComponentChildren });

export function Info({ about, topic, children }: Props) {
  const id = useId();
  const mark = useRef<HTMLButtonElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const waits = topic !== undefined && Texts.value === null;
  const fetch = (): void => {
    if (waits) void load();
  };
  return (
    <span class="info">
      <button
        ref={mark}
        type="button"
        class="info-mark"
        aria-label={`About ${about}`}
        popovertarget={id}
        onPointerEnter={fetch}
        onFocus={fetch}
        onClick={(event) => {
          if (!waits) return;
          event.preventDefault();
          // once what was loaded has been drawn
          void load().then(() => setTimeout(() => card.current?.showPopover()));
        }}
      >
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
        {topic === undefined ? children : <Text topic={topic} />}
      </div>
    </span>
  );
}
