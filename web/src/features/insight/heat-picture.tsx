// SPDX-License-Identifier: MIT
//
// A heat map over the digit: the pointer or the arrow keys choose a pixel.

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { side } from '../../shared/dataset';
import { arrows, destination } from '../../ui/arrow-keys';
import { cursor } from './evidence-state';
import { colorizeOver } from './over-digit';
import type { Box } from '../../state/weight-sheet';

export interface Heat {
  values: Float32Array;
  range: number;
  pixels: Uint8Array;
}

interface Props {
  label: string;
  testid: string;
  /** Reads signals; called again whenever they change. */
  heat: () => Heat | null;
  /** What is said of the chosen pixel. */
  reading: string;
  /** Around the chosen pixel, in pixels. */
  frame: (pixel: number) => Box;
}

const middle = (side / 2) * side + side / 2;

/** Where a key leads from a pixel, at first to the middle; null for other keys. */
function pixelBeside(from: number | null, key: string): number | null {
  if (from === null && arrows[key] !== undefined) return middle;
  return destination(key, from ?? 0, { count: side * side, across: side });
}

function useHeat(heat: () => Heat | null) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(side, side);
    const words = new Uint32Array(image.data.buffer);
    return effect(() => {
      const { values, range, pixels } = heat() ?? { values: [], range: 1, pixels: [] };
      colorizeOver(values, range, pixels, words);
      context.putImageData(image, 0, 0);
    });
  }, []);
  return canvas;
}

function Mark({ frame }: Pick<Props, 'frame'>) {
  if (cursor.value === null) return null;
  const { left, top, width, height } = frame(cursor.value);
  return (
    <svg viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
      <rect class="mark" x={left} y={top} width={width} height={height} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

export function HeatPicture({ label, testid, heat, reading, frame }: Props) {
  const canvas = useHeat(heat);
  const point = ({ clientX, clientY, currentTarget }: PointerEvent): void => {
    const box = (currentTarget as HTMLElement).getBoundingClientRect();
    const [column, row] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height].map((share) =>
      Math.max(0, Math.min(side - 1, Math.floor(share * side))),
    );
    cursor.value = row! * side + column!;
  };
  const leave = (): void => {
    cursor.value = null;
  };
  const press = (event: KeyboardEvent): void => {
    const to = pixelBeside(cursor.value, event.key);
    if (to === null) return;
    event.preventDefault();
    cursor.value = to;
  };
  return (
    <div
      class="heat"
      tabIndex={0}
      role="slider"
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={side * side}
      aria-valuenow={(cursor.value ?? 0) + 1}
      aria-valuetext={reading}
      data-testid={testid}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={leave}
      onKeyDown={press}
      onBlur={leave}
    >
      <canvas ref={canvas} width={side} height={side} aria-hidden="true" />
      <Mark frame={frame} />
    </div>
  );
}
