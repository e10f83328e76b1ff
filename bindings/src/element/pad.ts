// SPDX-License-Identifier: MIT
// Paper for mouse, pen, touch and keys. One pointer draws at a time, so that a resting palm or a second finger breaks nothing.

import type { StrokePoint, Strokes } from '../types.js';

type Stroke = StrokePoint[];

/** Positions are measured in 280ths of the pad, whatever its size on the screen. */
export const PAD_SIZE = 280;
const PEN_WIDTH = 20;
const PRESSURE = 0.5;

/** With an arrow key, and with Shift too. */
const STEP = 10;
const SMALL_STEP = 3;
const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const KEYS_HELP = {
  up: 'Arrow keys move the pen; Space puts it down.',
  down: 'Arrow keys draw; Space lifts the pen.',
};

/** Only pens tell their pressure; what mice and fingers say of it are constants. */
const pressureOf = ({ pointerType, pressure }: PointerEvent): number =>
  pointerType === 'pen' && pressure > 0 ? pressure : PRESSURE;

const onPad = (at: number): number => Math.max(0, Math.min(PAD_SIZE, at));

export interface PadParts {
  canvas: HTMLCanvasElement;
  /** Where keys would draw; shown while the pad has the focus by a key. */
  tip: HTMLElement;
  help: HTMLElement;
}

export class Pad {
  #strokes: Stroke[] = [];
  #pointer: number | null = null;
  #key = { x: PAD_SIZE / 2, y: PAD_SIZE / 4, isDown: false };
  readonly #parts: PadParts;
  readonly #color: () => string;
  readonly #drawn: () => void;
  /** Called before a stroke begins. */
  beforeStroke: () => void = () => undefined;

