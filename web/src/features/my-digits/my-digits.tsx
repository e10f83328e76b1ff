// SPDX-License-Identifier: MIT
//
// The way to the visitor's own digits: what keeps the one on the pad, and their panel, both loaded when they are wanted.

import { isOpen, setOpen } from '../../state/panels';
import { areDigits } from '../../shared/published-datasets';
import { prediction } from '../../state/digit-state';
import { classNames, digit, pad } from '../../state/store';
import { lazy, LazyPart } from '../../ui/lazy-part';
import { kept, store } from './own-store';
import './keep-drawing.css';

const form = lazy(async () => (await import('./keep-form')).KeepForm);
const panel = lazy(async () => {
  const [{ default: Panel }, { ready }] = await Promise.all([import('./panel'), store.load()]);
  await ready();
  return Panel;
});

export function KeepDrawing() {
  return (
    <div class="my-digits-controls">
      {pad.value.strokes.length > 0 && areDigits(classNames.value) && prediction(digit.value) !== null && (
        <LazyPart part={form} props={{}} />
      )}
      <p role="status">{kept.value}</p>
    </div>
  );
}

const onClose = (): void => {
  setOpen('mine', false);
};

export const MyDigits = () => (isOpen('mine') ? <LazyPart part={panel} props={{ onClose }} /> : null);
