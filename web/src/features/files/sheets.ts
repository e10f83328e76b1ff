// SPDX-License-Identifier: MIT
//
// The network as two pictures: the weights of all its layers, and what each layer makes of the current input. In the page's present colours.

import { picturesAcross, weightSheet } from '../../state/weight-sheet';
import { isNormalization, shapeOf, tileLabel, valuesOf, weightedLayers } from '../../state/layer-weights';
import { grouped } from '../../shared/format';
import { greatest } from '../../state/scale';
import { coloredCanvas } from '../../ui/colored-canvas';
import { pngOf } from '../../ui/save-file';
import { token } from '../../ui/theme';
import type { LayerWeights } from '../../shared/protocol-insight';
import type { Insides } from '../../shared/protocol-files';
import type { WeightedLayer } from '../../state/layer-weights';

/** In pixels of the picture. */
const room = 1200;
const margin = 24;
const headingHeight = 34;
const gap = 24;
const pictureGap = 4;
/** That weightSheet leaves beside a table. */
const labelWidth = 32;
/** Canvases are no higher than this in any browser; what is below is left out, and said so. */
const maxHeight = 16_000;
/** Of one layer more weights than this would take more pixels than a canvas has. */
const maxWeights = 200_000;
const sides = { picture: 84, value: 14 };

/** Part of a sheet: a heading, and below it coloured pixels with labels. */
interface Block {
  heading: string;
  note: string;
  width: number;
  height: number;
  /** For each pixel the value there; NaN in gaps. */
  values: Float32Array;
  range: number;
  labels: { text: string; x: number; y: number; beside: boolean }[];
}

function canvasOf(blocks: readonly Block[]): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = 2 * margin + Math.max(...blocks.map(({ width }) => width), room / 2);
  canvas.height = Math.min(
    maxHeight,
    2 * margin - gap + blocks.reduce((sum, { height }) => sum + height + headingHeight + gap, 0),
  );
  return canvas;
}

function paintBlock(context: CanvasRenderingContext2D, block: Block, top: number): void {
  context.fillStyle = token('--ink');
  context.font = `650 17px ${token('--font')}`;
  context.fillText(block.heading, margin, top + 16);
  const after = margin + context.measureText(block.heading).width + 10;
  context.fillStyle = token('--ink-soft');
  context.font = `15px ${token('--font')}`;
  context.fillText(block.note, after, top + 16);
  context.drawImage(coloredCanvas(block.values, block, block.range), margin, top + headingHeight);
  context.font = `12px ${token('--font')}`;
  for (const { text, x, y, beside } of block.labels) {
    const at = [margin + x, top + headingHeight + y + (beside ? 12 : -4)] as const;
    if (beside) context.fillText(text, ...at, labelWidth);
    else context.fillText(text, ...at);
  }
}

/** The blocks below each other, as a PNG file. */
function sheetOf(blocks: readonly Block[]): Promise<Blob> {
  const canvas = canvasOf(blocks);
  const context = canvas.getContext('2d')!;
  context.fillStyle = token('--page');
  context.fillRect(0, 0, canvas.width, canvas.height);
  let top = margin;
  for (const block of blocks) {
    if (top + headingHeight + block.height > maxHeight) break;
    paintBlock(context, block, top);
    top += headingHeight + block.height + gap;
  }
  return pngOf(canvas);
}

/** Filters or units of the layer, as many as fit. */
function weightsOf(layer: WeightedLayer, { tensors }: Insides): LayerWeights | null {
  const find = (name: string) => tensors.find((tensor) => tensor.name === `${layer.name}.${name}`);
  const [weight, bias] = [find('weight'), find('bias')];
  if (weight === undefined) return null;
  const [total = 0, ...shape] = weight.shape;
  const size = weight.data.length / total;
  const count = isNormalization(layer) ? total : Math.max(1, Math.min(total, Math.floor(maxWeights / size)));
  const range = greatest(weight.data);
  return {
    ...{ layer: layer.name, first: 0, total, shape, step: 0, milliseconds: 0 },
    weight: weight.data.subarray(0, count * size),
    bias: bias?.data.subarray(0, count) ?? null,
    ...{ min: -range, max: range, strong: range },
  };
}

/** Zeros as gaps. */
const withGaps = (value: number): number => (value === 0 ? Number.NaN : value);

function weightBlock(layer: WeightedLayer, insides: Insides, classes: readonly string[]): Block | null {
  const seen = weightsOf(layer, insides);
  if (seen === null) return null;
  const shape = shapeOf(layer, seen);
  const sheet = weightSheet(shape, room);
  const from = valuesOf(layer, seen);
  const range = greatest(from) || 1;
  const shown = shape.tiles < seen.total && !isNormalization(layer) ? `, the first ${grouped(shape.tiles)} shown` : '';
  return {
    heading: layer.name,
    note: `${grouped(layer.weights)} parameters, full colour at ±${Number(range.toPrecision(2))}${shown}`,
    ...{ width: sheet.width, height: sheet.height, range },
    values: Float32Array.from(sheet.order, (at) => (at < 0 ? Number.NaN : withGaps(from[at]!))),
    labels: sheet.tiles.map(({ left, top }, tile) => ({
      text: tileLabel(layer, tile, seen, classes),
      ...(sheet.isTable ? { x: 0, y: top, beside: true } : { x: left, y: top, beside: false }),
    })),
  };
}

export function kernelSheet(insides: Insides, classes: readonly string[]): Promise<Blob> {
  const layers = weightedLayers(insides.layers, insides.input);
  return sheetOf(layers.flatMap((layer) => weightBlock(layer, insides, classes) ?? []));
}

function activationBlock({ name, type, shape, data }: Insides['activations'][number]): Block {
  const [count, height, width] = shape;
  const isPicture = height * width > 1;
  const scale = Math.max(1, Math.floor((isPicture ? sides.picture : sides.value) / Math.max(height, width)));
  const step = [height * scale + pictureGap, width * scale + pictureGap] as const;
  const most = Math.max(1, Math.floor((room + pictureGap) / step[1]));
  const across = Math.min(most, count, isPicture ? Math.max(8, picturesAcross(count)) : most);
  const size = { width: across * step[1] - pictureGap, height: Math.ceil(count / across) * step[0] - pictureGap };
  const values = new Float32Array(size.width * size.height).fill(Number.NaN);
  for (let i = 0; i < data.length; ++i) {
    const [channel, at] = [Math.floor(i / (height * width)), i % (height * width)];
    const left = (channel % across) * step[1] + (at % width) * scale;
    const top = Math.floor(channel / across) * step[0] + Math.floor(at / width) * scale;
    for (let y = top; y < top + scale; ++y) {
      values.fill(data[i]!, y * size.width + left, y * size.width + left + scale);
    }
  }
  const range = greatest(data) || 1;
  const sizes = isPicture ? `${count}×${height}×${width}` : String(count);
  const kind = name === type ? '' : `${type}, `;
  const note = `${kind}${sizes}, full colour at ±${Number(range.toPrecision(2))}`;
  return { heading: name, note, ...size, values, range, labels: [] };
}

export const activationSheet = ({ activations }: Insides): Promise<Blob> => sheetOf(activations.map(activationBlock));
