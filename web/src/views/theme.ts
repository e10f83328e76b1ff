// SPDX-License-Identifier: MIT
//
// What the system asks for, as signals.

import { computed, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

function mediaSignal(query: string): Signal<boolean> {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener('change', () => (matches.value = media.matches));
  return matches;
}

export const dark = mediaSignal('(prefers-color-scheme: dark)');

/** Too narrow for the layers to stand side by side: they are stacked as rows. Same width as in stage.css. */
export const stacked = mediaSignal('(max-width: 759px)');

/** The live style of the page, renewed with the theme so that whoever reads a token follows it. */
const styles = computed(() => [getComputedStyle(document.documentElement), dark.value] as const);

/** The value of a design token, for canvases. */
export const token = (name: string): string => styles.value[0].getPropertyValue(name).trim();
