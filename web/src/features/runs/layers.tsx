// SPDX-License-Identifier: MIT
//
// What each layer of a network makes of an image, in one small picture for each layer.

import { useSignal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { greatest } from '../../state/scale';
import { Picture } from '../../ui/picture';
import type { Answer } from '../../shared/protocol-files';
import type { Painting } from '../../ui/picture';

interface Layer {
  name: string;
  /** [C, H, W] */
  shape: readonly [number, number, number];
  data: Float32Array;
}

export interface Seen {
  classes: readonly string[];
  answer: Answer;
  layers: readonly Layer[];
}

/** Of a layer no more channels than this are shown, so many in a row. */
const most = 16;
const across = 8;
/** Of a layer without height and width, so many values. */
const mostValues = 64;

interface Sheet extends Painting {
  width: number;
  height: number;
  values: Float32Array;
}

/** Channels beside each other with gaps of one value; a vector as one row. */
function sheetOf({ shape: [channels, height, width], data }: Layer): Sheet {
  const range = greatest(data) || 1;
  if (height * width === 1) {
    const count = Math.min(mostValues, channels);
    return { width: count, height: 1, values: data.slice(0, count), range };
  }
  const count = Math.min(most, channels);
  const columns = Math.min(across, count);
  const size = { width: columns * (width + 1) - 1, height: Math.ceil(count / columns) * (height + 1) - 1 };
  const values = new Float32Array(size.width * size.height).fill(Number.NaN);
  for (let channel = 0; channel < count; ++channel) {
    const [left, top] = [(channel % columns) * (width + 1), Math.floor(channel / columns) * (height + 1)];
    for (let y = 0; y < height; ++y) {
      const from = (channel * height + y) * width;
      values.set(data.subarray(from, from + width), (top + y) * size.width + left);
    }
  }
  return { ...size, values, range };
}

function LayerPicture({ layer }: { layer: Layer }) {
  const shown = useSignal(layer);
  useLayoutEffect(() => {
    shown.value = layer;
  }, [layer]);
  const { width, height } = sheetOf(layer);
  const [channels, rows, columns] = layer.shape;
  const isVector = rows * columns === 1;
  return (
    <div class="side-layer">
      <span class="quiet">
        {layer.name} {isVector ? channels : `${channels}×${rows}×${columns}`}
      </span>
      <Picture
        key={layer.shape.join()}
        width={width}
        height={height}
        class={isVector ? 'pixels vector' : 'pixels'}
        paint={() => sheetOf(shown.value)}
      />
    </div>
  );
}

/** Those after which nothing looks otherwise: a flattened layer holds the same values. */
const isShown = ({ name }: Layer): boolean => !/^(input|flatten|dropout)/.test(name);

export function Layers({ seen: { layers } }: { seen: Seen }) {
  return (
    <div class="side-layers" role="img" aria-label={`What its ${layers.length} layers make of the image`}>
      {layers.filter(isShown).map((layer) => (
        <LayerPicture key={layer.name} layer={layer} />
      ))}
    </div>
  );
}
