// SPDX-License-Identifier: MIT
// The layers of the network side by side or below each other, each with a picture of what it makes of the drawing.

import { colorOf, rangeFor } from './colors.js';
import { make } from './make.js';
import { sheetFor, type Sheet } from './sheet.js';
import type { ModelSummary, NamedActivations, Shape } from '../types.js';

/** Layers that pass on what they read, in another form or not. */
const HIDDEN: ReadonlySet<string> = new Set(['flatten', 'dropout', 'dropout2d']);

interface Layer {
  name: string;
  shape: Shape;
  figure: HTMLElement;
  canvas: HTMLCanvasElement;
  sheet: Sheet;
  range?: number;
  values?: Float32Array;
}

const isPicture = ([, height, width]: Shape): boolean => height * width > 1;

const sizeText = (shape: Shape): string => (isPicture(shape) ? shape.join('×') : String(shape[0]));

function describe(name: string, shape: Shape): string {
  const [count, height, width] = shape;
  if (!isPicture(shape)) return `${name}: ${count} values`;
  return `${name}: ${count} ${count === 1 ? 'picture' : 'pictures'} of ${height} by ${width} pixels`;
}

export class LayersView {
  readonly #list: HTMLElement;
  readonly #table: () => Uint32Array;
  #layers: Layer[] = [];
  #isFlat = false;

  /** `table`: the colours now. */
  constructor(list: HTMLElement, table: () => Uint32Array) {
    this.#list = list;
    this.#table = table;
  }

  /** Another network, or none. */
  show(input: Shape, { layers }: Pick<ModelSummary, 'layers'>): void {
    const shown = layers.filter(({ type }) => !HIDDEN.has(type));
    this.#layers = [{ name: 'input', shape: input }, ...shown].map(({ name, shape }) => {
      const canvas = make('canvas', { role: 'img', 'aria-label': describe(name, shape) });
      const size = make('span', {}, sizeText(shape));
      const caption = make('figcaption', {}, make('b', {}, name), ' ', size);
      const figure = make('figure', { part: 'layer' }, caption, canvas);
      return { name, shape, figure, canvas, sheet: sheetFor(shape, this.#isFlat) };
    });
    this.#list.replaceChildren(...this.#layers.map(({ figure }) => figure));
    for (const layer of this.#layers) this.#lay(layer);
  }

  /** Whether layers lie below each other. */
  set flat(flat: boolean) {
    if (flat === this.#isFlat) return;
    this.#isFlat = flat;
    for (const layer of this.#layers) {
      layer.sheet = sheetFor(layer.shape, flat);
      this.#lay(layer);
    }
    this.paint();
  }

  #lay({ canvas, sheet, figure, shape }: Layer): void {
    [canvas.width, canvas.height] = [sheet.width, sheet.height];
    canvas.style.width = `${sheet.width * sheet.scale}px`;
    canvas.style.height = `${sheet.height * sheet.scale}px`;
    const left = shape[0] - sheet.shown;
    const more = figure.querySelector('small');
    if (left > 0 && !more) figure.append(make('small', {}, `and ${left} more`));
  }

  /** What the layers make of the present drawing. */
  update(activations: readonly NamedActivations[]): void {
    for (const layer of this.#layers) {
      const found = activations.find(({ name }) => name === layer.name);
      if (!found) continue;
      layer.values = found.data;
      layer.range = rangeFor(layer.range, found.data);
    }
    this.paint();
  }

  clear(): void {
    for (const layer of this.#layers) delete layer.values;
    this.paint();
  }

  paint(): void {
    const table = this.#table();
    for (const { canvas, sheet, values, range = 1 } of this.#layers) {
      const context = canvas.getContext('2d')!;
      const image = context.createImageData(sheet.width, sheet.height);
      const words = new Uint32Array(image.data.buffer);
      const nothing = colorOf(table, 0, 1);
      for (let i = 0; i < words.length; ++i) {
        const index = sheet.order[i]!;
        if (index >= 0) words[i] = values ? colorOf(table, values[index]!, range) : nothing;
      }
      context.putImageData(image, 0, 0);
    }
  }
}
