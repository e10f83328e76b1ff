// SPDX-License-Identifier: MIT
//
// The place of the article, below the fold: it is loaded when somebody scrolls near it, or comes by a link to one of its sections.

import { useEffect } from 'preact/hooks';
import { lazy, LazyPart } from '../../ui/lazy-part';
import './place.css';

const body = lazy(async () => (await import('./article')).default);

/** How close to the screen it is fetched. */
const near = { within: '300px' };
const anchor = /^#(article|how-[a-z]+)$/;

/** To the section that the address names; it has been drawn by the time of the next frame. */
async function toAnchor(): Promise<void> {
  const { hash } = location;
  if (!anchor.test(hash)) return;
  await body.load();
  requestAnimationFrame(() => document.getElementById(hash.slice(1))?.scrollIntoView());
}

/** A failure shows in the article's place. */
const followAnchor = (): void => void toAnchor().catch(() => undefined);

export function Article() {
  useEffect(() => {
    followAnchor();
    addEventListener('hashchange', followAnchor);
    return () => {
      removeEventListener('hashchange', followAnchor);
    };
  }, []);
  return (
    <article id="article" class="article" aria-labelledby="article-heading">
      <h2 id="article-heading">How a small neural network learns</h2>
      <LazyPart part={body} props={{}} begins={near} />
    </article>
  );
}
