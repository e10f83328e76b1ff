// SPDX-License-Identifier: MIT
//
// Puts the network of a trial on the page, as it was trained.

import { useNetwork } from '../../client/imported';
import { searchEngine } from '../../client/search';
import { checkpointOf } from './sweep-state';
import { nameOf, valueText } from './wanted';
import type { SweepProgress, TrialResult } from 'tinycnn/sweep';

const title = (progress: SweepProgress, { values }: TrialResult): string => {
  const told = Object.entries(values).map(([path, value]) => `${nameOf(path).toLowerCase()} ${valueText(value)}`);
  return `${progress.sweep.name} (${told.join(', ')})`;
};

export async function takeTrial(progress: SweepProgress, result: TrialResult): Promise<void> {
  const checkpoint = await checkpointOf(result);
  const engine = searchEngine();
  try {
    const { normalize, loss } = progress.sweep.base;
    const network = await engine.request('network', { checkpoint });
    await useNetwork(
      {
        ...network,
        normalize: normalize ?? { mean: 0.1307, std: 0.3081 },
        loss: typeof loss === 'object' ? loss : { type: loss ?? 'crossEntropy' },
        row: null,
      },
      title(progress, result),
    );
  } finally {
    engine.end();
  }
}
