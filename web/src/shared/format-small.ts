// SPDX-License-Identifier: MIT
//
// Weights, gradients, rates and sizes as people read them: with a sign, or in as few digits as say something.

import { grouped, megabytes } from './format';

/** With a true minus sign. */
export const signed = (value: number, digits = 2): string => {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
};

/** Gradients are small: three digits and a power of ten where needed. */
export function small(value: number): string {
  if (value === 0) return '0';
  const text = Math.abs(value) >= 0.001 ? Math.abs(value).toFixed(4) : Math.abs(value).toExponential(1);
  return `${value < 0 ? '−' : ''}${text.replace('e-', 'e−')}`;
}

/** A learning rate as people write it: two significant digits, without a power of ten where six decimals are enough. */
export function rateText(rate: number): string {
  if (rate === 0 || !Number.isFinite(rate)) return String(rate);
  const rounded = Number(rate.toPrecision(2));
  return Math.abs(rounded) >= 1e-6 ? String(Number(rounded.toFixed(7))) : brief(rate);
}

/** Two digits, with a power of ten where that is shorter. */
export function brief(value: number): string {
  const size = Math.abs(value);
  const text = size >= 0.001 || size === 0 ? String(Number(size.toPrecision(2))) : size.toExponential(1);
  return `${value < 0 ? '−' : ''}${text.replace('e-', 'e−')}`;
}

/** "812 bytes", "78.4 kB", "2.4 MB". */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes >= 999_950) return megabytes(bytes);
  return `${(bytes / 1000).toFixed(1)} kB`;
}

export const exactly = (bytes: number): string => `${grouped(bytes)} bytes`;
