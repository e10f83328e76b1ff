// SPDX-License-Identifier: MIT
//
// The lines between the columns: one for each pair of pictures that a layer connects, coloured by the sign of the weights between them
// and as thick as they are strong; bands where too many units meet to draw them one by one; and a line for each
// branch that passes others by.

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { links } from '../../state/store';
import { boxesOf, curve, freshContext, middle } from './boxes';
import { cssColor } from '../../ui/color-map';
import { columns, hasUnits, isPicture, layout } from '../../state/layers';
import { stacked, token } from '../../ui/theme';
import type { Box } from './boxes';
import type { Column } from '../../state/layers';
import type { LinkStrengths } from '../../shared/protocol';

const thinnest = 0.75;
const thickest = 3.5;
/** How far a branch's line keeps from the columns, and how round its corners are. */
const skipReach = 5;
/** Above a column's lower edge: where it leaves and arrives. */
const skipHeight = 16;
/** Between the lines of two branches, and between the lowest and the edge. */
const laneWidth = 9;
/** How far before a column a line bends to another row. */
const bendLength = 70;

function band(context: CanvasRenderingContext2D, from: Box, to: Box): void {
  const bend = (to.left - from.right) / 2;
  context.beginPath();
  context.moveTo(from.right, from.top);
  context.bezierCurveTo(from.right + bend, from.top, to.left - bend, to.top, to.left, to.top);
  context.lineTo(to.left, to.bottom);
  context.bezierCurveTo(to.left - bend, to.bottom, from.right + bend, from.bottom, from.right, from.bottom);
  context.fill();
}

/** The part of a strip that channel `c` of `count` was laid into. */
function part({ left, right, top, bottom }: Box, c: number, count: number): Box {
  const share = (bottom - top) / count;
  return { left, right, top: top + c * share, bottom: top + (c + 1) * share };
}

