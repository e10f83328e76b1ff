// SPDX-License-Identifier: MIT
//
// Draws the connections of the unit under the pointer: coloured by sign, as thick as they are strong. Loaded with the first of them.

import { digit } from '../../state/store';
import { curve, freshContext, middle, unitBox } from './boxes';
import { cssColor } from '../../ui/color-map';
import { connectionsOf } from './connections';
import { columns } from '../../state/layers';
import { token } from '../../ui/theme';
import type { Box } from './boxes';
import type { Connection } from './connections';
import type { Unit } from '../../state/network-view';

const thinnest = 0.6;
const thickest = 5;
/** Above 1: of many lines the strongest stand out. */
const contrast = 1.8;

/** From the weakest to the strongest, so that these lie on top. */
function connections({ layer, index }: Unit): Connection[] {
  const named = new Map(columns.value.map((column) => [column.name, column]));
  const column = named.get(layer);
  if (column === undefined) return [];
  const { watched = null } = digit.value.frame ?? {};
  const inputs = column.from.flatMap((name) => named.get(name) ?? []);
  return connectionsOf(column, inputs, index, watched?.layer === layer ? watched.tensors : []).sort(
    (a, b) => Math.abs(a.strength ?? 0) - Math.abs(b.strength ?? 0),
  );
}

export function paintUnitLinks(canvas: HTMLCanvasElement, boxes: ReadonlyMap<string, Box>, unit: Unit | null): void {
  const context = freshContext(canvas);
  const named = new Map(columns.value.map((column) => [column.name, column]));
  const target = unit === null ? undefined : named.get(unit.layer);
  const to = target === undefined ? undefined : unitBox(boxes, target, unit!.index);
  if (unit === null || to === undefined) return;
  for (const { layer, index, strength } of connections(unit)) {
    const column = named.get(layer);
    const from = column === undefined ? undefined : unitBox(boxes, column, index);
    if (from === undefined) continue;
    context.beginPath();
    context.strokeStyle = strength === null ? token('--line-strong') : cssColor(strength);
    context.lineWidth = thinnest + (thickest - thinnest) * Math.abs(strength ?? 0.5) ** contrast;
    context.globalAlpha = 0.35 + 0.65 * Math.abs(strength ?? 1);
    curve(context, from.right, middle(from), to.left, middle(to));
    context.stroke();
  }
}
