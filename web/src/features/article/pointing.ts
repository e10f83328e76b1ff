// SPDX-License-Identifier: MIT
//
// How the article points at the page: a part is prepared, scrolled to and lit up, takes the focus, and leaves a way back to the passage.

import { signal } from '@preact/signals';
import { places } from './places';
import { lessMotion } from '../../shared/motion';
import type { Place, PlaceName } from './places';

/** What is lit up now. */
export const lit = signal<{ name: PlaceName; element: Element } | null>(null);
/** The passage that led away from the article. */
export const cameFrom = signal<HTMLElement | null>(null);

const litMilliseconds = 3200;
/** Parts of the page that are loaded first may take so long. */
const maxMilliseconds = 8000;
const margin = 16;

const place = (name: PlaceName): Place => places[name];

/** Whether there is such a part, for a passage that would lead nowhere without it. */
export const isThere = (name: PlaceName): boolean => place(name).isThere?.() ?? true;

const find = (name: PlaceName): HTMLElement | null => document.querySelector(place(name).selector());

async function found(name: PlaceName): Promise<HTMLElement | null> {
  const until = performance.now() + maxMilliseconds;
  for (;;) {
    const element = find(name);
    if (element !== null || performance.now() > until) return element;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const isInSight = (element: Element): boolean => {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > margin && top < innerHeight - margin;
};

/** While a passage is pointed at: lights its part up if that can be seen. */
export function glance(name: PlaceName): void {
  const element = find(name);
  if (element !== null && isInSight(element)) lit.value = { name, element };
}

let timer = 0;

export function lookAway(): void {
  if (timer === 0) lit.value = null;
}

function lightUp(name: PlaceName, element: Element): void {
  clearTimeout(timer);
  lit.value = { name, element };
  timer = setTimeout(() => {
    timer = 0;
    lit.value = null;
  }, litMilliseconds) as unknown as number;
}

function scrollTo(element: Element): void {
  const fits = element.getBoundingClientRect().height < innerHeight - 2 * margin;
  element.scrollIntoView({ block: fits ? 'center' : 'start', behavior: lessMotion() ? 'auto' : 'smooth' });
}

/** The first thing in it that can be used, else the part itself; not where the focus has gone there by itself. */
function focusOn(element: HTMLElement): void {
  if (element.contains(document.activeElement)) return;
  const field = element.matches('[data-setting]') ? element.querySelector<HTMLElement>('input, select') : null;
  const target = field ?? element;
  if (target === element && !target.hasAttribute('tabindex')) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

export async function lead(name: PlaceName, from: HTMLElement): Promise<void> {
  await place(name).prepare?.();
  const element = await found(name);
  if (element === null) return;
  cameFrom.value = from;
  scrollTo(element);
  lightUp(name, element);
  focusOn(element);
}

export function leadBack(): void {
  const passage = cameFrom.value;
  cameFrom.value = null;
  if (passage === null) return;
  scrollTo(passage);
  passage.focus({ preventScroll: true });
}
