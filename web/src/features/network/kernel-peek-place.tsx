// SPDX-License-Identifier: MIT
//
// Where a channel's kernel is shown beside it: while the channel is pointed at or focused; on a touch screen after a long press, until
// the next touch. What it shows is loaded with the first of them.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { networkView } from '../../state/store';
import { lazy, LazyPart } from '../../ui/lazy-part';
import type { Unit } from '../../state/network-view';

const peek = lazy(async () => (await import('./kernel-peek')).KernelPeek);

/** After this a press is a long one, in milliseconds. */
const longPress = 450;

/** Whether the last pointer was a finger, and the channel that it pressed for long. */
const isTouched = signal(false);
const held = signal<Unit | null>(null);

const isTouch = (event: Event): boolean => (event as PointerEvent).pointerType === 'touch';

/** The channel of the button that an event is about. */
function unitAt({ target }: Event): Unit | null {
  const name = target instanceof Element ? target.closest<HTMLElement>('[data-unit]')?.dataset.unit : undefined;
  if (name === undefined) return null;
  const at = name.lastIndexOf('/');
  return { layer: name.slice(0, at), index: Number(name.slice(at + 1)) };
}

/** Letting go after a long press neither opens the channel nor a menu. */
function followTouches(): () => void {
  let timer = 0;
  const listen = new AbortController();
  const on = (type: string, handler: (event: Event) => void): void => {
    document.addEventListener(type, handler, { capture: true, signal: listen.signal });
  };
  const cancel = (): void => {
    clearTimeout(timer);
  };
  const swallow = (event: Event): void => {
    if (held.value === null || unitAt(event) === null) return;
    event.preventDefault();
    event.stopPropagation();
  };
  on('pointerdown', (event) => {
    isTouched.value = isTouch(event);
    held.value = null;
    const unit = unitAt(event);
    if (unit !== null && isTouch(event)) timer = window.setTimeout(() => (held.value = unit), longPress);
  });
  on('pointermove', (event) => {
    if (!isTouch(event)) isTouched.value = false;
  });
  on('keydown', () => (isTouched.value = false));
  on('pointerup', cancel);
  on('pointercancel', cancel);
  on('contextmenu', swallow);
  on('click', swallow);
  return () => {
    cancel();
    listen.abort();
  };
}

export function KernelPeekPlace() {
  useEffect(followTouches, []);
  const { pointed, opened } = networkView.value;
  const unit = isTouched.value ? held.value : pointed;
  return unit === null || opened !== null ? null : <LazyPart part={peek} props={{ unit }} />;
}
