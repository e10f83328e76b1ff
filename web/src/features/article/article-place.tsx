// SPDX-License-Identifier: MIT
//
// The place of the article, below the fold: it is loaded when somebody scrolls near it, or comes by a link to one of its sections.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentType } from 'preact';

const loaded = signal<ComponentType | null>(null);
const failed = signal(false);

async function load(): Promise<void> {
  if (loaded.value !== null) return;
  try {
    loaded.value = (await import('./article')).default;
    failed.value = false;
  } catch {
    failed.value = true;
  }
}

/** How far off it may be to be fetched. */
const near = '300px';
const anchor = /^#(article|how-[a-z]+)$/;

/** To the section that the address names; it has been drawn by the time of the next frame. */
async function toAnchor(): Promise<void> {
  const { hash } = location;
  if (!anchor.test(hash)) return;
  await load();
  requestAnimationFrame(() => document.getElementById(hash.slice(1))?.scrollIntoView());
}

export function Article() {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    void toAnchor();
    const observer = new IntersectionObserver(([entry]) => entry!.isIntersecting && void load(), {
      rootMargin: near,
    });
    observer.observe(place.current!);
    const follow = (): void => void toAnchor();
    addEventListener('hashchange', follow);
    return () => {
      observer.disconnect();
      removeEventListener('hashchange', follow);
    };
  }, []);
  const Body = loaded.value;
  return (
    <article ref={place} id="article" class="article" aria-labelledby="article-heading">
      <h2 id="article-heading">How a small network learns to read</h2>
      {Body !== null && <Body />}
      {failed.value && (
        <p class="quiet" role="status">
          The article could not be loaded.{' '}
          <button type="button" class="button" onClick={() => void load()}>
            Try again
          </button>
        </p>
      )}
    </article>
  );
}
