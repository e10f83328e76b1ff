// SPDX-License-Identifier: MIT
//
// The place of the steps by which a drawing becomes what the network sees.

import { useSignal } from '@preact/signals';
import { currentInput } from '../../state/store';
import { lazy, LazyPart } from '../../ui/lazy-part';

const steps = lazy(async () => (await import('./preparation-steps')).PreparationSteps);

export function Preparation() {
  const isOpen = useSignal(false);
  if (currentInput.value.kind !== 'drawing') return null;
  return (
    <details
      class="preparation"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>How it becomes 28×28 pixels</summary>
      {isOpen.value && <LazyPart part={steps} props={{}} />}
    </details>
  );
}
