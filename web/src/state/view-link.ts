// SPDX-License-Identifier: MIT
//
// What is looked at, and how, as the part of the page's address that follows the settings. What is as it is at first is left out; what
// cannot be is ignored, and the rest of the link still holds. Channels and units count from 1 here, as people read them. Pure.

import { insideKeys, patches } from './inside-view';
import { panelNames } from './panels';
import { smoothing } from './smoothing';
import { stopAtEnd, stopNumbers, stopNumber, stopRule } from '../shared/stop';
import type { ModelSummary } from 'tinycnn';
import type { InsideView } from './inside-view';
import type { PanelName } from './panels';
import type { RangeMode, Unit } from './network-view';
import type { StopKind, StopRule } from '../shared/stop';
import type { Smoothing } from './smoothing';
import type { ExampleFilter } from '../shared/protocol';

export interface ViewLink {
  range: RangeMode;
  opened: Unit | null;
  backwards: boolean;
  /** Layers that show all of their channels. */
  unfolded: readonly string[];
  smoothing: Smoothing;
  /** Of the loss curve. */
  logarithmic: boolean;
  /** Which test images are listed. */
  examples: ExampleFilter;
  /** Index of the current test digit. */
  digit: number;
  panels: readonly PanelName[];
  inside: InsideView;
  /** When training stops by itself. */
  stop: StopRule;
}

export const firstView: ViewLink = {
  range: 'layer',
  opened: null,
  backwards: false,
  unfolded: [],
  smoothing: 'light',
  logarithmic: false,
  examples: 'mistakes',
  digit: 0,
  panels: [],
  inside: {},
  stop: stopAtEnd,
};

const ranges: readonly RangeMode[] = ['unit', 'layer', 'network'];
const smoothings = Object.keys(smoothing) as Smoothing[];

export function toViewHash(view: ViewLink): string {
  const values = new URLSearchParams();
  const { opened, examples, stop } = view;
  if (stop.at !== 'end') values.append('stop', `${stop.at}-${stopNumber(stop)}`);
  if (view.range !== firstView.range) values.append('scale', view.range);
  if (opened !== null) values.append('open', `${opened.layer}.${opened.index + 1}`);
  if (opened !== null && view.backwards) values.append('backwards', 'yes');
  for (const layer of view.unfolded) values.append('all', layer);
  if (view.smoothing !== firstView.smoothing) values.append('smoothing', view.smoothing);
  if (view.logarithmic) values.append('loss', 'log');
  if (examples !== 'mistakes') values.append('taken', `${examples.label}-${examples.predicted}`);
  if (view.digit !== firstView.digit) values.append('digit', String(view.digit));
  for (const panel of view.panels) values.append('panel', panel);
  for (const [name, value] of Object.entries(view.inside)) values.append(name, value);
  return values.toString();
}

/** "conv1.3": the third channel of conv1. */
function unitIn(text: string | null): Unit | null {
  const [, layer, number] = /^(.+)\.([1-9]\d{0,5})$/.exec(text ?? '') ?? [];
  return layer === undefined ? null : { layer, index: Number(number) - 1 };
}

/** "4-9": fours that were taken for nines. */
function filterIn(text: string | null): ExampleFilter {
  const [, label, predicted] = /^(\d{1,3})-(\d{1,3})$/.exec(text ?? '') ?? [];
  return label === undefined ? 'mistakes' : { label: Number(label), predicted: Number(predicted) };
}

/** "accuracy-98.5": once 98.5 per cent of the test images are read. */
function stopIn(text: string | null): StopRule {
  const [, kind, digits] = /^([a-z]+)-(\d+(?:\.\d+)?)$/.exec(text ?? '') ?? [];
  const known = (Object.keys(stopNumbers) as Exclude<StopKind, 'end'>[]).find((each) => each === kind);
  if (known === undefined) return stopAtEnd;
  const { min, max, integer } = stopNumbers[known];
  const number = Number(digits);
  const fits = number >= min && number <= max && (!integer || Number.isInteger(number));
  return fits ? stopRule(known, number) : stopAtEnd;
}

/** Layers, classes and images are taken as they are: `fitted` knows which there are. */
export function fromViewHash(hash: string): ViewLink {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const opened = unitIn(values.get('open'));
  const digit = values.get('digit') ?? '';
  return {
    range: ranges.find((each) => each === values.get('scale')) ?? firstView.range,
    opened,
    backwards: opened !== null && values.get('backwards') === 'yes',
    unfolded: [...new Set(values.getAll('all'))],
    smoothing: smoothings.find((each) => each === values.get('smoothing')) ?? firstView.smoothing,
    logarithmic: values.get('loss') === 'log',
    examples: filterIn(values.get('taken')),
    digit: /^\d{1,9}$/.test(digit) ? Number(digit) : firstView.digit,
    panels: panelNames.filter((name) => values.getAll('panel').includes(name)),
    inside: Object.fromEntries([...values].filter(([name]) => (insideKeys as readonly string[]).includes(name))),
    stop: stopIn(values.get('stop')),
  };
}

/** What there is to be looked at. */
export interface Surroundings {
  layers: ModelSummary['layers'];
  classes: number;
  testCount: number;
}

const countOf = ({ layers, classes }: Surroundings, name: string): number => {
  if (name === 'input') return 1;
  if (name === 'softmax') return classes;
  const [channels = 0, height = 1, width = 1] = layers.find((layer) => layer.name === name)?.shape ?? [];
  return height * width > 1 ? channels : channels * height * width;
};

/** The view without what is not there. */
export function fitted(view: ViewLink, there: Surroundings): ViewLink {
  const { opened, unfolded, examples, digit } = view;
  const isThere = opened !== null && opened.index < countOf(there, opened.layer);
  const isClass = (label: number): boolean => label < there.classes;
  const { weights, class: label, patch } = view.inside;
  const isLayer = (name: string): boolean => there.layers.some((layer) => layer.name === name);
  const isKnown = examples === 'mistakes' || (isClass(examples.label) && isClass(examples.predicted));
  return {
    ...view,
    opened: isThere ? opened : null,
    backwards: isThere && view.backwards,
    unfolded: unfolded.filter(isLayer),
    examples: isKnown ? examples : 'mistakes',
    digit: digit < there.testCount ? digit : firstView.digit,
    inside: {
      ...(weights !== undefined && isLayer(weights) && { weights }),
      ...(label !== undefined && /^\d+$/.test(label) && isClass(Number(label)) && { class: label }),
      ...(patches.some((size) => patch === String(size)) && { patch }),
    },
  };
}
