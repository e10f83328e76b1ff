// SPDX-License-Identifier: MIT
//
// The form of a kept run. Its number rises with every change of it that an older page could not read; what an older page has written is
// brought up to date when it is read, and what a newer one has written is left alone. Pure.

import type { ModelSpec } from 'tinycnn';
import type { Curve } from '../../state/curve';
import type { LogCurve } from '../../state/log-curve';
import type { Aim } from '../../state/recipe-link';
import type { RunLog } from '../../shared/run-log';
import type { Orientation } from '../../shared/dataset';
import type { Evaluation, Probe } from '../../shared/protocol';
import type { Stroke } from '../../shared/strokes';
import type { StopRule } from '../../shared/stop';

export const schema = 3;

export type KeptSource =
  | { kind: 'published'; id: string }
  | { kind: 'generated' }
  /** `hash`: of the images and labels that came of them. The files themselves are kept only where the visitor wants that. */
  | { kind: 'files'; orientation: Orientation; hash: string };

/** Which data a run learns from. */
export interface KeptData {
  source: KeptSource;
  title: string;
  classes: readonly string[];
  trainCount: number;
  testCount: number;
}

/** What was measured of a run up to its step. */
export interface KnownOfRun {
  loss: number | null;
  accuracy: number | null;
  curve: Curve;
  story: LogCurve;
  probes: readonly Probe[];
  evaluations: readonly Evaluation[];
  extendedTo: number | null;
}

/** Multiply-adds for one image. */
export interface NetworkSize {
  parameters: number;
  macs: number;
}

/** What the visitor calls a run, and whether it stays until it is deleted. Kept beside the run: only the tab that has a run writes that, any tab this. */
export interface Label {
  /** Null: as its network and seed say. */
  name: string | null;
  isPinned: boolean;
}

export const unlabelled: Label = { name: null, isPinned: false };

export interface KeptRun {
  schema: typeof schema;
  id: string;
  /** Higher than that of everything that was saved before. */
  order: number;
  /** By the clock, to be said to people and for nothing else. */
  savedAt: number;
  step: number;
  /** Of all that is kept of it but this record. */
  bytes: number;
  /** Epochs after which its learning rate schedule ends. */
  epochs: number;
  data: KeptData;
  /** What its network is called. */
  network: string;
  /** Its layers, and how large it is; null where an older page has saved it. */
  spec: ModelSpec | null;
  size: NetworkSize | null;
  /** How long it has trained, by the clock; null where an older page has saved it. */
  seconds: number | null;
  /** Of its weights; null where it was saved while it trained. */
  hash: string | null;
  log: RunLog;
  stop: StopRule;
  /** Whether it was training. */
  isTraining: boolean;
  known: KnownOfRun;
  /** The class of each test image by the last test. */
  test: { step: number; predicted: Uint8Array } | null;
  /** Where a link was leading it. */
  aim: Aim | null;
  /** The steps of its past that are kept too. */
  moments: readonly number[];
  checkpoints: readonly number[];
  /** What was on the pad. */
  drawing: readonly Stroke[];
}

/** The second schema knew nothing of the network's size, of the time, of the hash, and of labels. */
type Second = Omit<KeptRun, 'schema' | 'spec' | 'size' | 'seconds' | 'hash'> & { schema: 2 };

/** The first one nothing of networks from files, of links that say where they lead, and of the past. */
type First = Omit<Second, 'schema' | 'network' | 'aim' | 'moments' | 'checkpoints'> & { schema: 1 };

const fromFirst = (first: First): Second => ({
  ...first,
  ...{ schema: 2, network: first.log.begun.model, aim: null, moments: [], checkpoints: [] },
});

const fromSecond = (second: Second): KeptRun => ({
  ...second,
  ...{ schema, spec: null, size: null, seconds: null, hash: null },
});

/** A record of this schema or of an earlier one. */
export function upToDate(record: { schema: number }): KeptRun {
  if (record.schema === 1) return fromSecond(fromFirst(record as First));
  return record.schema === 2 ? fromSecond(record as Second) : (record as KeptRun);
}
