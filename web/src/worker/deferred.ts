// SPDX-License-Identifier: MIT
//
// The page loads the engine in two parts (see tools/build/split-engine.mjs): the primary module holds what the first network needs to be
// shown, trained and asked; the deferred module holds everything else. Where the primary module calls a deferred function, it finds a
// placeholder of this file instead, whose first call loads the deferred module, with a blocking request if need be. `loadDeferred` loads
// it ahead of time: whatever may not fail half-way awaits it. Each thread instantiates the deferred module for itself: the engine's worker
// leaves its bytes in the memory that all of them share, because threads do not return to their event loop to receive messages.

type Callable = (...args: unknown[]) => unknown;

export interface Primary {
  /** Where the deferred module is. */
  url: string;
  memory: () => WebAssembly.Memory;
  /** Null in the threads of an engine, which find what the engine's worker left for them. */
  malloc: ((bytes: number) => number) | null;
  exports: () => WebAssembly.Exports;
  table: () => WebAssembly.Table;
}

/** Two words of the memory's first kilobyte, which no program uses: where the deferred module was left, and its length. */
const leftAt = 4;
const httpOk = 200;

const unavailable = (reason: string): Error =>
  new Error(
    `A part of the engine that is needed for this could not be loaded (${reason}). Check your internet connection, then try again.`,
  );

/** The deferred module of one engine. */
class Deferred {
  #bytes: Uint8Array<ArrayBuffer> | null = null;
  #loading: Promise<void> | null = null;
  #connected = false;

  constructor(private readonly primary: Primary) {}

  /** Puts the functions into the table, where the primary module calls them; loads them first if need be. */
  connect(): void {
    if (this.#connected) return;
    const module = new WebAssembly.Module(this.#bytes ?? this.#left() ?? this.#fetchWaiting());
    new WebAssembly.Instance(module, { primary: this.primary.exports() });
    this.#connected = true;
  }

  async load(): Promise<void> {
    if (this.#bytes !== null) return;
    this.#loading ??= this.#fetch().finally(() => {
      this.#loading = null;
    });
    await this.#loading;
  }

  async #fetch(): Promise<void> {
    const response = await fetch(this.primary.url).catch(() => {
      throw unavailable('no answer');
    });
    if (!response.ok) throw unavailable(`status ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (this.#bytes === null) this.#keep(bytes);
  }

  #fetchWaiting(): Uint8Array<ArrayBuffer> {
    const request = new XMLHttpRequest();
    request.open('GET', this.primary.url, false);
    request.responseType = 'arraybuffer';
    try {
      request.send();
    } catch {
      throw unavailable('no answer');
    }
    if (request.status !== httpOk) throw unavailable(`status ${request.status}`);
    return this.#keep(new Uint8Array(request.response as ArrayBuffer));
  }

  /** Keeps the bytes, and leaves them to the engine's threads. */
  #keep(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    this.#bytes = bytes;
    const { malloc, memory } = this.primary;
    if (malloc === null || memory().buffer instanceof ArrayBuffer) return bytes;
    const at = malloc(bytes.length);
    if (at === 0) return bytes; // each thread will fetch them itself
    new Uint8Array(memory().buffer).set(bytes, at);
    const words = this.#sharedWords();
    Atomics.store(words, 1, bytes.length);
    Atomics.store(words, 0, at);
    return bytes;
  }

  #left(): Uint8Array<ArrayBuffer> | null {
    if (this.primary.malloc !== null) return null;
    const words = this.#sharedWords();
    const at = Atomics.load(words, 0);
    return at === 0 ? null : new Uint8Array(this.primary.memory().buffer).slice(at, at + Atomics.load(words, 1));
  }

  #sharedWords(): Int32Array {
    return new Int32Array(this.primary.memory().buffer, leftAt * Int32Array.BYTES_PER_ELEMENT, 2);
  }
}

const modules: Deferred[] = [];

/** The imports of a primary module from the namespace `placeholder`. */
export function placeholders(primary: Primary): WebAssembly.ModuleImports {
  const deferred = new Deferred(primary);
  modules.push(deferred);
  const placeholder =
    (place: number): Callable =>
    (...args) => {
      deferred.connect();
      return (primary.table().get(place) as Callable)(...args);
    };
  return new Proxy({}, { get: (_, place) => placeholder(Number(place)) });
}

/** Resolves once the deferred module of every engine of this worker is loaded; rejects, and may be called again, where it cannot be. */
export async function loadDeferred(): Promise<void> {
  await Promise.all(modules.map((module) => module.load()));
}
