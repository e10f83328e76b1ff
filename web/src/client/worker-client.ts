// SPDX-License-Identifier: MIT
//
// The only file that touches Worker. Sends requests, settles their promises by id, hands events on, and watches over the worker's life:
// a crash reports itself, a silent death frees the lock that the worker holds, and one that hangs leaves pings unanswered. After a loss
// every open request has failed and a fresh worker waits, until too many have died one soon after another.

import type { CallName, Calls, Message, Request, WorkerEvent } from '../shared/protocol';

/** Pings are counted in ticks, not in time, so that a machine that slept does not look like a dead worker. */
const tickMilliseconds = 1000;
const ticksUntilLost = 6;
/** Opening and loading may hold the worker in one long step on a slow machine. */
const ticksUntilLostWhileBusy = 40;
/** After so many deaths, each soon after the one before, it is not started again. */
const maxDeaths = 3;
const ticksUntilWell = 30;

export class WorkerLostError extends Error {
  override readonly name = 'WorkerLostError';
}

interface Pending {
  type: CallName;
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
}

export interface Loss {
  reason: string;
  /** How many have died one soon after another. */
  deaths: number;
  /** False once starting the worker again has proved to be of no use. */
  restarted: boolean;
}

export interface ClientEvents {
  event: (event: WorkerEvent) => void;
  lost: (loss: Loss) => void;
}

let workers = 0;

/** Of this page's own, as all pages of a site share their locks. */
const newLockName = (): string => `tinycnn-worker-${performance.timeOrigin}-${Math.random()}-${++workers}`;

export class Client {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker;
  #nextId = 1;
  #ticksSincePing = 0;
  #pinging = false;
  #ticksAlive = 0;
  #deaths = 0;
  #isGivenUp = false;

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
    if (this.#isGivenUp) return Promise.reject(new WorkerLostError('it has ended'));
    const id = this.#nextId++;
    return new Promise<Calls[K]['answer']>((resolve, reject) => {
      this.#pending.set(id, { type, resolve, reject });
      const message = { kind: 'request', id, type, ...ask } as Request;
      this.#worker.postMessage(message, transfer);
    });
  }

  /** Ends the worker, which is of no use any more, and starts another one; every open request fails. */
  restart(reason: string): void {
    if (this.#isGivenUp) return;
    this.#deaths = this.#ticksAlive < ticksUntilWell ? this.#deaths + 1 : 1;
    this.#isGivenUp = this.#deaths >= maxDeaths;
    this.#end(reason);
    this.handlers.lost({ reason, deaths: this.#deaths, restarted: !this.#isGivenUp });
  }

  /** Another worker in the place of one that is well, or was given up; what is to become of its work is the caller's business. */
  replace(): void {
    if (this.#isGivenUp) this.#deaths = 0;
    this.#isGivenUp = false;
    this.#end('another one takes its place');
  }

  #end(reason: string): void {
    this.#worker.onmessage = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
    this.#ticksSincePing = 0;
    if (!this.#isGivenUp) this.#worker = this.#spawn();
    const orphans = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of orphans) reject(new WorkerLostError(reason));
  }

  #spawn(): Worker {
    const name = newLockName();
    this.#ticksAlive = 0;
    const worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name });
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'event' && data.type === 'locked') this.#awaitDeath(worker, name);
      else this.#receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.restart(event.message || 'its program could not be loaded');
    };
    return worker;
  }

  /** The lock that a worker holds is free as soon as it is gone. */
  #awaitDeath(worker: Worker, lock: string): void {
    const gone = navigator.locks.request(lock, () => {
      if (worker === this.#worker) this.restart('it ended');
    });
    gone.catch(() => undefined); // the page itself is going
  }

  #receive(message: Message): void {
    this.#ticksSincePing = 0;
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
    if (this.#isGivenUp) return;
    ++this.#ticksAlive;
    const busy = [...this.#pending.values()].some(
      ({ type }) => type === 'open' || type === 'load' || type === 'configure' || type === 'adoptRun',
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
