// SPDX-License-Identifier: MIT
//
// Numbers as people read them. A dash stands for what is not known yet.

export const unknown = '–';

export const fixed = (value: number | null, digits: number): string =>
  value === null ? unknown : value.toFixed(digits);

/** A fraction 0..1 as "97.62 %". */
export const percent = (fraction: number | null, digits: number): string =>
  fraction === null ? unknown : `${(100 * fraction).toFixed(digits)} %`;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export const grouped = (count: number): string => count.toLocaleString('en-US');

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

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
