// SPDX-License-Identifier: MIT
//
// The whole run in one small picture: the loss on the training images and the accuracy on test images, over the images seen so far. The
// axis is logarithmic, so that the first steps can be seen beside the last ones, and ends where the recipe does: nothing ever moves.

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { lookedAt } from '../../state/past';
import { guessingLoss, run } from '../../state/store';
import { token } from '../../ui/theme';
import type { RunState } from '../../state/run-state';

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

type Line = readonly (readonly [step: number, value: number])[];

const font = '15px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const margin = { left: 44, right: 54, top: 8, bottom: 24 };
/** Above the first loss, which is about that of guessing. */
const headroom = 1.12;
/** Pixels that the name of a power of ten takes; where they are closer, every other one has none. */
const narrowDecade = 44;
const fallbackSteps = 20_000;

/** Of the run as it is planned. */
function lastStep({ facts, step, extendedTo }: RunState): number {
  const planned = (facts?.stepsPerEpoch ?? 0) * (extendedTo ?? facts?.epochs ?? 0);
  return Math.max(planned || fallbackSteps, step, 10);
}

class CurvePainter {
  readonly #x: (step: number) => number;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly box: Box,
    private readonly state: RunState,
  ) {
    const decades = Math.log(lastStep(state));
    this.#x = (step) => box.left + ((box.right - box.left) * Math.log(Math.max(1, step))) / decades;
  }

  #y(share: number): number {
    const { top, bottom } = this.box;
    return bottom - (bottom - top) * Math.max(0, Math.min(1, share));
  }

  frame(): void {
    const { context, box, state } = this;
    const batch = state.facts?.batchSize ?? 32;
    context.font = font;
    context.lineWidth = 1;
    context.strokeStyle = token('--line');
    context.fillStyle = token('--ink-soft');
    context.textAlign = 'center';
    const last = lastStep(state) * batch;
    const wide = (box.right - box.left) / Math.log10(last / batch);
    for (let images = 100; images <= last; images *= 10) {
      const x = Math.round(this.#x(images / batch)) + 0.5;
      context.beginPath();
      context.moveTo(x, box.top);
      context.lineTo(x, box.bottom);
      context.stroke();
      if (wide < narrowDecade && Math.log10(images) % 2 !== 0) continue;
      const text = images >= 1e6 ? `${images / 1e6}M` : images >= 1000 ? `${images / 1000}k` : `${images}`;
      context.fillText(images * 10 > last && wide > 95 ? `${text} images` : text, x, box.bottom + 18);
    }
    this.#epochs();
    context.beginPath();
    context.moveTo(box.left, box.bottom + 0.5);
    context.lineTo(box.right, box.bottom + 0.5);
    context.stroke();
  }

  /** A mark below the axis where each epoch ends. */
  #epochs(): void {
    const { context, box, state } = this;
    const { stepsPerEpoch = 0, epochs = 0 } = state.facts ?? {};
    context.strokeStyle = token('--line-strong');
    for (let epoch = 1; stepsPerEpoch > 0 && epoch <= Math.min(epochs, 50); ++epoch) {
      const x = this.#x(epoch * stepsPerEpoch);
      context.beginPath();
      context.moveTo(x, box.bottom - 4);
      context.lineTo(x, box.bottom);
      context.stroke();
    }
  }

  line(points: Line, max: number, color: string): void {
    const { context } = this;
    context.strokeStyle = context.fillStyle = token(color);
    context.lineWidth = 2.5;
    context.lineJoin = 'round';
    context.beginPath();
    points.forEach(([step, value], i) => {
      const [x, y] = [this.#x(step), this.#y(value / max)];
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.stroke();
    const last = points.at(-1);
    if (last === undefined) return;
    context.beginPath();
    context.arc(this.#x(last[0]), this.#y(last[1] / max), 4, 0, 2 * Math.PI);
    context.fill();
  }

  /** At the step that is looked back at. */
  cursor(step: number): void {
    const { context, box } = this;
    const x = Math.round(this.#x(step)) + 0.5;
    context.strokeStyle = token('--ink');
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, box.top);
    context.lineTo(x, box.bottom);
    context.stroke();
  }

  /** The ends of both axes, in the colours of what they measure. */
  ends(maxLoss: number): void {
    const { context, box } = this;
    const { bottom, left, right } = box;
    const at = (share: number): number => this.#y(share) + 5;
    context.textAlign = 'right';
    context.fillStyle = token('--train');
    const top = maxLoss / headroom;
    context.fillText(top.toFixed(top < 1 ? 2 : 1), left - 8, at(top / maxLoss));
    context.fillText('0', left - 8, bottom + 1);
    context.textAlign = 'left';
    context.fillStyle = token('--test');
    context.fillText('100 %', right + 6, at(1) + 6);
    context.fillText('0 %', right + 6, bottom + 1);
  }
}

/** On test images: quick looks and tests, in the order of their steps. */
function tested({ probes, evaluations }: RunState): Line {
  const all = [...probes, ...evaluations].map(({ step, accuracy }) => [Math.max(1, step), accuracy] as const);
  return all.sort(([a], [b]) => a - b);
}

function paint(canvas: HTMLCanvasElement, state: RunState): void {
  const context = canvas.getContext('2d')!;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [w, h] = [width, height].map((length) => Math.max(1, Math.round(length * devicePixelRatio))) as [
    number,
    number,
  ];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  const box = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };
  const losses = state.story.points.map(({ step, loss }) => [step, loss] as const);
  const max = (losses[0]?.[1] ?? guessingLoss.value) * headroom;
  const painter = new CurvePainter(context, box, state);
  painter.frame();
  painter.line(losses, max, '--train');
  painter.line(tested(state), 1, '--test');
  painter.ends(max);
  if (lookedAt.value !== null) painter.cursor(lookedAt.value);
}

/** Its first point and its last one, for tests and for those who do not see it. */
function inWords({ story, step }: RunState): string {
  const [first, last] = [story.points[0], story.points.at(-1)];
  if (first === undefined || last === undefined) return 'Loss and accuracy over the run: training has not started.';
  return `The training loss went from ${first.loss.toFixed(2)} at step ${first.step} to ${last.loss.toFixed(2)} at step ${step}.`;
}

export function LiveCurve() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const repaint = (): void => {
      paint(element, run.value); // follows the theme too, whose colours it reads
    };
    const observer = new ResizeObserver(repaint);
    observer.observe(element);
    const stop = effect(repaint);
    return () => {
      stop();
      observer.disconnect();
    };
  }, []);
  return (
    <div class="live-curve" role="img" aria-label={inWords(run.value)} data-testid="live-curve">
      <canvas ref={canvas} />
    </div>
  );
}