  /** `color`: of the ink now; `drawn`: called after every change by hand. */
  constructor(parts: PadParts, color: () => string, drawn: () => void) {
    this.#parts = parts;
    this.#color = color;
    this.#drawn = drawn;
    const { canvas, help } = parts;
    help.textContent = KEYS_HELP.up; // it also describes the pad
    canvas.addEventListener('pointerdown', this.#down);
    canvas.addEventListener('pointermove', this.#move);
    for (const end of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(end, this.#up);
    canvas.addEventListener('keydown', this.#onKey);
    canvas.addEventListener('focus', this.#showPen);
    canvas.addEventListener('blur', this.#hidePen);
  }

  get strokes(): Strokes {
    return this.#strokes;
  }

  set strokes(strokes: Strokes) {
    this.#pointer = null;
    this.#key.isDown = false;
    this.#strokes = strokes.map((stroke) => [...stroke]);
    this.paint();
  }

  #begin(point: StrokePoint): void {
    this.beforeStroke();
    this.#strokes.push([point]);
    this.#changed();
  }

  #extend(points: readonly StrokePoint[]): void {
    this.#strokes.at(-1)?.push(...points);
    this.#changed();
  }

  #changed(): void {
    this.paint();
    this.#drawn();
  }

  readonly #down = (event: PointerEvent): void => {
    if (this.#pointer !== null || event.button !== 0) return;
    this.#hidePen();
    this.#begin(this.#at(event)); // which may clear what was there, and ends the stroke of that
    this.#pointer = event.pointerId;
    this.#parts.canvas.setPointerCapture(event.pointerId);
  };

  readonly #move = (event: PointerEvent): void => {
    if (event.pointerId !== this.#pointer) return;
    // not every browser has them, and some have them in secure contexts only
    const parts = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
    this.#extend((parts.length > 0 ? parts : [event]).map((part) => this.#at(part)));
  };

  readonly #up = (event: PointerEvent): void => {
    if (event.pointerId === this.#pointer) this.#pointer = null;
  };

  #at(event: PointerEvent): StrokePoint {
    const box = this.#parts.canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) * PAD_SIZE) / box.width;
    const y = ((event.clientY - box.top) * PAD_SIZE) / box.height;
    return [x, y, pressureOf(event)];
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const { key, shiftKey, repeat } = event;
    const move = ARROWS[key];
    const toggles = key === ' ' || key === 'Enter';
    if (event.ctrlKey || event.metaKey || event.altKey || (move === undefined && !toggles)) return;
    event.preventDefault();
    const pen = this.#key;
    if (move) {
      const by = shiftKey ? SMALL_STEP : STEP;
      [pen.x, pen.y] = [onPad(pen.x + by * move[0]), onPad(pen.y + by * move[1])];
      if (pen.isDown) this.#extend([[pen.x, pen.y, PRESSURE]]);
    } else if (!repeat) {
      const isDown = !pen.isDown;
      if (isDown) this.#begin([pen.x, pen.y, PRESSURE]);
      pen.isDown = isDown;
    }
    this.#showPen();
  };

  readonly #showPen = (): void => {
    const { canvas, tip, help } = this.#parts;
    if (this.#pointer !== null || !canvas.matches(':focus-visible')) return;
    const { x, y, isDown } = this.#key;
    tip.hidden = help.hidden = false;
    tip.style.left = `${(100 * x) / PAD_SIZE}%`;
    tip.style.top = `${(100 * y) / PAD_SIZE}%`;
    tip.classList.toggle('down', isDown);
    const text = KEYS_HELP[isDown ? 'down' : 'up'];
    if (help.textContent !== text) help.textContent = text; // it is read out only when it changes
  };

  readonly #hidePen = (): void => {
    this.#key.isDown = false;
    this.#parts.tip.hidden = this.#parts.help.hidden = true;
  };

  /** Gives the canvas as many pixels as the screen shows, and paints it. */
  resize(): void {
    const { canvas } = this.#parts;
    const side = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    if (side === canvas.width) return;
    canvas.width = canvas.height = side;
    this.paint();
  }

  paint(): void {
    const { canvas } = this.#parts;
    const context = canvas.getContext('2d')!;
    context.setTransform(canvas.width / PAD_SIZE, 0, 0, canvas.height / PAD_SIZE, 0, 0);
    context.clearRect(0, 0, PAD_SIZE, PAD_SIZE);
    context.lineCap = context.lineJoin = 'round';
    context.strokeStyle = this.#color();
    for (const stroke of this.#strokes) trace(context, stroke);
  }
}

/** As the engine inks it: from half the pen's width without pressure to one and a half times with full pressure. */
const widthAt = (pressure = PRESSURE): number => PEN_WIDTH * (0.5 + pressure);

function trace(context: CanvasRenderingContext2D, stroke: Stroke): void {
  if (stroke.every(([, , pressure = PRESSURE]) => pressure === PRESSURE)) traceEven(context, stroke);
  else tracePressed(context, stroke);
}

function traceEven(context: CanvasRenderingContext2D, [first, ...rest]: Stroke): void {
  if (first === undefined) return;
  context.lineWidth = widthAt();
  context.beginPath();
  context.moveTo(first[0], first[1]);
  if (rest.length === 0) context.lineTo(first[0] + 0.01, first[1]);
  rest.forEach(([x, y], i) => {
    const next = rest[i + 1];
    if (next === undefined) context.lineTo(x, y);
    else context.quadraticCurveTo(x, y, (x + next[0]) / 2, (y + next[1]) / 2);
  });
  context.stroke();
}

/** Each piece as wide as the pressure of both its ends makes it. */
function tracePressed(context: CanvasRenderingContext2D, stroke: Stroke): void {
  stroke.forEach(([x, y, pressure], i) => {
    const [fromX, fromY, before] = stroke[Math.max(0, i - 1)]!;
    context.lineWidth = (widthAt(before) + widthAt(pressure)) / 2;
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(i === 0 ? x + 0.01 : x, y);
    context.stroke();
  });
}
