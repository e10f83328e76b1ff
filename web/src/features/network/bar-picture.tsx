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
const kReach = 88;
const kThickness = 24;
const kGap = 4;

interface Props {
  count: number;
  flat: boolean;
  /** Reads signals; called again whenever they change. */
  paint: () => Painting | null;
}

function draw(context: CanvasRenderingContext2D, count: number, painting: Painting | null): void {
  context.clearRect(0, 0, kReach, count * kThickness);
  for (let i = 0; i < count; ++i) {
    const value = painting?.values[i] ?? 0;
    const share = Math.max(-1, Math.min(1, value / (painting?.range ?? 1)));
    const length = (share * kReach) / 2;
    context.fillStyle = cssColor(value);
    context.fillRect(kReach / 2, i * kThickness + kGap / 2, Number.isNaN(length) ? 0 : length, kThickness - kGap);
  }
  context.fillStyle = token('--line-strong');
  context.fillRect(kReach / 2 - 1, 0, 2, count * kThickness);
}

export function BarPicture({ count, flat, paint }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(paint);
  latest.current = paint;
  const [width, height] = flat ? [count * kThickness, kReach] : [kReach, count * kThickness];
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    if (flat) context.setTransform(0, -1, 1, 0, 0, kReach);
    return effect(() => {
      draw(context, count, latest.current());
    });
  }, [count, flat]);
  return <canvas ref={canvas} class="pixels" width={width} height={height} aria-hidden="true" />;
}