class LinkPainter {
  readonly #plain = token('--link');
  readonly #broad = token('--band');
  readonly #skip = token('--line-strong');

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly boxes: ReadonlyMap<string, Box>,
    private readonly strengths: readonly LinkStrengths[],
  ) {}

  column(from: Column, to: Column): void {
    if (!hasUnits(from)) this.#band(from, to);
    else if (!isPicture(to)) this.#laidOut(from, to);
    else if (!hasUnits(to)) this.#band(from, to);
    else if (to.type === 'conv2d') this.#weighted(from, to);
    else this.#oneToOne(from, to);
  }

  #line(from: string, to: string, color: string, width: number): void {
    const a = this.boxes.get(from);
    const b = this.boxes.get(to);
    if (a === undefined || b === undefined) return;
    this.context.beginPath();
    this.context.strokeStyle = color;
    this.context.lineWidth = width;
    curve(this.context, a.right, middle(a), b.left, middle(b));
    this.context.stroke();
  }

  #oneToOne(from: Column, to: Column): void {
    for (let c = 0; c < to.shape[0]; ++c) this.#line(`${from.name}/${c}`, `${to.name}/${c}`, this.#plain, 1);
  }

  #weighted(from: Column, to: Column): void {
    const known = this.strengths.find((each) => each.layer === to.name && each.from === from.shape[0]);
    const max = known === undefined ? 1 : known.values.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-6);
    for (let t = 0; t < to.shape[0]; ++t) {
      for (let f = 0; f < from.shape[0]; ++f) {
        const strength = (known?.values[t * from.shape[0] + f] ?? 0) / max;
        const width = thinnest + (thickest - thinnest) * Math.abs(strength);
        const color = known === undefined ? this.#plain : cssColor(strength);
        this.#line(`${from.name}/${f}`, `${to.name}/${t}`, color, width);
      }
    }
  }

  #laidOut(from: Column, to: Column): void {
    const strip = this.boxes.get(`${to.name}/all`);
    if (strip === undefined) return;
    this.context.fillStyle = this.#broad;
    for (let c = 0; c < from.shape[0]; ++c) {
      const picture = this.boxes.get(`${from.name}/${c}`);
      if (picture !== undefined) band(this.context, picture, part(strip, c, from.shape[0]));
    }
  }

  /** Along its own row, which is free, up to just before the other column. */
  along(from: Column, to: Column): void {
    const a = this.#whole(from);
    const b = this.#whole(to);
    if (a === undefined || b === undefined) return;
    const bend = Math.min(bendLength, b.left - a.right);
    this.context.beginPath();
    this.context.strokeStyle = this.#skip;
    this.context.lineWidth = 2;
    this.context.moveTo(a.right, middle(a));
    this.context.lineTo(b.left - bend, middle(a));
    this.context.bezierCurveTo(b.left - bend / 3, middle(a), b.left - bend, middle(b), b.left, middle(b));
    this.context.stroke();
  }

  /** Down beside the one column, along `floor` below all of them, and up beside the other. */
  skip(from: Column, to: Column, floor: number): void {
    const a = this.#whole(from);
    const b = this.#whole(to);
    if (a === undefined || b === undefined) return;
    const [x0, x1] = [a.right + skipReach, b.left - skipReach];
    this.context.beginPath();
    this.context.strokeStyle = this.#skip;
    this.context.lineWidth = 2;
    this.context.moveTo(a.right, a.bottom - skipHeight);
    this.context.arcTo(x0, a.bottom - skipHeight, x0, floor, skipReach);
    this.context.arcTo(x0, floor, x1, floor, skipReach);
    this.context.arcTo(x1, floor, x1, b.bottom - skipHeight, skipReach);
    this.context.arcTo(x1, b.bottom - skipHeight, b.left, b.bottom - skipHeight, skipReach);
    this.context.lineTo(b.left, b.bottom - skipHeight);
    this.context.stroke();
  }

  /** What a column's pictures or cells take up together. */
  #whole(column: Column): Box | undefined {
    if (!hasUnits(column)) return this.boxes.get(`${column.name}/all`);
    const first = this.boxes.get(`${column.name}/0`);
    const last = this.boxes.get(`${column.name}/${column.shape[0] - 1}`);
    return first === undefined || last === undefined ? undefined : { ...first, bottom: last.bottom };
  }

  #band(from: Column, to: Column): void {
    const a = this.#whole(from);
    const b = this.#whole(to);
    if (a === undefined || b === undefined) return;
    this.context.fillStyle = this.#broad;
    band(this.context, a, b);
  }
}

function paint(canvas: HTMLCanvasElement, boxes: ReadonlyMap<string, Box>, strengths: readonly LinkStrengths[]): void {
  const painter = new LinkPainter(freshContext(canvas), boxes, strengths);
  const named = new Map(columns.value.map((column) => [column.name, column]));
  const { places } = layout.value;
  const taken = new Set([...places.values()].map(({ column, row }) => `${column}/${row}`));
  let lane = 0;
  for (const to of columns.value) {
    for (const name of to.from) {
      const from = named.get(name);
      const [a, b] = [places.get(name), places.get(to.name)];
      if (from === undefined || a === undefined || b === undefined) continue;
      const between = Array.from({ length: b.column - a.column - 1 }, (_, i) => a.column + 1 + i);
      if (between.length === 0) painter.column(from, to);
      else if (between.some((column) => taken.has(`${column}/${a.row}`))) {
        painter.skip(from, to, canvas.clientHeight - ++lane * laneWidth);
      } else painter.along(from, to);
    }
  }
}

/** Lies behind the columns of its parent element. */
export function Links() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const root = element.parentElement!;
    let boxes = boxesOf(root);
    const repaint = (): void => {
      paint(element, boxes, links.value);
    };
    const observer = new ResizeObserver(() => {
      boxes = boxesOf(root);
      repaint();
    });
    for (const element of [root, ...root.querySelectorAll('.layer')]) observer.observe(element);
    const stop = effect(() => {
      if (!stacked.value) repaint();
    });
    return () => {
      observer.disconnect();
      stop();
    };
  }, [columns.value]);
  return <canvas ref={canvas} class="links" aria-hidden="true" />;
}
