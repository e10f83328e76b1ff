// SPDX-License-Identifier: MIT
//
// The place of what shows the inside of the network: its weights, how they move, and why it answers as it does.

import { whenNear } from '../../ui/when-near';

const Panels = whenNear(async () => (await import('./insight')).default, 'look-inside-place');

export function LookInside() {
  return (
    <section class="look-inside" aria-labelledby="look-inside-heading" data-testid="look-inside">
      <h2 id="look-inside-heading">Look inside</h2>
      <Panels />
    </section>
  );
}
