// SPDX-License-Identifier: MIT
//
// The pad by keyboard: a pen that arrow keys move, and that Space or Enter puts down and lifts. It shows while the pad has the focus.

import { beginStroke, extendStroke } from '../../client/input';
import { padSize } from '../../shared/strokes';
import { pad } from '../../state/store';
import { arrows } from '../../ui/arrow-keys';
import './pen-keys.css';
import type { Point } from '../../shared/strokes';

/** In 280ths of the pad: with an arrow key, and with Shift too. */
const step = 10;
const smallStep = 3;
const pressure = 0.5;
const helpText = {
  up: 'Arrow keys move the pen, with Shift by less; Space puts it down.',
  down: 'Arrow keys draw; Space lifts the pen.',
};

const onPad = (at: number): number => Math.max(0, Math.min(padSize, at));

class Pen {
  readonly #tip = document.createElement('span');
  readonly #help = document.createElement('p');
  #x = padSize / 2;
  #y = padSize / 4;
  #isDown = false;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.#tip.className = 'pen-tip';
    this.#help.className = 'pen-help';
    this.#help.id = 'pen-help';
    this.#help.setAttribute('role', 'status');
    canvas.setAttribute('aria-describedby', this.#help.id);
    canvas.addEventListener('keydown', this.#key);
    canvas.addEventListener('focus', this.#show);
    canvas.addEventListener('blur', this.#hide);
    if (document.activeElement === canvas) this.#show();
  }

  readonly #show = (): void => {
    this.canvas.after(this.#tip, this.#help);
    this.#paint();
  };

  readonly #hide = (): void => {
    this.#isDown = false;
    this.#tip.remove();
    this.#help.remove();
  };

  readonly #key = (event: KeyboardEvent): void => {
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    // What it was drawing may be undone or cleared: it does not go on with another stroke.
    if (isCommand || pad.value.strokes.length === 0) this.#isDown = false;
    if (!isCommand && this.#obeys(event)) event.preventDefault();
    this.#paint();
  };

  /** Whether it is a key of the pen's. */
  #obeys({ key, shiftKey, repeat }: KeyboardEvent): boolean {
    const move = arrows[key];
    const toggles = key === ' ' || key === 'Enter';
    if (move !== undefined) this.#move(move, shiftKey ? smallStep : step);
    if (toggles && !repeat) this.#toggle();
    return toggles || move !== undefined;
  }

  #move([x, y]: readonly [number, number], by: number): void {
    this.#x = onPad(this.#x + by * x);
    this.#y = onPad(this.#y + by * y);
    if (this.#isDown) extendStroke([this.#at()]);
  }

  #toggle(): void {
    this.#isDown = !this.#isDown;
    if (this.#isDown) beginStroke(this.#at());
  }

  #at(): Point {
    return [this.#x, this.#y, pressure];
  }

  #paint(): void {
    const { style, classList } = this.#tip;
    style.left = `${(100 * this.#x) / padSize}%`;
    style.top = `${(100 * this.#y) / padSize}%`;
    classList.toggle('down', this.#isDown);
    const help = helpText[this.#isDown ? 'down' : 'up'];
    if (this.#help.textContent !== help) this.#help.textContent = help; // it is read out only when it changes
  }
}

const held = new WeakSet<HTMLCanvasElement>();

/** Has the keys draw on this pad from now on. */
export function holdPen(canvas: HTMLCanvasElement): void {
  if (held.has(canvas)) return;
  held.add(canvas);
  new Pen(canvas);
}
