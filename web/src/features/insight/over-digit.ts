// SPDX-License-Identifier: MIT
//
// Values over a digit, by the page's one scale: the digit shows through in grey where they are near zero.

import { mix, scaleColors, word } from '../../ui/color-map';
import { dark } from '../../ui/theme';
import type { Color } from '../../ui/color-map';

const inkColors: Readonly<Record<'light' | 'dark', Color>> = { light: [172, 178, 188], dark: [98, 104, 116] };
const inkMost = 255;

/** Writes them as colours; ±range get the full ones. `pixels`: 0 background .. 255 ink. */
export function colorizeOver(
  values: ArrayLike<number>,
  range: number,
  pixels: ArrayLike<number>,
  into: Uint32Array,
): void {
  const { negative, zero, positive } = scaleColors();
  const ink = inkColors[dark.value ? 'dark' : 'light'];
  for (let i = 0; i < into.length; ++i) {
    const below = mix(zero, ink, (pixels[i] ?? 0) / inkMost);
    const value = Number.isFinite(values[i]) ? values[i]! : 0;
    const share = Math.min(1, Math.abs(value) / range);
    into[i] = word(mix(below, value < 0 ? negative : positive, share ** 0.8));
  }
}
