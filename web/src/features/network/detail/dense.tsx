// SPDX-License-Identifier: MIT
//
// A unit of a dense layer: its strongest inputs and their products, and, where it reads flattened pictures, its weights and products laid
// out as those pictures.

import { useSignal } from '@preact/signals';
import { signed } from '../../../shared/format-small';
import { denseAt } from '../../../math/forward';
import { contactSheet } from '../contact-sheet';
import { tensorOf } from '../connections';
import { columns, isPicture } from '../../../state/layers';
import { DenseBackwards } from './dense-backwards';
import { greatestOf, Line, short, tinted } from './numbers';
import { Repainted } from './repainted';
import { ResultLines } from './result-lines';
import type { Signal } from '@preact/signals';
import type { DenseTerm } from '../../../math/forward';
import type { Column } from '../../../state/layers';
import type { Scene } from './scene';

const maxTerms = 10;

/** The pictures that a dense layer's inputs were before they were flattened. */
function picturesBefore(column: Column): Column | null {
  if (column.type !== 'flatten') return null;
  const before = columns.value.find(({ name }) => name === column.from[0]);
  return before !== undefined && isPicture(before) ? before : null;
}

/** "pool, channel 3, row 4, column 5", or the unit's number. */
function inputName(index: number, source: Column, pictures: Column | null): string {
  if (pictures === null) return `${source.name}, unit ${index + 1}`;
  const [, height, width] = pictures.shape;
  const at = index % (height * width);
  const channel = Math.floor(index / (height * width));
  return `${pictures.name} ${channel + 1}, row ${Math.floor(at / width) + 1}, column ${(at % width) + 1}`;
}

interface LaidOutProps {
  title: string;
  pictures: Column;
  values: Float32Array;
  chosen: Signal<number>;
}

/** One value for each input, where that input stood in the pictures. */
function LaidOut({ title, pictures, values, chosen }: LaidOutProps) {
  const sheet = contactSheet(pictures.shape, { flat: true });
  const { width, height, order } = sheet;
  const shown = Float32Array.from(order, (from) => (from < 0 ? Number.NaN : values[from]!));
  const range = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0) || 1;
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * height);
    const from = x >= 0 && x < width && y >= 0 && y < height ? order[y * width + x]! : -1;
    if (from >= 0) chosen.value = from;
  };
  const at = order.indexOf(chosen.value);
  return (
    <figure class="cell-picture laid-out">
      <figcaption>{title}</figcaption>
      <div
        class="cell-frame live"
        role="img"
        aria-label={`${title}, laid out as ${pictures.name}’s pictures`}
        onPointerMove={point}
      >
        <Repainted width={width} height={height} values={shown} range={range} />
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {at >= 0 && (
            <rect
              class="mark cell"
              x={at % width}
              y={Math.floor(at / width)}
              width="1"
              height="1"
              vector-effect="non-scaling-stroke"
            />
          )}
        </svg>
      </div>
    </figure>
  );
}

interface TermsProps {
  terms: readonly DenseTerm[];
  chosen: Signal<number>;
  nameOf: (input: number) => string;
}

function Terms({ terms, chosen, nameOf }: TermsProps) {
  const max = greatestOf(terms.map(({ product }) => product));
  return (
    <table class="terms-table">
      <caption>The largest products</caption>
      <thead>
        <tr>
          <th scope="col">input</th>
          <th scope="col">value</th>
          <th scope="col">weight</th>
          <th scope="col">product</th>
        </tr>
      </thead>
      <tbody>
        {terms.map(({ input, value, weight, product }) => (
          <tr key={input} class={chosen.value === input ? 'chosen' : ''} onPointerEnter={() => (chosen.value = input)}>
            <th scope="row">{nameOf(input)}</th>
            <td>{short(value)}</td>
            <td>{signed(weight, 3)}</td>
            <td style={{ background: tinted(product, max) }}>{signed(product, 3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Dense({ scene }: { scene: Scene }) {
  const { column, index, tensors, inputs, data } = scene;
  const source = inputs[0]!;
  const chosen = useSignal(-1);
  const weight = tensorOf(tensors, 'weight');
  if (weight === undefined) return null;
  const bias = tensorOf(tensors, 'bias');
  const { terms, bias: added, sum } = denseAt(source.data, weight, bias, index);
  const listed = terms.slice(0, maxTerms);
  const listedSum = listed.reduce((all, { product }) => all + product, 0);
  const pictures = picturesBefore(source.column);
  const nameOf = (input: number): string => inputName(input, source.column, pictures);
  const row = weight.data.subarray(index * source.data.length, (index + 1) * source.data.length);
  const pointed = terms.find(({ input }) => input === chosen.value);
  return (
    <>
      <div class="scene dense">
        {pictures !== null && (
          <div class="sheets">
            <LaidOut title="weights" pictures={pictures} values={row} chosen={chosen} />
            <LaidOut
              title="weights × values"
              pictures={pictures}
              values={Float32Array.from(row, (w, i) => w * source.data[i]!)}
              chosen={chosen}
            />
            <p class="quiet reading">
              {pointed === undefined
                ? 'Point at a cell to see its product.'
                : `${nameOf(pointed.input)}: ${signed(pointed.value, 3)} × ${signed(pointed.weight, 3)} = ${signed(pointed.product, 4)}`}
            </p>
          </div>
        )}
        <Terms terms={listed} chosen={chosen} nameOf={nameOf} />
      </div>
      <dl class="sum">
        <Line label={`Sum of these ${listed.length} products`}>{signed(listedSum, 5)}</Line>
        {terms.length > listed.length && (
          <Line label={`The other ${terms.length - listed.length} products`}>{signed(sum - added - listedSum, 5)}</Line>
        )}
        <Line label="Bias">{bias === undefined ? 'none' : signed(added, 5)}</Line>
        <ResultLines scene={scene} value={sum} engine={data[index]!} label={`${column.name}, unit ${index + 1}`} />
      </dl>
      <DenseBackwards scene={scene} terms={terms} nameOf={nameOf} />
    </>
  );
}
