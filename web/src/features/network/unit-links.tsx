// SPDX-License-Identifier: MIT
//
// The connections of the unit under the pointer, over the network. Drawn anew when the pointer moves or the weights do.

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { networkView } from '../../state/store';
import { boxesOf } from './boxes';
import { lazy } from '../../ui/lazy-part';
import { stacked } from '../../ui/theme';
import type { Box } from './boxes';

const painter = lazy(() => import('./paint-unit-links'));

/** Lies over the columns of its parent element and lets the pointer through. */
export function UnitLinks() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const root = element.parentElement!;
    return effect(() => {
      const { pointed } = networkView.value;
      const shown = stacked.value ? null : pointed;
      root.classList.toggle('pointing', shown !== null);
      if (shown !== null && painter.value === null) void painter.load().catch(() => undefined); // at the next one
      painter.value?.paintUnitLinks(element, shown === null ? new Map<string, Box>() : boxesOf(root), shown);
    });
  }, []);
  return <canvas ref={canvas} class="links over" aria-hidden="true" />;
}
