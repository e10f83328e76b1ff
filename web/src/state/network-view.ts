// SPDX-License-Identifier: MIT
//
// What of the network is looked at, and by which scale: pure state and its transitions. Channels and units count from 0 here; people
// read them from 1.

/** What gets the full colour: each picture's own largest value, its layer's, or the whole network's. */
export type RangeMode = 'unit' | 'layer' | 'network';

/** A channel of a layer of pictures, or a unit of a layer of single values. */
export interface Unit {
  layer: string;
  index: number;
}

export interface NetworkView {
  range: RangeMode;
  /** Under the pointer, or focused. */
  pointed: Unit | null;
  /** Seen in detail in the network's place. */
  opened: Unit | null;
  /** Whether the opened one shows what the digit teaches it. */
  backwards: boolean;
  /** Layers that show all of their channels. */
  unfolded: ReadonlySet<string>;
}

export const wholeNetwork: NetworkView = {
  range: 'layer',
  pointed: null,
  opened: null,
  backwards: false,
  unfolded: new Set(),
};

export const withRange = (view: NetworkView, range: RangeMode): NetworkView => ({ ...view, range });

const same = (a: Unit | null, b: Unit | null): boolean => a?.layer === b?.layer && a?.index === b?.index;

export const pointedAt = (view: NetworkView, pointed: Unit | null): NetworkView =>
  same(view.pointed, pointed) ? view : { ...view, pointed };

export const openedAt = (view: NetworkView, opened: Unit | null): NetworkView =>
  same(view.opened, opened) ? view : { ...view, opened, pointed: null };

export const lookingBackwards = (view: NetworkView, backwards: boolean): NetworkView => ({ ...view, backwards });

export function folded(view: NetworkView, layer: string, all: boolean): NetworkView {
  const unfolded = new Set(view.unfolded);
  if (all) unfolded.add(layer);
  else unfolded.delete(layer);
  return { ...view, unfolded };
}

/** Of another network: the way of looking stays, what was looked at is gone. */
export const ofAnotherNetwork = ({ range }: NetworkView): NetworkView => ({ ...wholeNetwork, range });

/** The layer whose weights are wanted: the opened one's, else that under the pointer. */
export const watchedLayer = ({ opened, pointed }: NetworkView): string | null => (opened ?? pointed)?.layer ?? null;
