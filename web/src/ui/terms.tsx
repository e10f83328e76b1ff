// SPDX-License-Identifier: MIT
//
// How a text explains several controls at once: each by its name.

import type { ComponentChildren } from 'preact';

/** One line each: what it is called on the page, and what it is or does. */
export function Terms({ of }: { of: Readonly<Record<string, ComponentChildren>> }) {
  return (
    <dl class="info-terms">
      {Object.entries(of).map(([name, about]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{about}</dd>
        </div>
      ))}
    </dl>
  );
}
