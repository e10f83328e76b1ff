// SPDX-License-Identifier: MIT
//
// The worker that arranges images: begun for one arrangement, and ended with it.

import { SideWorker } from './side-worker';
import type { ArrangeAsk, Arranged, UmapCalls } from '../shared/protocol-umap';

const arranging = new SideWorker<UmapCalls>(
  () => new Worker(new URL('../worker/umap/umap-worker.ts', import.meta.url), { type: 'module', name: 'tinycnn-umap' }),
  'What arranges images could not be loaded. Check your internet connection.',
);

/** Ends the arrangement before. `report` is told where the images have come to. */
export async function arrange(ask: ArrangeAsk, report: (soFar: Arranged) => void): Promise<Arranged> {
  arranging.end();
  const arranged = await arranging.request('arrange', ask, report);
  arranging.end();
  return arranged;
}

export const endArranging = (): void => {
  arranging.end();
};
