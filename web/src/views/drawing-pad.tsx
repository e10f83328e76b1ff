// SPDX-License-Identifier: MIT
//
// Paper for mouse, pen and touch. Strokes are kept as points: the sharp canvas on the screen and the 280x280 grey image that is read are
// both drawn from them. One pointer draws at a time, so that a resting palm or a second finger breaks nothing.

import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { draw } from '../controller';
import { padWipes } from '../state/store';
import { dark, token } from './theme';

const kSize = 280;
/** As thick, against the pad, as MNIST's strokes are against their box. */
const kStroke = 21;

type Point = readonly [x: number, y: number];

function tracePath(context: CanvasRenderingContext2D, stroke: readonly Point[]): void {
  const [first, ...rest] = stroke;
  if (first === undefined) return;
  context.beginPath();
  context.moveTo(...first);
  if (rest.length === 0) context.lineTo(first[0] + 0.01, first[1]);
  rest.forEach(([x, y], i) => {
    const next = rest[i + 1];
    if (next === undefined) context.lineTo(x, y);
    else context.quadraticCurveTo(x, y, (x + next[0]) / 2, (y + next[1]) / 2);
  });
  context.stroke();
}

function paint(
  context: CanvasRenderingContext2D,
  strokes: readonly (readonly Point[])[],
  scale: number,
  ink: string,
): void {
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, kSize, kSize);
  context.lineCap = context.lineJoin = 'round';
  context.lineWidth = kStroke;
  context.strokeStyle = ink;
  for (const stroke of strokes) tracePath(context, stroke);
}

/** The pad without its element: strokes, pointers, and the two canvases. */
class Paper {
  readonly hasInk = signal(false);
  readonly #screen: CanvasRenderingContext2D;
  readonly #read: CanvasRenderingContext2D;
  #strokes: Point[][] = [];
  #pointer: number | null = null;
  #pending = false;

  constructor(private readonly canvas: HTMLCanvasElement) {
    const scale = Math.min(3, Math.max(1, devicePixelRatio));
    canvas.width = canvas.height = kSize * scale;
    this.#screen = canvas.getContext('2d')!;
    const hidden = document.createElement('canvas');
    hidden.width = hidden.height = kSize;
    this.#read = hidden.getContext('2d', { willReadFrequently: true })!;
  }

  down(event: PointerEvent): void {
    if (this.#pointer !== null || event.button !== 0) return;
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.#strokes.push([this.#at(event)]);
    this.#changed();
  }

  move(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    // not every browser has them, and some have them in secure contexts only
    const parts = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
    this.#strokes.at(-1)?.push(...(parts.length > 0 ? parts : [event]).map((part) => this.#at(part)));
    this.#changed();
  }

  up(event: PointerEvent): void {
    if (event.pointerId === this.#pointer) this.#pointer = null;
  }

  wipe(): void {
    this.#strokes = [];
    this.#pointer = null;
    this.hasInk.value = false;
    this.repaint();
  }

  repaint(): void {
    paint(this.#screen, this.#strokes, this.canvas.width / kSize, token('--ink'));
  }

  #at(event: PointerEvent): Point {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * kSize) / box.width, ((event.clientY - box.top) * kSize) / box.height];
  }

  #changed(): void {
    this.hasInk.value = true;
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      this.repaint();
      if (this.#strokes.length > 0) draw({ gray: this.#gray(), height: kSize, width: kSize });
    });
  }

  #gray(): Uint8Array {
    paint(this.#read, this.#strokes, 1, '#fff');
    const { data } = this.#read.getImageData(0, 0, kSize, kSize);
    return Uint8Array.from({ length: kSize * kSize }, (_, i) => data[4 * i + 3]!);
  }
}

const hasInk = signal(false);

export function DrawingPad() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const paper = new Paper(element);
    const listen = new AbortController();
    const on = (
      type: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel',
      act: (event: PointerEvent) => void,
    ): void => {
      element.addEventListener(type, act, { signal: listen.signal });
    };
    on('pointerdown', (event) => {
      paper.down(event);
    });
    on('pointermove', (event) => {
      paper.move(event);
    });
    on('pointerup', (event) => {
      paper.up(event);
    });
    on('pointercancel', (event) => {
      paper.up(event);
    });
    const stops = [
      padWipes.subscribe((wipes) => {
        if (wipes > 0) paper.wipe();
      }),
      effect(() => {
        hasInk.value = paper.hasInk.value;
      }),
      dark.subscribe(() => {
        paper.repaint();
      }),
    ];
    return () => {
      listen.abort();
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <div class="pad">
      <canvas ref={canvas} role="img" aria-label="Draw a digit" />
      {!hasInk.value && (
        <p class="pad-hint" aria-hidden="true">
          Draw a digit here
        </p>
      )}
    </div>
  );
}
