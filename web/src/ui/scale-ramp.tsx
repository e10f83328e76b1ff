// SPDX-License-Identifier: MIT
//
// The one colour scale from its negative to its positive end, with what its ends stand for.

import { Picture } from './picture';
import './scale-ramp.css';

const cells = 121;
const ramp = Float32Array.from({ length: cells }, (_, i) => (2 * i) / (cells - 1) - 1);

export function ScaleRamp({ negative, positive }: { negative: string; positive: string }) {
  return (
    <figure class="legend">
      <Picture width={cells} height={1} paint={() => ({ values: ramp, range: 1 })} />
      <figcaption>
        <span>{negative}</span>
        <span>0</span>
        <span>{positive}</span>
      </figcaption>
    </figure>
  );
}
