// SPDX-License-Identifier: MIT
//
// Where in a network that is wider than its room one is: every layer as a small block, those in sight marked; a press moves there.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { columns } from '../../state/layers';
import './minimap.css';
import { lessMotion } from '../../shared/motion';
import type { RefObject } from 'preact';

/** Layers that are at least half in sight. */
function inSight(view: HTMLElement): string[] {
  const { left, right } = view.getBoundingClientRect();
  return [...view.querySelectorAll<HTMLElement>('.layer')]
    .filter((layer) => {
      const box = layer.getBoundingClientRect();
      return (box.left + box.right) / 2 > left && (box.left + box.right) / 2 < right;
    })
    .map((layer) => layer.dataset.layer!);
}

export function Minimap({ view }: { view: RefObject<HTMLElement | null> }) {
  const seen = useSignal<readonly string[]>([]);
  useEffect(() => {
    const element = view.current!;
    const look = (): void => {
      const now = inSight(element);
      if (now.join() !== seen.peek().join()) seen.value = now;
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      element.removeEventListener('scroll', look);
    };
  }, [columns.value]);
  const go = (name: string): void => {
    view
      .current!.querySelector(`[data-layer="${name}"]`)
      ?.scrollIntoView({ behavior: lessMotion() ? 'auto' : 'smooth', block: 'nearest', inline: 'center' });
  };
  return (
    <div class="minimap" role="group" aria-label="All layers, those in sight marked">
      {columns.value.map(({ name }) => (
        <button
          key={name}
          type="button"
          class="minimap-layer"
          aria-pressed={seen.value.includes(name)}
          title={name}
          onClick={() => {
            go(name);
          }}
        >
          <span>{name}</span>
        </button>
      ))}
    </div>
  );
}
