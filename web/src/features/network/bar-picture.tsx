// SPDX-License-Identifier: MIT
//
// A few values as bars from a middle line: to the right and blue where they are positive, to the left and orange where negative. `flat`
// turns it: upwards and downwards.

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { cssColor } from '../../ui/color-map';
import { token } from '../../ui/theme';
import type { Painting } from '../../ui/picture';

/** Of the canvas, in its own pixels: along a bar, and for each bar across. */
const reach = 88;
const thickness = 24;
const gap = 4;

interface Props {
  count: number;
  flat: boolean;
  /** Reads signals; called again whenever they change. */
  paint: () => Painting | null;
}

function draw(context: CanvasRenderingContext2D, count: number, painting: Painting | null): void {
  context.clearRect(0, 0, reach, count * thickness);
  for (let i = 0; i < count; ++i) {
    const value = painting?.values[i] ?? 0;
    const share = Math.max(-1, Math.min(1, value / (painting?.range ?? 1)));
    const length = (share * reach) / 2;
    context.fillStyle = cssColor(value);
    context.fillRect(reach / 2, i * thickness + gap / 2, Number.isNaN(length) ? 0 : length, thickness - gap);
  }
  context.fillStyle = token('--line-strong');
  context.fillRect(reach / 2 - 1, 0, 2, count * thickness);
}

export function BarPicture({ count, flat, paint }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(paint);
  latest.current = paint;
  const [width, height] = flat ? [count * thickness, reach] : [reach, count * thickness];
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    if (flat) context.setTransform(0, -1, 1, 0, 0, reach);
    return effect(() => {
      draw(context, count, latest.current());
    });
  }, [count, flat]);
  return <canvas ref={canvas} class="pixels" width={width} height={height} aria-hidden="true" />;
}
