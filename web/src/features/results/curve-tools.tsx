// SPDX-License-Identifier: MIT
//
// How the curves are drawn: smoothed or not, and the loss on a scale of powers of ten.

import { curveView, viewCurves } from '../../state/store';
import type { Smoothing } from '../../state/smoothing';

export function SmoothingChoice() {
  return (
    <label class="curve-tool" title="Draws a running mean of the measurements instead of each single one">
      <span>Smoothing</span>
      <select
        value={curveView.value.smoothing}
        onChange={(event) => {
          viewCurves({ smoothing: event.currentTarget.value as Smoothing });
        }}
      >
        <option value="none">none</option>
        <option value="light">light</option>
        <option value="strong">strong</option>
      </select>
    </label>
  );
}

export function LogScaleSwitch() {
  const { logarithmic } = curveView.value;
  return (
    <button
      type="button"
      class="button small"
      aria-pressed={logarithmic}
      title="Powers of ten are equally far apart, so that small improvements late in training are visible"
      onClick={() => {
        viewCurves({ logarithmic: !logarithmic });
      }}
    >
      Log scale
    </button>
  );
}
