// SPDX-License-Identifier: MIT
//
// Code that is loaded when it is wanted: most of what a visitor may want is not what the first look takes. The one place that shows
// loading, a failure and the way to try again.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Signal } from '@preact/signals';
import type { ComponentType } from 'preact';

export class Lazy<T> {
  readonly #value: Signal<T | null> = signal(null);
  readonly #phase = signal<'idle' | 'loading' | 'failed'>('idle');
  #loading: Promise<T> | null = null;

  constructor(private readonly fetch: () => Promise<T>) {}

  /** Null until it has been loaded. */
  get value(): T | null {
    return this.#value.value;
  }

  /** Failed: the last attempt did. */
  get phase(): 'idle' | 'loading' | 'failed' {
    return this.#phase.value;
  }

  /** Rejects with a sentence for the visitor; the next call tries again. */
  load(): Promise<T> {
    this.#loading ??= this.#fetch().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #fetch(): Promise<T> {
    const before = this.#value.peek();
    if (before !== null) return before;
    this.#phase.value = 'loading';
    try {
      return (this.#value.value = await this.fetch());
    } catch (cause) {
      this.#phase.value = 'failed';
      throw new Error(failure, { cause });
    }
  }
}

const failure = 'This part of the page could not be loaded. Check your internet connection and try again.';

export const lazy = <T,>(fetch: () => Promise<T>): Lazy<T> => new Lazy(fetch);

interface Props<P extends object> {
  part: Lazy<ComponentType<P>>;
  /** Of the loaded component. */
  props: P;
  /** When loading begins: as soon as it is drawn, once it is so near to the screen (a CSS length), or when somebody else calls `load`. */
  begins?: 'at once' | 'elsewhere' | { within: string };
  /** The class of the element that keeps its place free until then. */
  place?: string;
}

/** Loads; a failure shows by itself. */
const begin = (part: Lazy<unknown>): void => void part.load().catch(() => undefined);

/** What stands in the place of a part that is not there yet. */
function Progress({ part }: { part: Lazy<unknown> }) {
  if (part.phase === 'idle') return null;
  return (
    <p class="quiet" role="status">
      {part.phase === 'loading' ? (
        'Loading …'
      ) : (
        <>
          {failure}{' '}
          <button
            type="button"
            class="more"
            onClick={() => {
              begin(part);
            }}
          >
            Try again
          </button>
        </>
      )}
    </p>
  );
}

export function LazyPart<P extends object>({ part, props, begins = 'at once', place = '' }: Props<P>) {
  const element = useRef<HTMLDivElement>(null);
  const Loaded = part.value;
  const rootMargin = typeof begins === 'object' ? begins.within : null;
  useEffect(() => {
    if (part.value !== null || begins === 'elsewhere') return;
    if (rootMargin === null) {
      begin(part);
      return;
    }
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        begin(part);
      },
      { rootMargin },
    );
    observer.observe(element.current!);
    return () => {
      observer.disconnect();
    };
  }, [part]);
  if (Loaded !== null) return <Loaded {...props} />;
  return (
    <div ref={element} class={place}>
      <Progress part={part} />
    </div>
  );
}
