// SPDX-License-Identifier: MIT
//
// Layers that work cell by cell: activation functions, batch norm, dropout, sums of branches, concatenation, flattening, the input.

import { signed } from '../../../shared/format-small';
import { functionOf } from '../../../math/functions';
import { normalized } from '../../../math/forward';
import { sidesOf } from '../../../math/geometry';
import { currentInput, recipe } from '../../../state/store';
import { tensorOf } from '../connections';
import { isPicture, unitRange } from '../../../state/layers';
import { CellPicture } from './cell-picture';
import { FunctionPlot } from './function-plot';
import { moveTo } from './cursor';
import { Line } from './numbers';
import { OutputPicture } from './output-picture';
import { ResultLines } from './result-lines';
import { channelOf } from './scene';
import type { ComponentChildren } from 'preact';
import type { LayerSpec } from 'tinycnn';
import type { Normalization } from '../../../math/forward';
import type { Cell } from '../../../math/geometry';
import type { Cursor } from './cursor';
import type { Scene, Source } from './scene';

/** Where a cell of this channel lies in a source: which of them, its channel there, and its value. */
interface Reading {
  source: Source;
  channel: number;
  value: number;
  /** In the source; null in the zeros around it. */
  cell: Cell | null;
}

/** How far a source's cells lie from those of what reads it. */
function offsetOf(spec: LayerSpec | undefined): Cell {
  const [x, , y] = spec === undefined ? [0, 0, 0] : sidesOf(spec);
  return { y, x };
}

function reading({ spec }: Scene, source: Source, channel: number, cell: Cell): Reading {
  const [, height, width] = source.column.shape;
  const offset = offsetOf(spec);
  // One number multiplies all pixels of a channel.
  const [y, x] = height * width === 1 && spec?.type === 'multiply' ? [0, 0] : [cell.y - offset.y, cell.x - offset.x];
  if (y < 0 || y >= height || x < 0 || x >= width) return { source, channel, value: 0, cell: null };
  return { source, channel, value: channelOf(source, channel)[y * width + x]!, cell: { y, x } };
}

function readings(scene: Scene, cell: Cell): Reading[] {
  const { column, index, inputs } = scene;
  if (column.type !== 'concat') return inputs.map((source) => reading(scene, source, index, cell));
  let before = 0;
  for (const source of inputs) {
    const channel = index - before;
    if (channel < source.column.shape[0]) return [reading(scene, source, channel, cell)];
    before += source.column.shape[0];
  }
  return [];
}

function normalizationOf({ tensors, index, spec }: Scene): Normalization {
  const number = (name: string, otherwise: number): number => tensorOf(tensors, name)?.data[index] ?? otherwise;
  return {
    mean: number('running_mean', 0),
    variance: number('running_var', 1),
    gamma: number('weight', 1),
    beta: number('bias', 0),
    eps: spec !== undefined && 'eps' in spec ? (spec.eps ?? 1e-5) : 1e-5,
  };
}

interface Worked {
  lines: ComponentChildren;
  value: number;
  label: string;
}

function workedOut(scene: Scene, all: readonly Reading[]): Worked {
  const { column, spec } = scene;
  const x = all[0]?.value ?? 0;
  const activation = spec === undefined ? null : functionOf(spec);
  if (activation !== null) {
    return {
      lines: <Line label="Input">{signed(x, 5)}</Line>,
      value: activation.value(x),
      label: 'Output',
    };
  }
  switch (column.type) {
    case 'batchNorm2d':
    case 'batchNorm1d': {
      const norm = normalizationOf(scene);
      const value = normalized(x, norm);
      const standard = (x - norm.mean) / Math.sqrt(norm.variance + norm.eps);
      return {
        lines: (
          <>
            <Line label="Input">{signed(x, 5)}</Line>
            <Line label="Running mean">{signed(norm.mean, 5)}</Line>
            <Line label="Running variance">{signed(norm.variance, 5)}</Line>
            <Line label="Normalized">{signed(standard, 5)}</Line>
            <Line label="times γ (learned)">{signed(norm.gamma, 5)}</Line>
            <Line label="plus β (learned)">{signed(norm.beta, 5)}</Line>
          </>
        ),
        value,
        label: 'Result',
      };
    }
    case 'add':
    case 'multiply':
      return {
        lines: all.map(({ source, value }) => (
          <Line key={source.column.name} label={source.column.name}>
            {signed(value, 5)}
          </Line>
        )),
        ...(column.type === 'add'
          ? { value: all.reduce((sum, { value }) => sum + value, 0), label: 'Sum' }
          : { value: all.reduce((product, { value }) => product * value, 1), label: 'Product' }),
      };
    default:
      return {
        lines: (
          <Line label={`${all[0]?.source.column.name ?? ''}, channel ${(all[0]?.channel ?? 0) + 1}`}>
            {signed(x, 5)}
          </Line>
        ),
        value: x,
        label: 'Passed on unchanged',
      };
  }
}

