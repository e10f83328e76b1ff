// SPDX-License-Identifier: MIT
//
// What the article's sections are made of: a heading with an anchor, text, a figure beside it, and figures that the page knows.

import { unknown } from '../../shared/format';
import type { ComponentChildren } from 'preact';

interface SectionProps {
  /** Its anchor. */
  id: string;
  title: string;
  figure?: ComponentChildren;
  children: ComponentChildren;
}

export function Section({ id, title, figure, children }: SectionProps) {
  return (
    <section id={id} class="article-section" aria-labelledby={`${id}-title`}>
      <div class="prose">
        <h3 id={`${id}-title`}>{title}</h3>
        {children}
      </div>
      {figure}
    </section>
  );
}

export function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="article-part">
      <p class="part-title">{title}</p>
      {children}
    </div>
  );
}

/** A figure of the network on the page, as it is at the moment. By itself, so that it alone is drawn anew. */
export function Live({ of }: { of: () => string | null }) {
  return <b class="live">{of() ?? unknown}</b>;
}
