// SPDX-License-Identifier: MIT
//
// Learning the visitor's own digits.

import { whenConfigured } from './configure';
import { request } from './connection';
import type { FineTuned, LabelledStrokes } from '../shared/protocol';

/** Has the network learn the visitor's own digits too; the run stands at the same step afterwards. */
export async function fineTune(digits: LabelledStrokes[]): Promise<FineTuned> {
  await whenConfigured();
  return request('fineTune', { digits });
}
