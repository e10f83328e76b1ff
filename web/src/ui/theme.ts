// SPDX-License-Identifier: MIT
//
// Light or dark, by the system's choice or the visitor's, and what else the system asks for, as signals.

import { computed, effect, signal } from '@preact/signals';
import { stacked as stackedWidth } from './breakpoints';
import type { Signal } from '@preact/signals';

function mediaSignal(query: string): Signal<boolean> {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener('change', () => (matches.value = media.matches));
  return matches;
}

export type Theme = 'system' | 'light' | 'dark';

/** Known to vite.config.ts too, whose script in the pages' heads sets the theme before anything is drawn. */
const themeKey = 'tinycnn-theme';

function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(themeKey);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system'; // storage is refused
  }
}

const systemIsDark = mediaSignal('(prefers-color-scheme: dark)');

export const theme = signal<Theme>(keptTheme());

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  try {
    if (chosen === 'system') localStorage.removeItem(themeKey);
    else localStorage.setItem(themeKey, chosen);
  } catch {
    // it holds for this visit
  }
}

const isDark = computed(() => (theme.value === 'system' ? systemIsDark.value : theme.value === 'dark'));

/** Follows the document: when it is written, the tokens have the theme's values. */
export const dark = signal(isDark.value);

effect(() => {
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
  dark.value = isDark.value;
});

const projectorKey = 'tinycnn-projector';

function keptProjector(): boolean {
  try {
    return localStorage.getItem(projectorKey) !== null;
  } catch {
    return false;
  }
}

/** Large type, high contrast and fewer parts, for a room full of people. */
export const projector = signal(keptProjector());

export function showForProjector(on: boolean): void {
  projector.value = on;
  try {
    if (on) localStorage.setItem(projectorKey, 'yes');
    else localStorage.removeItem(projectorKey);
  } catch {
    // it holds for this visit
  }
}

/** Whether everything that can be asked about is marked. */
export const explains = signal(false);

effect(() => {
  document.documentElement.classList.toggle('for-projector', projector.value);
  document.documentElement.classList.toggle('explains', explains.value);
});

/** Whether the visitor points with a finger: texts say "tap" then. */
export const hasTouch = matchMedia('(hover: none)').matches;

/** Whether the window is that narrow. */
export const stacked = mediaSignal(stackedWidth);

/** The live style of the page, renewed with the theme so that whoever reads a token follows it. */
const styles = computed(() => [getComputedStyle(document.documentElement), dark.value, projector.value] as const);

/** The value of a design token, for canvases. */
export const token = (name: string): string => styles.value[0].getPropertyValue(name).trim();
