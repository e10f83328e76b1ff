// SPDX-License-Identifier: MIT
//
// One picture of the film: the digit, what every layer makes of it, the answer, and where in the run this is.

import { percent, grouped } from '../../shared/format';
import { argmax } from '../../math/argmax';
import { coloredCanvas } from '../../ui/colored-canvas';
import { token } from '../../ui/theme';
import type { Frame, LayerPicture } from '../../shared/protocol';
import type { RunState } from '../../state/run-state';

export const filmSize = { width: 640, height: 360 } as const;

const margin = 16;
const top = 52;
const bottom = 60;
const answerWidth = 120;
const gap = 8;
/** Pictures of a layer, at most. */
const maxUnits = 6;

export interface Scene {
  frame: Frame;
  /** The run as it was at this step. */
  run: RunState;
  /** The step at which the film ends. */
  lastStep: number;
  names: readonly string[];
  rangeOf: (layer: string) => number;
}

type Context = CanvasRenderingContext2D;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Numbers as colours, as large as the box has room for. */
function paintMap(context: Context, canvas: HTMLCanvasElement, { x, y, width, height }: Box): void {
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, x, y, width, height);
}

function paintLayer(context: Context, layer: LayerPicture, range: number, box: Box): void {
  const [channels, height, width] = layer.shape;
  if (height * width === 1) {
    const size = Math.min(box.height / channels, 14);
    const y = box.y + (box.height - size * channels) / 2;
    const strip = { x: box.x + box.width / 2 - 6, y, width: 12, height: size * channels };
    paintMap(context, coloredCanvas(layer.data, { width: 1, height: channels }, range), strip);
    return;
  }
  const count = Math.min(channels, maxUnits);
  const side = Math.min(box.width, (box.height - gap * (count - 1)) / count);
  const first = box.y + (box.height - count * side - (count - 1) * gap) / 2;
  for (let unit = 0; unit < count; ++unit) {
    const values = layer.data.subarray(unit * height * width, (unit + 1) * height * width);
    const place = { x: box.x + (box.width - side) / 2, y: first + unit * (side + gap), width: side, height: side };
    paintMap(context, coloredCanvas(values, { width, height }, range), place);
  }
}

function paintAnswer(context: Context, { frame, names }: Scene, box: Box): void {
  const { probabilities } = frame;
  const likeliest = argmax(probabilities);
  context.textAlign = 'left';
  context.fillStyle = token('--ink');
  context.font = `700 44px ${token('--font')}`;
  context.fillText(names[likeliest] ?? '', box.x, box.y + 36, box.width);
  const shown = Math.min(probabilities.length, 10);
  const line = (box.height - 52) / shown;
  context.font = `12px ${token('--font')}`;
  for (let i = 0; i < shown; ++i) {
    const y = box.y + 52 + i * line;
    context.fillStyle = token('--ink-soft');
    context.fillText(names[i] ?? '', box.x, y + line - 6, 22);
    context.fillStyle = token('--well');
    context.fillRect(box.x + 24, y + line - 15, box.width - 24, 9);
    context.fillStyle = token('--accent');
    context.fillRect(box.x + 24, y + line - 15, (box.width - 24) * probabilities[i]!, 9);
  }
}

/** The accuracy on test images over the steps, on a logarithmic axis, up to this one. */
function paintTrack(context: Context, { run, lastStep, frame }: Scene, box: Box): void {
  const x = (step: number): number =>
    box.x + (box.width * Math.log(Math.max(1, step))) / Math.log(Math.max(2, lastStep));
  const at = (accuracy: number): number => box.y + box.height * (1 - accuracy);
  context.strokeStyle = token('--line-strong');
  context.lineWidth = 1;
  context.strokeRect(box.x + 0.5, box.y + 0.5, box.width, box.height);
  context.strokeStyle = token('--test');
  context.lineWidth = 2;
  context.beginPath();
  const points = [...run.probes, ...run.evaluations].filter(({ step }) => step <= frame.step);
  points
    .sort((a, b) => a.step - b.step)
    .forEach(({ step, accuracy }) => {
      context.lineTo(x(step), at(accuracy));
    });
  context.stroke();
  context.fillStyle = token('--ink');
  context.fillRect(x(frame.step) - 1, box.y, 2, box.height);
}

function caption({ frame, run }: Scene): string {
  const known = [...run.probes, ...run.evaluations].filter(({ step }) => step <= frame.step);
  const last = known.sort((a, b) => a.step - b.step).at(-1);
  const tested = last === undefined ? '' : `, ${percent(last.accuracy, 1)} on test images`;
  return `Step ${grouped(frame.step)}${tested}`;
}

export function paintFilmFrame(context: Context, scene: Scene): void {
  const { width, height } = filmSize;
  context.fillStyle = token('--page');
  context.fillRect(0, 0, width, height);
  context.textAlign = 'left';
  context.fillStyle = token('--ink');
  context.font = `650 20px ${token('--font')}`;
  context.fillText(caption(scene), margin, 32, width - 2 * margin);
  const layers = scene.frame.layers.filter(({ name }) => name !== 'softmax');
  const room = width - 2 * margin - answerWidth - gap;
  const column = room / layers.length;
  layers.forEach((layer, i) => {
    const box = { x: margin + i * column, y: top, width: column - gap, height: height - top - bottom };
    paintLayer(context, layer, scene.rangeOf(layer.name), box);
  });
  paintAnswer(context, scene, {
    x: width - margin - answerWidth,
    y: top,
    width: answerWidth,
    height: height - top - bottom,
  });
  paintTrack(context, scene, { x: margin, y: height - 44, width: width - 2 * margin, height: 32 });
}
