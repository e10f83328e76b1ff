// SPDX-License-Identifier: MIT
//
// Paper for mouse, pen, touch and keys. One pointer draws at a time, so that a resting palm or a second finger breaks nothing. The canvas
// has as many pixels as the screen shows, whatever the zoom.

import { beginStroke, extendStroke } from '../../client/input';
import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { padSize } from '../../shared/strokes';
import { partOf } from '../../state/pad-state';
import { classNames, isReading, noun, pad, penWidth, replay } from '../../state/store';
import { lazy } from '../../ui/lazy-part';
import { paintInk } from '../../ui/ink';
import { token } from '../../ui/theme';
import type { Point } from '../../shared/strokes';

/** Only pens tell their pressure; what mice and fingers say of it are constants. */
const pressureOf = ({ pointerType, pressure }: PointerEvent): number =>
  pointerType === 'pen' && pressure > 0 ? pressure : 0.5;

class Pointer {
  #drawing: number | null = null;

  constructor(private readonly canvas: HTMLCanvasElement) {}

  readonly down = (event: PointerEvent): void => {
    if (this.#drawing !== null || event.button !== 0) return;
    event.preventDefault();
    this.#drawing = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    beginStroke(this.#at(event));
  };

  readonly move = (event: PointerEvent): void => {
    if (event.pointerId !== this.#drawing) return;
    // not every browser has them, and some have them in secure contexts only
    const parts = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
    extendStroke((parts.length > 0 ? parts : [event]).map((part) => this.#at(part)));
  };

  readonly up = (event: PointerEvent): void => {
    if (event.pointerId === this.#drawing) this.#drawing = null;
  };

  #at(event: PointerEvent): Point {
    const box = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) * padSize) / box.width;
    const y = ((event.clientY - box.top) * padSize) / box.height;
    return [x, y, pressureOf(event)];
  }
}

/** Calls back with the canvas's size in the screen's own pixels whenever it changes, by zoom too. */
function watchPixels(canvas: HTMLCanvasElement, resized: (side: number) => void): ResizeObserver {
  const observer = new ResizeObserver(() => {
    resized(Math.round(canvas.clientWidth * devicePixelRatio));
  });
  try {
    observer.observe(canvas, { box: 'device-pixel-content-box' });
  } catch {
    observer.observe(canvas); // Safari
  }
  return observer;
}

function onPaper(canvas: HTMLCanvasElement): () => void {
  const context = canvas.getContext('2d')!;
  const paint = (): void => {
    const { strokes } = pad.value;
    const shown = replay.value === null ? strokes : partOf(strokes, replay.value);
    paintInk(context, shown, { pen: penWidth.value, color: token('--ink') });
  };
  const observer = watchPixels(canvas, (side) => {
    canvas.width = canvas.height = Math.max(1, side);
    paint();
  });
  const pointer = new Pointer(canvas);
  const listen = new AbortController();
  const { signal } = listen;
  canvas.addEventListener('pointerdown', pointer.down, { signal });
  canvas.addEventListener('pointermove', pointer.move, { signal });
  canvas.addEventListener('pointerup', pointer.up, { signal });
  canvas.addEventListener('pointercancel', pointer.up, { signal });
  const stop = effect(paint);
  return () => {
    stop();
    observer.disconnect();
    listen.abort();
  };
}

const penKeys = lazy(() => import('./pen-keys'));

/** What draws by keyboard comes when the pad is first reached by one. */
const holdPen = ({ currentTarget: canvas }: { currentTarget: HTMLCanvasElement }): void => {
  penKeys.load().then(
    (keys) => {
      keys.holdPen(canvas);
    },
    () => undefined, // the next time
  );
};

/** What a drawing can be taken for at all: the network knows nothing else. */
/** Whether its classes are neither digits nor letters: things that hardly anybody can draw as they look in its data. */
const isOfImages = (): boolean => noun.value.one === 'image';

const padName = (): string => (isOfImages() ? 'Draw something' : `Draw a ${noun.value.one}`);

const knownClasses = (): string => `This network knows only: ${classNames.value.join(', ')}.`;

export function DrawingPad() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => onPaper(canvas.current!), []);
  return (
    <div class="pad" aria-busy={isReading.value}>
      <canvas
        ref={canvas}
        id="pad"
        width={padSize}
        height={padSize}
        role="application"
        aria-label={padName()}
        aria-description={isOfImages() ? knownClasses() : undefined}
        tabIndex={0}
        onFocus={holdPen}
      />
      {pad.value.strokes.length === 0 && (
        <p class="pad-hint" aria-hidden="true">
          {isOfImages() ? knownClasses() : `Draw a ${noun.value.one} here`}
        </p>
      )}
    </div>
  );
}
