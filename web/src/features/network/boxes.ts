// SPDX-License-Identifier: MIT
//
// Where the network's pictures are on the screen, for whoever draws lines between them; lengths in CSS pixels from the network's corner.

import { sizeOf } from '../../state/layers';
import { stripLayout } from './strip-layout';
import type { Column } from '../../state/layers';

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export const middle = ({ top, bottom }: Box): number => (top + bottom) / 2;

function boxOf(element: Element, origin: DOMRect): Box {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return {
    left: left - origin.left,
    right: right - origin.left,
    top: top - origin.top,
    bottom: bottom - origin.top,
  };
}

/** Of everything that can be pointed at, by layer and index, and of whole layers, by layer and "all". */
export function boxesOf(root: HTMLElement): Map<string, Box> {
  const origin = root.getBoundingClientRect();
  const boxes = new Map<string, Box>();
  for (const element of root.querySelectorAll<HTMLElement>('[data-unit]')) {
    boxes.set(element.dataset.unit!, boxOf(element, origin));
  }
  return boxes;
}

/** A unit's box; in a strip that of its cell. */
export function unitBox(boxes: ReadonlyMap<string, Box>, column: Column, index: number): Box | undefined {
  const own = boxes.get(`${column.name}/${index}`);
  const strip = boxes.get(`${column.name}/all`);
  if (own !== undefined || strip === undefined || column.shape[1] * column.shape[2] > 1) return own;
  const { width, height, at } = stripLayout(sizeOf(column), false);
  const [x, y] = at(index);
  const [wide, high] = [(strip.right - strip.left) / width, (strip.bottom - strip.top) / height];
  const [left, top] = [strip.left + x * wide, strip.top + y * high];
  return { left, right: left + wide, top, bottom: top + high };
}

/** A canvas as large as its element, cleared, with CSS pixels as its unit. */
export function freshContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d')!;
  const { clientWidth, clientHeight } = canvas;
  const [width, height] = [clientWidth, clientHeight].map((length) => Math.round(length * devicePixelRatio));
  if (canvas.width !== width) canvas.width = width!;
  if (canvas.height !== height) canvas.height = height!;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, clientWidth, clientHeight);
  return context;
}

/** A smooth line from one point to another further right. */
export function curve(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  const bend = (x1 - x0) / 2;
  context.moveTo(x0, y0);
  context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
}
