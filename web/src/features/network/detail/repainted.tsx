// SPDX-License-Identifier: MIT
//
// A picture of values that come with the rendering rather than by a signal.

import { useSignal } from '@preact/signals';
import { Picture } from '../../../ui/picture';

interface Props {
  width: number;
  height: number;
  values: ArrayLike<number>;
  range: number;
}

export function Repainted({ width, height, values, range }: Props) {
  const painting = useSignal({ values, range });
  painting.value = { values, range };
  return <Picture class="pixels" width={width} height={height} paint={() => painting.value} />;
}
