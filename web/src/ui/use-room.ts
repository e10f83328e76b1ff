// SPDX-License-Identifier: MIT
//
// How wide an element is, in whole CSS pixels, as a signal.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';

/** 0 before the first look. */
export function useRoom(element: RefObject<HTMLElement | null>): ReadonlySignal<number> {
  const room = useSignal(0);
  useEffect(() => {
    const look = (): void => {
      room.value = Math.floor(element.current?.clientWidth ?? room.peek());
    };
    const observer = new ResizeObserver(look);
    observer.observe(element.current!);
    look();
    return () => {
      observer.disconnect();
    };
  }, []);
  return room;
}
