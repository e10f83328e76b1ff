// SPDX-License-Identifier: MIT
//
// A passage that points at a part of the page, the light that falls on it, and the way back.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { cameFrom, glance, isThere, lead, leadBack, lit, lookAway } from './pointing';
import type { ComponentChildren } from 'preact';
import type { PlaceName } from './places';

export function Point({ at, children }: { at: PlaceName; children: ComponentChildren }) {
  if (!isThere(at)) return <>{children}</>;
  const look = (): void => {
    glance(at);
  };
  // an element of text and not a button, which would not break over lines
  return (
    <span
      role="button"
      tabIndex={0}
      class="point"
      data-place={at}
      onPointerEnter={look}
      onPointerLeave={lookAway}
      onFocus={look}
      onBlur={lookAway}
      onClick={({ currentTarget }) => void lead(at, currentTarget)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        void lead(at, event.currentTarget);
      }}
    >
      {children}
    </span>
  );
}

const gap = 5;

/** A ring around what is lit up, which follows it while the page scrolls or grows. */
export function Spotlight() {
  const ring = useRef<HTMLDivElement>(null);
  const { element = null, name } = lit.value ?? {};
  useEffect(() => {
    if (element === null) return;
    let frame = 0;
    const follow = (): void => {
      const { left, top, width, height } = element.getBoundingClientRect();
      if (ring.current === null) return;
      Object.assign(ring.current.style, {
        transform: `translate(${left - gap}px, ${top - gap}px)`,
        width: `${width + 2 * gap}px`,
        height: `${height + 2 * gap}px`,
      });
      frame = requestAnimationFrame(follow);
    };
    follow();
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [element]);
  if (element === null) return null;
  return <div ref={ring} class="spotlight" data-testid="spotlight" data-place={name} aria-hidden="true" />;
}

/** There while the passage is out of sight, and gone for good once it is back. */
export function WayBack() {
  const passage = cameFrom.value;
  const away = useSignal(false);
  useEffect(() => {
    away.value = false;
    if (passage === null) return;
    const observer = new IntersectionObserver(([entry]) => {
      const isBack = entry!.isIntersecting && away.value;
      away.value = !entry!.isIntersecting;
      if (isBack) cameFrom.value = null;
    });
    observer.observe(passage);
    return () => {
      observer.disconnect();
    };
  }, [passage]);
  if (passage === null || !away.value) return null;
  return (
    <button type="button" class="button way-back" onClick={leadBack}>
      Back to the text
    </button>
  );
}
