// SPDX-License-Identifier: MIT
//
// Values of a layer's fields as text, and back. What is typed is never refused here: a number that is none becomes NaN, and the engine says
// what it expected. Pure.

import type { Field } from './kinds';

const numberIn = (text: string): number => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN);

/** "3", "3×5"; '' for what is left out. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) {
    if (value.length > 2) return (value as unknown[]).map(textOf).join(', ');
    const [height, width] = value as unknown[];
    return value.length === 2 && height !== width ? `${textOf(height)}×${textOf(width)}` : textOf(height);
  }
  return typeof value === 'number' && !Number.isNaN(value) ? String(value) : typeof value === 'string' ? value : '';
}

/** Undefined: the spec leaves it out. */
export function valueIn(text: string, { type, usual }: Field): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return usual === undefined ? NaN : undefined;
  if (type !== 'size') return numberIn(trimmed);
  const sides = trimmed.split(/\s*[×x*,]\s*/i).map(numberIn);
  return sides.length === 1 ? sides[0] : sides;
}

/** Of a flag. */
export const isOn = (value: unknown, { usual }: Field): boolean =>
  value === undefined ? usual === 'yes' : value === true;

/** Left out where it is usual. */
export const flagOf = (on: boolean, { usual }: Field): boolean | undefined =>
  on === (usual === 'yes') ? undefined : on;

/** What matters most of a layer on one line: "8 channels, 5×5, stride 2, frozen". */
export function summaryOf(type: string, values: Readonly<Record<string, unknown>>): string {
  const text = (name: string): string => textOf(values[name]) || '?';
  const square = (name: string): string => (text(name).includes('×') ? text(name) : `${text(name)}×${text(name)}`);
  const isSaid = (name: string, usual: string): boolean => values[name] !== undefined && textOf(values[name]) !== usual;
  const parts = [
    ...('outChannels' in values ? [`${text('outChannels')} channels`] : []),
    ...('outFeatures' in values ? [`${text('outFeatures')} outputs`] : []),
    ...('kernelSize' in values ? [square('kernelSize')] : []),
    ...(isSaid('stride', type === 'conv2d' ? '1' : textOf(values.kernelSize)) ? [`stride ${text('stride')}`] : []),
    ...(isSaid('padding', '0') ? [`padding ${text('padding')}`] : []),
    ...(isSaid('dilation', '1') ? [`dilation ${text('dilation')}`] : []),
    ...(isSaid('groups', '1') ? [`${text('groups')} groups`] : []),
    ...(isSaid('p', '') ? [`p ${text('p')}`] : []),
    ...(values.bias === false ? ['no bias'] : []),
    ...(values.frozen === true ? ['frozen'] : []),
  ];
  return parts.join(', ');
}
