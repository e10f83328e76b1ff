// SPDX-License-Identifier: MIT
//
// Parts of the page that are loaded when somebody comes to them: most of what a visitor may want is not what the first look takes.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentType } from 'preact';

/** The component that `load` brings, from the moment that its place comes onto the screen. `place` is the class of the element
 * that keeps its place free until then. */
export function whenNear<P extends object>(load: () => Promise<ComponentType<P>>, place: string): ComponentType<P> {
  const loaded = signal<ComponentType<P> | null>(null);
  const failed = signal(false);

  async function begin(): Promise<void> {
    failed.value = false;
    try {
      loaded.value ??= await load();
    } catch {
      failed.value = true;
    }
  }

  function Place() {
    const element = useRef<HTMLDivElement>(null);
    useEffect(() => {
      const observer = new IntersectionObserver((entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        void begin();
      });
      observer.observe(element.current!);
      return () => {
        observer.disconnect();
      };
    }, []);
    return (
      <div ref={element} class={place}>
        {failed.value && (
          <p class="quiet" role="status">
            This part of the page could not be loaded; check the connection.{' '}
            <button type="button" class="more" onClick={() => void begin()}>
              Try again
            </button>
          </p>
        )}
      </div>
    );
  }

  return function WhenNear(props: P) {
    const Loaded = loaded.value;
    return Loaded === null ? <Place /> : <Loaded {...props} />;
  };
}
