// SPDX-License-Identifier: MIT
//
// The place of what shows the inside of the network: its weights, how they move, and why it answers as it does.

import { lazy, LazyPart } from '../../ui/lazy-part';
import './look-inside.css';

const panels = lazy(async () => (await import('./insight')).default);

export function LookInside() {
  return (
    <section class="look-inside" aria-labelledby="look-inside-heading" data-testid="look-inside">
      <h2 id="look-inside-heading" class="out-of-sight">
        Inside the network
      </h2>
      <LazyPart part={panels} props={{}} begins={{ within: '0px' }} place="look-inside-place" />
    </section>
  );
}
