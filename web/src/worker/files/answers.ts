// SPDX-License-Identifier: MIT
//
// Class probabilities, from a network's outputs as the engine makes them. Pure.

import { softmaxOf } from '../../math/forward';
import type { LossOptions } from 'tinycnn';
import type { Answer } from '../../shared/protocol-files';

/** Of outputs that were trained with squared error each one's share of their sum; of all others their softmax. */
export function probabilitiesOf(outputs: Float32Array, loss: LossOptions): Answer {
  if (loss.type !== 'mse') return Float32Array.from(softmaxOf(outputs).shares, ({ share }) => share);
  const parts = outputs.map((output) => Math.max(output, 0));
  const sum = parts.reduce((all, part) => all + part, 0);
  return parts.map((part) => (sum > 0 ? part / sum : 1 / parts.length));
}