export function Elementwise({ scene, cursor }: { scene: Scene; cursor: Cursor }) {
  const { column, index, spec } = scene;
  const cell = cursor.cell.value;
  const at = cell.y * column.shape[2] + cell.x;
  const all = readings(scene, cell);
  const offset = offsetOf(spec);
  const { lines, value, label } = workedOut(scene, all);
  const activation = spec === undefined ? null : functionOf(spec);
  return (
    <>
      <div class="scene">
        {isPicture(column) &&
          all
            .filter(({ source }) => isPicture(source.column))
            .map(({ source, channel, cell: from }) => (
              <CellPicture
                key={source.column.name}
                title={`${source.column.name}, channel ${channel + 1}`}
                label={`${source.column.name}, channel ${channel + 1}: the input`}
                height={source.column.shape[1]}
                width={source.column.shape[2]}
                values={channelOf(source, channel)}
                range={unitRange(source.column.name, channelOf(source, channel))}
                marks={from === null ? [] : [{ kind: 'cell', ...from, height: 1, width: 1 }]}
                onCell={({ y, x }) => {
                  moveTo(cursor, { y: y + offset.y, x: x + offset.x }, 'pointer');
                }}
              />
            ))}
        {activation !== null && <FunctionPlot activation={activation} at={all[0]?.value ?? 0} />}
        {isPicture(column) && <OutputPicture scene={scene} cursor={cursor} />}
      </div>
      <dl class="sum">
        {lines}
        <ResultLines scene={scene} value={value} engine={channelOf(scene, index)[at]!} label={label} />
      </dl>
    </>
  );
}

/** One value of the row that pictures are laid out in. */
export function Flattened({ scene }: { scene: Scene }) {
  const { index, inputs, data } = scene;
  const source = inputs[0]!;
  const [, height, width] = source.column.shape;
  const size = height * width;
  const [channel, at] = [Math.floor(index / size), index % size];
  const cell = { y: Math.floor(at / width), x: at % width };
  return (
    <>
      <div class="scene">
        <CellPicture
          key={channel}
          title={`${source.column.name}, channel ${channel + 1}`}
          label={`${source.column.name}, channel ${channel + 1}: where the value comes from`}
          height={height}
          width={width}
          values={channelOf(source, channel)}
          range={unitRange(source.column.name, channelOf(source, channel))}
          marks={[{ kind: 'cell', ...cell, height: 1, width: 1 }]}
        />
      </div>
      <dl class="sum">
        <Line label="Position in the row">{index + 1}</Line>
        <Line label="Source">
          row {cell.y + 1}, column {cell.x + 1} of channel {channel + 1}
        </Line>
        <ResultLines scene={scene} value={source.data[index]!} engine={data[index]!} label="Passed on unchanged" />
      </dl>
    </>
  );
}

/** The input's pixels, normalized. */
export function InputCells({ scene, cursor }: { scene: Scene; cursor: Cursor }) {
  const { column, index } = scene;
  const [, height, width] = column.shape;
  const cell = cursor.cell.value;
  const at = cell.y * width + cell.x;
  const shown = currentInput.value;
  const pixel = shown.kind === 'none' ? 0 : shown.pixels[at]!;
  const { mean = 0.1307, std = 0.3081 } = recipe.value?.normalize ?? {};
  return (
    <>
      <div class="scene">
        <CellPicture
          title="Input of the network"
          label={`The input, ${height} by ${width} pixels: arrow keys select one, Enter keeps it selected.`}
          height={height}
          width={width}
          values={channelOf(scene, index)}
          range={unitRange(column.name, channelOf(scene, index))}
          marks={[{ kind: 'cell', ...cell, height: 1, width: 1 }]}
          cell={cell}
          onCell={(to, how) => {
            moveTo(cursor, to, how);
          }}
          onPin={() => (cursor.pinned.value = !cursor.pinned.value)}
          testid="detail-output"
        />
      </div>
      <dl class="sum">
        <Line label="Pixel, 0 to 255">{pixel}</Line>
        <Line label="divided by 255">{signed(pixel / 255, 5)}</Line>
        <Line label="minus μ, a constant of the recipe">{signed(mean, 4)}</Line>
        <Line label="divided by σ, a constant of the recipe">{signed(std, 4)}</Line>
        <ResultLines
          scene={scene}
          value={(pixel / 255 - mean) / std}
          engine={channelOf(scene, index)[at]!}
          label="Input of the network"
        />
      </dl>
    </>
  );
}
