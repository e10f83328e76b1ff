// SPDX-License-Identifier: MIT
//
// A digit that the visitor has drawn and kept.

import type { Strokes } from 'tinycnn';

export interface MyDigit {
  label: number;
  writer: string | number;
  strokes: Strokes;
}
