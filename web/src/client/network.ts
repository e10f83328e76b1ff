// SPDX-License-Identifier: MIT
//
// Commands for the network's picture: point, open, unfold, choose the scale's reach. Keeps the worker told of which layer's
// weights are wanted.

import { computed, effect, signal } from '@preact/signals';
import * as digitState from '../state/digit-state';
import { atHand, digit, networkView, runFacts } from '../state/store';
import * as view from '../state/network-view';
import { command } from './command';
import { request } from './connection';
import type { Watch } from '../shared/protocol';
import type { RangeMode, Unit } from '../state/network-view';

export const setRange = (range: RangeMode): void => {
  networkView.value = view.withRange(networkView.value, range);
};

export const pointAt = (unit: Unit | null): void => {
  networkView.value = view.pointedAt(networkView.value, unit);
};

export const openUnit = (unit: Unit): void => {
  networkView.value = view.openedAt(networkView.value, unit);
};

/** Whether the next unit that is opened is to be played cell by cell. */
export const playWhenOpened = signal(false);

export const closeUnit = (): void => {
  networkView.value = view.openedAt(networkView.value, null);
};

export const unfold = (layer: string, all: boolean): void => {
  networkView.value = view.folded(networkView.value, layer, all);
};

export const lookBackwards = (backwards: boolean): void => {
  networkView.value = view.lookingBackwards(networkView.value, backwards);
};

/** Has frames hold more of one layer; the first of them is drawn at once. */
const watch = command(async (what: Watch) => {
  const { frame } = await request('watch', { watch: what });
  if (frame !== null) digit.value = digitState.seen(digit.value, frame);
});

const watchedName = computed(() => view.watchedLayer(networkView.value));
const backwards = computed(() => networkView.value.opened !== null && networkView.value.backwards);
const label = computed(() => (atHand.value.kind === 'test' ? atHand.value.label : null));
const model = computed(() => runFacts.value?.model);

let shownModel: string | undefined;

effect(() => {
  if (model.value === shownModel) return;
  shownModel = model.value;
  networkView.value = view.ofAnotherNetwork(networkView.peek());
});

/** A new run, or a new worker, knows nothing of what is watched. */
effect(() => {
  if (runFacts.value === null) return;
  void watch({ layer: watchedName.value, backwards: backwards.value, label: label.value });
});
