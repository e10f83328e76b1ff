// SPDX-License-Identifier: MIT
//
// A copy of the network that trains, for the worker that makes files of it. Loaded with the first of them.

import { evenly } from '../data/pick';
import type { LabelledSet } from '../../shared/dataset';
import type { NetworkCopy } from '../../shared/protocol-files';
import type { Run } from '../run';

/** As many as `session.quantize` takes by default, and the same ones; fewer where they would take long. */
const calibrationImages = { min: 40, max: 200 };
const calibrationMacs = 2e9;

const countFor = (macs: number): number =>
  Math.min(calibrationImages.max, Math.max(calibrationImages.min, Math.floor(calibrationMacs / macs)));

const copyOf = (set: LabelledSet): LabelledSet => ({ ...set, images: set.images.slice(), labels: set.labels.slice() });

export function copyNetwork(
  { session, loss, normalize, data, step }: Run,
  images: number | null,
): {
  answer: NetworkCopy;
  transfer: Transferable[];
} {
  const bytes = session.save();
  const calibration = data === null ? null : evenly(data.train, images ?? countFor(session.summary.macs));
  const test = data === null ? null : copyOf(data.test);
  const arrays = [bytes, calibration?.images, test?.images].flatMap((array) => array?.buffer ?? []);
  return { answer: { bytes, step, loss, normalize, calibration, test }, transfer: arrays as ArrayBuffer[] };
}
