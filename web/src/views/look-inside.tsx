// SPDX-License-Identifier: MIT
//
// The place of what shows the inside of the network: its weights and why it answers as it does. Loaded when somebody comes near.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentType } from 'preact';

/** Loaded this far before it comes into sight, in CSS pixels. */
const kNear = 400;

const loaded = signal<ComponentType | null>(null);
const failed = signal(false);

async function load(): Promise<void> {
  try {
    loaded.value = (await import('../insight/insight')).default;
    failed.value = false;
  } catch {
    failed.value = true;
  }
}

export function LookInside() {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        void load();
      },
      { rootMargin: `${kNear}px` },
    );
    observer.observe(place.current!);
    return () => {
      observer.disconnect();
    };
  }, []);
  const Panels = loaded.value;
  return (
    <section ref={place} class="look-inside" aria-labelledby="look-inside-heading" data-testid="look-inside">
      <h2 id="look-inside-heading">Look inside</h2>
      {Panels !== null ? (
        <Panels />
      ) : failed.value ? (
        <p class="quiet" role="status">
          This part of the page could not be loaded. Check the connection.{' '}
          <button type="button" class="button small" onClick={() => void load()}>
            Try again
          </button>
        </p>
      ) : (
        <p class="quiet">Loading …</p>
      )}
    </section>
  );
}
