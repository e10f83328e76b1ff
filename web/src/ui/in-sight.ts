// SPDX-License-Identifier: MIT
//
// Whether a panel is on the screen: what only it needs is worked out only then.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';

/** `ref` goes to the panel; a tab in the background shows none. */
export function useInSight<T extends HTMLElement>(): { ref: RefObject<T | null>; inSight: ReadonlySignal<boolean> } {
  const ref = useRef<T>(null);
  const { current: inSight } = useRef(signal(false));
  useEffect(() => {
    let intersects = false;
    const look = (): void => {
      inSight.value = intersects && document.visibilityState === 'visible';
    };
    const observer = new IntersectionObserver((entries) => {
      intersects = entries.at(-1)!.isIntersecting;
      look();
    });
    observer.observe(ref.current!);
    document.addEventListener('visibilitychange', look);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return { ref, inSight };
}
