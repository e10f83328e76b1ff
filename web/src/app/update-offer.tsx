// SPDX-License-Identifier: MIT
//
// Says that a new version is there; the visitor decides when it is loaded. Drawn beside the page, of which it is loaded last.

import { signal } from '@preact/signals';
import { render } from 'preact';
import './update-offer.css';

const isOffered = signal(true);
let load = (): void => undefined;

function Offer() {
  if (!isOffered.value) return null;
  return (
    <div class="update-card">
      <p>A new version is ready.</p>
      <button
        type="button"
        class="button primary"
        onClick={() => {
          load();
        }}
      >
        Reload
      </button>
      <button type="button" class="button" onClick={() => (isOffered.value = false)}>
        Later
      </button>
    </div>
  );
}

let place: HTMLElement | null = null;

/** `reload` is called when the visitor wants the new version. */
export function offerUpdate(reload: () => void): void {
  load = reload;
  isOffered.value = true;
  if (place !== null) return;
  place = document.createElement('div');
  place.className = 'update';
  place.role = 'status';
  place.dataset.testid = 'update';
  document.body.append(place);
  render(<Offer />, place);
}
