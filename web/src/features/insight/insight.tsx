// SPDX-License-Identifier: MIT
//
// The panels below "Look inside". Each works only while it is on the screen.

import { DistributionsPanel } from './distributions-panel';
import { EmbeddingPanel } from './embedding-panel';
import { EvidencePanel } from './evidence-panel';
import { KernelsPanel } from './kernels-panel';
import './insight.css';

export default function Insight() {
  return (
    <div class="insight">
      <KernelsPanel />
      <EvidencePanel />
      <DistributionsPanel />
      <EmbeddingPanel />
    </div>
  );
}
