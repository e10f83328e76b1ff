// SPDX-License-Identifier: MIT
//
// Strokes on a canvas, for people: as thick as the pen is chosen, thinner and thicker where it tells its pressure. What the network gets is
// inked by the engine, not here.

import { padSize } from '../shared/strokes';
import type { Stroke } from '../shared/strokes';

/** Of a pen's width, at no and at full pressure; as the engine has it. */
const widthAt = (pressure: number): number => 0.5 + pressure;

function traceEven(context: CanvasRenderingContext2D, stroke: Stroke): void {
  const [first, ...rest] = stroke;
  if (first === undefined) return;
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

function tracePressed(context: CanvasRenderingContext2D, stroke: Stroke, pen: number): void {
  stroke.forEach(([x, y, pressure], i) => {
    const [fromX, fromY] = stroke[Math.max(0, i - 1)]!;
    context.lineWidth = pen * widthAt(pressure);
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(i === 0 ? x + 0.01 : x, y);
    context.stroke();
  });
}

/** `pen`: its width in 280ths of the pad. */
export function paintInk(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  { pen, color }: { pen: number; color: string },
): void {
  const { width, height } = context.canvas;
  context.setTransform(width / padSize, 0, 0, height / padSize, 0, 0);
  context.clearRect(0, 0, padSize, padSize);
  context.lineCap = context.lineJoin = 'round';
  context.strokeStyle = color;
  for (const stroke of strokes) {
    context.lineWidth = pen;
    if (stroke.every(([, , pressure]) => pressure === 0.5)) traceEven(context, stroke);
    else tracePressed(context, stroke, pen);
  }
}
