// SPDX-License-Identifier: MIT
//
// A worker beside the one that trains, with an engine of its own: begun with the first request, and ended when what it does is not wanted any
// more, which it may be at any moment.

import type { SideCalls, SideReply } from '../shared/side-calls';

/** What was asked for is not wanted any more. */
export class EndedError extends Error {
  override readonly name = 'EndedError';
}

interface Pending {
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
  report: (soFar: never) => void;
}

export class SideWorker<Calls extends SideCalls<Calls>> {
  #worker: Worker | null = null;
  #pending = new Map<number, Pending>();
  #requests = 0;

  /** `lost`: what to say where it cannot be loaded, as a sentence; `errorOf`: of a failure, by the name of its error. */
  constructor(
    private readonly make: () => Worker,
    private readonly lost: string,
    private readonly errorOf: (text: string, name: string) => Error = (text) => new Error(text),
  ) {}

  /** Whether it has what it was given; a new one begins with nothing. */
  get isBegun(): boolean {
    return this.#worker !== null;
  }

  get isBusy(): boolean {
    return this.#pending.size > 0;
  }

  /** Nothing of what was asked for is wanted any more; all memory is given back. */
  end(error: Error = new EndedError()): void {
    this.#worker?.terminate();
    this.#worker = null;
    const open = [...this.#pending.values()];
    this.#pending = new Map();
    for (const { reject } of open) reject(error);
  }

  /** `report` is told what is known before the answer. */
  request<K extends keyof Calls>(
    type: K,
    asked: Calls[K]['ask'],
    report: Pending['report'] = () => undefined,
  ): Promise<Calls[K]['answer']> {
    const worker = (this.#worker ??= this.#begin());
    const id = ++this.#requests;
    return new Promise<Calls[K]['answer']>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, report });
      worker.postMessage({ id, type, ...asked });
    });
  }

  #begin(): Worker {
    const begun = this.make();
    begun.onmessage = ({ data }: MessageEvent<SideReply>) => {
      this.#settle(data);
    };
    begun.onerror = (event) => {
      event.preventDefault();
      if (begun === this.#worker) this.end(new Error(event.message || this.lost));
    };
    return begun;
  }

  #settle(reply: SideReply): void {
    const waiting = this.#pending.get(reply.id);
    if (waiting === undefined) return;
    if ('soFar' in reply) {
      waiting.report(reply.soFar as never);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.ok) waiting.resolve(reply.answer as never);
    else waiting.reject(this.errorOf(reply.error, reply.name));
  }
}
