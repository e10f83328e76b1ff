// SPDX-License-Identifier: MIT
//
// The run with its history as a file, and back.

import { isImported } from '../../shared/imported';
import { restorePoint } from '../restore-point';
import { captured } from './capture';
import { presentData } from './present-data';
import { goOn } from './restore';
import { fileOf } from './run-in-file';
import type { ReadRun } from './run-in-file';

export { readRun } from './run-in-file';

/** The present run up to its last snapshot, with its history. Throws a sentence where there is none yet. */
export async function exportRun(): Promise<Uint8Array<ArrayBuffer>> {
  const data = await presentData();
  const run = captured();
  if (data === null || run === null) throw new Error('There is nothing to save yet: train the network first.');
  const { model } = run.record.log.begun;
  const network = restorePoint.networks.find(({ entry }) => entry.id === model) ?? null;
  return fileOf(run, data, isImported(model) ? network : null);
}

/** Goes on with the run of a file in the place of the present one, which stays kept. Throws a sentence where that cannot be; then
 * everything is as it was. */
export async function goOnWithFile({ kept, ...contents }: ReadRun): Promise<void> {
  await goOn(kept, { ...contents, release: null });
}
