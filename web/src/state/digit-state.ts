// SPDX-License-Identifier: MIT
//
// The current input: a test digit, the drawn one, or none; and what the network last made of it. Pure.

import { rangesAfter } from './scale';
import type { Ranges } from './scale';
import type { RenderedStrokes } from 'tinycnn';
import type { DrawnDigit, Frame, TestDigit } from '../shared/protocol';

export type CurrentInput =
  | { kind: 'none' }
  | { kind: 'test'; index: number; label: number; pixels: Uint8Array }
  | { kind: 'drawing'; pixels: Uint8Array; steps: RenderedStrokes['steps'] };

export interface DigitState {
  currentInput: CurrentInput;
  frame: Frame | null;
  ranges: Ranges;
}

export const noDigit: DigitState = { currentInput: { kind: 'none' }, frame: null, ranges: new Map() };

const withFrame = (digit: DigitState, currentInput: CurrentInput, frame: Frame): DigitState => ({
  currentInput,
  frame,
  ranges: rangesAfter(digit.ranges, frame),
});

export const cleared = (digit: DigitState): DigitState => ({ ...noDigit, ranges: digit.ranges });

export const tested = (digit: DigitState, { index, label, pixels, frame }: TestDigit): DigitState =>
  withFrame(digit, { kind: 'test', index, label, pixels }, frame);

export const drawn = (digit: DigitState, { pixels, steps, frame }: DrawnDigit): DigitState =>
  frame === null ? cleared(digit) : withFrame(digit, { kind: 'drawing', pixels, steps }, frame);

/** A new frame of the current input; one that comes after Clear shows nothing any more. */
export const seen = (digit: DigitState, frame: Frame): DigitState =>
  digit.currentInput.kind === 'none' ? digit : withFrame(digit, digit.currentInput, frame);

/** A drawing that is more unusual than this share of the training images is called unlike them: so many false alarms are accepted. */
export const unlikeFrom = 0.95;

/** Whether the current drawing is unlike anything that the network was trained on. */
export const isUnlike = ({ currentInput, frame }: DigitState): boolean =>
  currentInput.kind === 'drawing' && (frame?.unusual ?? 0) >= unlikeFrom;

/** The class with the highest probability, or null when there is none. */
export function prediction({ frame }: DigitState): { label: number; probability: number } | null {
  if (frame === null) return null;
  let label = 0;
  frame.probabilities.forEach((probability, i) => {
    if (probability > frame.probabilities[label]!) label = i;
  });
  return { label, probability: frame.probabilities[label]! };
}
