// SPDX-License-Identifier: MIT
//
// The only file that touches Worker. Sends requests, settles their promises by id, hands events on, and watches over the worker's life:
// a crash reports itself, a silent death shows in unanswered pings. After a loss every open request has failed and a fresh worker waits.

import type { CallName, Calls, Message, Request, WorkerEvent } from '../shared/protocol';

/** Pings are counted in ticks, not in time, so that a machine that slept does not look like a dead worker. */
const tickMilliseconds = 1000;
const ticksUntilLost = 6;
/** Opening and loading may hold the worker in one long step on a slow machine. */
const ticksUntilLostWhileBusy = 40;
/** A worker that dies this often without a word is not started again. */
const silentDeaths = 3;

export class WorkerLostError extends Error {
  override readonly name = 'WorkerLostError';
}

interface Pending {
  type: CallName;
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
}

export interface ClientEvents {
  event: (event: WorkerEvent) => void;
  /** `restarted` is false when starting the worker again has proved to be of no use. */
  lost: (reason: string, restarted: boolean) => void;
}

export class Client {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker;
  #nextId = 1;
  #ticksSincePing = 0;
  #pinging = false;
  #silentDeaths = 0;

  constructor(private readonly handlers: ClientEvents) {
    this.#worker = this.#spawn();
    setInterval(() => {
      this.#tick();
    }, tickMilliseconds);
  }

  request<K extends CallName>(
    type: K,
    ask: Calls[K]['ask'],
    transfer: Transferable[] = [],
  ): Promise<Calls[K]['answer']> {
    const id = this.#nextId++;
    return new Promise<Calls[K]['answer']>((resolve, reject) => {
      this.#pending.set(id, { type, resolve, reject });
      const message = { kind: 'request', id, type, ...ask } as Request;
      this.#worker.postMessage(message, transfer);
    });
  }

  /** Gives the worker up and starts another one; every open request fails. */
  restart(reason: string): void {
    const restarted = ++this.#silentDeaths < silentDeaths;
    this.#end(reason, restarted);
    this.handlers.lost(reason, restarted);
  }

  /** Another worker in the place of one that is well; what is to become of its work is the caller's business. */
  replace(): void {
    this.#end('another one takes its place', true);
  }

  #end(reason: string, spawns: boolean): void {
    this.#worker.onmessage = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
    this.#ticksSincePing = 0;
    if (spawns) this.#worker = this.#spawn();
    const orphans = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of orphans) reject(new WorkerLostError(reason));
  }

  #spawn(): Worker {
    const worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name: 'tinycnn' });
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      this.#receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.restart(event.message || 'its program could not be loaded');
    };
    return worker;
  }

  #receive(message: Message): void {
    this.#ticksSincePing = 0;
    this.#silentDeaths = 0;
    if (message.kind === 'event') {
      this.handlers.event(message);
    } else if (message.kind === 'reply') {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.ok) pending?.resolve(message.answer as never);
      else pending?.reject(new Error(message.error));
    }
  }

  #tick(): void {
    const busy = [...this.#pending.values()].some(
      ({ type }) => type === 'open' || type === 'load' || type === 'configure' || type === 'takeOver',
    );
    if (this.#pinging && ++this.#ticksSincePing > (busy ? ticksUntilLostWhileBusy : ticksUntilLost)) {
      this.restart('it stopped answering');
    } else if (!this.#pinging) {
      this.#pinging = true;
      this.request('ping', {})
        .catch(() => undefined)
        .finally(() => (this.#pinging = false));
    }
  }
}
