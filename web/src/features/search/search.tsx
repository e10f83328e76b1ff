// SPDX-License-Identifier: MIT
//
// The laboratory's tab: a learning rate that is found by trying, and searches over settings and networks.

import { useEffect } from 'preact/hooks';
import { data } from '../../state/store';
import { LearningRateFinder } from './lr-finder';
import { SweepPanel } from './sweep-panel';
import { reopen } from './sweep-state';
import '../../ui/fields.css';
import './search.css';

export function Search() {
  useEffect(() => void reopen(), []);
  if (data.value.facts === null) return <p>Searching takes training images, which are not loaded.</p>;
  return (
    <div class="search" data-testid="search">
      <LearningRateFinder />
      <SweepPanel />
    </div>
  );
}
