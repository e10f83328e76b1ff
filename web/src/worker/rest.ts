// SPDX-License-Identifier: MIT
//
// The engine comes to the page in two parts (see tools/build/split-engine.mjs): what the first network takes to be shown, trained and asked,
// and the rest. Where the first part calls a function of the rest, it finds a placeholder of this module instead, whose first call brings
// the rest, waiting for it where it has to. `bringRest` does so ahead of time. Each thread has the functions for itself: the engine's
// worker leaves the bytes in the memory that all of them share, as its threads never return to hear of anything.

type Callable = (...args: unknown[]) => unknown;

export interface FirstPart {
  /** Where the rest is. */
  url: string;
  memory: () => WebAssembly.Memory;
  /** Null in the threads of an engine, which find what the engine's worker left for them. */
  malloc: ((bytes: number) => number) | null;
  exports: () => WebAssembly.Exports;
  table: () => WebAssembly.Table;
}

/** Two words of the memory's first kilobyte, which no program uses: where the rest was left, and how long it is. */
const leftAt = 4;
const httpOk = 200;

const unavailable = (reason: string): Error =>
  new Error(
    `A part of the engine that this takes could not be loaded (${reason}). Is the network there? Try it again.`,
  );

/** The second part of one engine. */
class Rest {
  #bytes: Uint8Array<ArrayBuffer> | null = null;
  #coming: Promise<void> | null = null;
  #connected = false;

  constructor(private readonly first: FirstPart) {}

  /** Puts the functions where the first part calls them; waits for them if need be. */
  connect(): void {
    if (this.#connected) return;
    const module = new WebAssembly.Module(this.#bytes ?? this.#left() ?? this.#fetchWaiting());
    new WebAssembly.Instance(module, { primary: this.first.exports() });
    this.#connected = true;
  }

  async bring(): Promise<void> {
    if (this.#bytes !== null) return;
    this.#coming ??= this.#fetch().finally(() => {
      this.#coming = null;
    });
    await this.#coming;
  }

  async #fetch(): Promise<void> {
    const response = await fetch(this.first.url).catch(() => {
      throw unavailable('no answer');
    });
    if (!response.ok) throw unavailable(`status ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (this.#bytes === null) this.#take(bytes);
  }

  #fetchWaiting(): Uint8Array<ArrayBuffer> {
    const request = new XMLHttpRequest();
    request.open('GET', this.first.url, false);
    request.responseType = 'arraybuffer';
    try {
      request.send();
    } catch {
      throw unavailable('no answer');
    }
    if (request.status !== httpOk) throw unavailable(`status ${request.status}`);
    return this.#take(new Uint8Array(request.response as ArrayBuffer));
  }

  /** Keeps the bytes, and leaves them to the engine's threads. */
  #take(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    this.#bytes = bytes;
    const { malloc, memory } = this.first;
    if (malloc === null || memory().buffer instanceof ArrayBuffer) return bytes;
    const at = malloc(bytes.length);
    if (at === 0) return bytes; // each thread will fetch them itself
    new Uint8Array(memory().buffer).set(bytes, at);
    const words = this.#shelf();
    Atomics.store(words, 1, bytes.length);
    Atomics.store(words, 0, at);
    return bytes;
  }

  #left(): Uint8Array<ArrayBuffer> | null {
    if (this.first.malloc !== null) return null;
    const words = this.#shelf();
    const at = Atomics.load(words, 0);
    return at === 0 ? null : new Uint8Array(this.first.memory().buffer).slice(at, at + Atomics.load(words, 1));
  }

  #shelf(): Int32Array {
    return new Int32Array(this.first.memory().buffer, leftAt * Int32Array.BYTES_PER_ELEMENT, 2);
  }
}

const rests: Rest[] = [];

/** What a first part imports from its `placeholder`. */
export function placeholders(first: FirstPart): WebAssembly.ModuleImports {
  const rest = new Rest(first);
  rests.push(rest);
  const placeholder =
    (place: number): Callable =>
    (...args) => {
      rest.connect();
      return (first.table().get(place) as Callable)(...args);
    };
  return new Proxy({}, { get: (_, place) => placeholder(Number(place)) });
}

/** Resolves once the rest of every engine of this worker is there; rejects, and may be called again, where it cannot be had. */
export async function bringRest(): Promise<void> {
  await Promise.all(rests.map((rest) => rest.bring()));
}
