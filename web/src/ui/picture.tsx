// SPDX-License-Identifier: MIT
//
// Canvases that show numbers as colours. They redraw themselves when the frame or the theme changes, outside of Preact's rendering.

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { colorize } from './color-map';

/** Numbers for a canvas of width x height, row by row, and the absolute value that gets the full colour. */
export interface Painting {
  values: ArrayLike<number>;
  range: number;
}

const nothing: Painting = { values: [], range: 1 };

interface Props {
  width: number;
  height: number;
  class?: string;
  /** Reads signals; called again whenever they change. */
  paint: () => Painting | null;
}

export function Picture({ width, height, class: className, paint }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(paint);
  latest.current = paint;
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(width, height);
    const words = new Uint32Array(image.data.buffer);
    return effect(() => {
      const { values, range } = latest.current() ?? nothing;
      colorize(values, range, words);
      context.putImageData(image, 0, 0);
    });
  }, [width, height]);
  return <canvas ref={canvas} class={className} width={width} height={height} aria-hidden="true" />;
}
