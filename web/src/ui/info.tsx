// SPDX-License-Identifier: MIT
//
// An info mark: a small button that opens one or two sentences and, where there is one, a formula. A feature's texts are loaded before the
// first card opens, so that it is never empty. The browser closes it at Escape or a click elsewhere.

import { useId, useRef } from 'preact/hooks';
import { LazyPart } from './lazy-part';
import type { ComponentChildren, ComponentType } from 'preact';
import type { Lazy } from './lazy-part';
import './info.css';

/** Between the mark and its card, and between the card and the window's edges, in CSS pixels. */
const gap = 6;
const edge = 8;

/** Below its mark where there is room, else above it, and never outside of the window, even where the mark itself has been scrolled out. */
export function placeCard(card: HTMLElement, mark: HTMLElement): void {
  const { left, top, bottom } = mark.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = card;
  const { clientWidth, clientHeight } = document.documentElement;
  const below = bottom + gap;
  const fits = below + offsetHeight <= clientHeight - edge;
  const within = (at: number, size: number, all: number): string =>
    `${Math.max(edge, Math.min(at, all - size - edge))}px`;
  card.style.left = within(left, offsetWidth, clientWidth);
  card.style.top = within(fits ? below : top - gap - offsetHeight, offsetHeight, clientHeight);
}

interface MarkProps {
  /** A word that explains itself: dotted, and there also while nothing else is marked. */
  term?: string | undefined;
  /** What it is about, as the button's name continues: "About …". */
  about: string;
  /** Loads what the card says; opening waits for it. */
  before?: () => Promise<unknown>;
  children: ComponentChildren;
}

export function InfoMark({ about, term, before, children }: MarkProps) {
  const id = useId();
  const mark = useRef<HTMLButtonElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const prepare = (): Promise<unknown> => before?.().catch(() => undefined) ?? Promise.resolve();
  return (
    <span class="info">
      <button
        ref={mark}
        type="button"
        class={term === undefined ? 'info-mark' : 'term-mark'}
        aria-label={`About ${about}`}
        popovertarget={id}
        onPointerEnter={() => void prepare()}
        onFocus={() => void prepare()}
        onClick={(event) => {
          if (before === undefined) return;
          event.preventDefault();
          // once what was loaded has been drawn
          void prepare().then(() => setTimeout(() => card.current?.showPopover()));
        }}
      >
        {term ?? '?'}
      </button>
      <div
        ref={card}
        id={id}
        class="info-card"
        popover="auto"
        onToggle={(event) => {
          if (event.newState === 'open') placeCard(card.current!, mark.current!);
        }}
      >
        {children}
      </div>
    </span>
  );
}

/** The info marks of one feature, whose texts are a component that is loaded with the first of them that is opened, or pointed at. */
export function infoOn<Topic extends string>(texts: Lazy<ComponentType<{ topic: Topic }>>) {
  return function Info({ about, topic, term }: { about: string; topic: Topic; term?: string }) {
    const before = texts.value === null ? () => texts.load() : undefined;
    return (
      <InfoMark about={about} term={term} {...(before === undefined ? {} : { before })}>
        <LazyPart part={texts} props={{ topic }} begins="elsewhere" />
      </InfoMark>
    );
  };
}

/** Texts are made when they are shown: they say what is so on the page then. */
export const textsFrom = <Topic extends string>(texts: Readonly<Record<Topic, () => ComponentChildren>>) =>
  function Texts({ topic }: { topic: Topic }) {
    return <>{texts[topic]()}</>;
  };
