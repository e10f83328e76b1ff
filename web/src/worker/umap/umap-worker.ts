// SPDX-License-Identifier: MIT
//
// The worker that arranges images by UMAP. Beside the one that trains, as it takes seconds; it needs no engine.

import { serve } from '../serve';
import { arrange } from './arrange';
import type { UmapCalls } from '../../shared/protocol-umap';

serve<UmapCalls>({
  arrange: (ask, report) => Promise.resolve(arrange(ask, report)),
});
