// SPDX-License-Identifier: MIT
//
// A mirror that serves what a test gives it, as a good mirror does or in one of the ways in which mirrors fail.

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Manner =
  | 'good'
  | 'missing'
  | 'closes half-way'
  | 'stalls half-way'
  | 'truncated'
  | 'other content'
  | 'unreachable'
  /** Closes the first three connections for each file without a byte of it, some before and some after the headers. */
  | 'closes at once'
  /** Closes after half of what was requested, three times for each file; knows ranges. */
  | 'breaks off'
  /** Breaks off once; does not know ranges. */
  | 'breaks off and begins anew'
  /** Breaks off once; what it sends by range is of another file of the same length. */
  | 'breaks off and changes'
  /** Breaks off once; has a shorter file from then on. */
  | 'breaks off and shrinks';

const breakCount = 3;

export class Mirror {
  manner: Manner = 'unreachable';
  /** Names of the files that were asked for, in order. */
  readonly asked: string[] = [];
  /** The ranges among these requests, in order. */
  readonly ranges: string[] = [];
  /** Resolves when the page has so many bytes, over all files; awaited before a connection is broken off. */
  arrival: (bytes: number) => Promise<void> = () => Promise.resolve();
  /** Bytes of the files that were sent to their end. */
  #sent = 0;
  readonly #server: Server;

  private constructor(
    private readonly files: ReadonlyMap<string, Uint8Array>,
    private readonly others: ReadonlyMap<string, Uint8Array>,
  ) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
  }

  /** Serves `files` by name; `others` are what it has in their place where its content is wrong. */
  static async open(files: ReadonlyMap<string, Uint8Array>, others: ReadonlyMap<string, Uint8Array>): Promise<Mirror> {
    const mirror = new Mirror(files, others);
    await new Promise<void>((resolve) => mirror.#server.listen(0, '127.0.0.1', resolve));
    return mirror;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  reset(): void {
    this.manner = 'unreachable';
    this.asked.length = 0;
    this.ranges.length = 0;
    this.arrival = () => Promise.resolve();
    this.#sent = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const name = (request.url ?? '/').slice(1);
    this.asked.push(name);
    response.setHeader('Access-Control-Allow-Origin', '*');
    const bytes = (this.manner === 'other content' ? this.others : this.files).get(name);
    if (this.manner === 'unreachable') request.socket.destroy();
    else if (this.manner === 'missing' || bytes === undefined) response.writeHead(404).end('not here');
    else if (this.manner === 'closes at once') this.#closeFirst(name, bytes, response);
    else if (this.manner.startsWith('breaks off')) this.#sendInParts(name, bytes, request, response);
    else this.#send(bytes, response);
  }

  #timesAsked(name: string): number {
    return this.asked.filter((each) => each === name).length;
  }

  #closeFirst(name: string, bytes: Uint8Array, response: ServerResponse): void {
    const times = this.#timesAsked(name);
    if (times > breakCount) response.end(bytes);
    else if (times % 2 === 0) response.destroy();
    else {
      response.writeHead(200, { 'Content-Length': bytes.length }).flushHeaders();
      response.socket?.end();
    }
  }

  /** Breaks the first requests for each file off. */
  #sendInParts(name: string, whole: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
    const { range } = request.headers;
    if (range !== undefined) this.ranges.push(range);
    const times = this.#timesAsked(name);
    const bytes = this.manner === 'breaks off and shrinks' && times > 1 ? whole.subarray(0, 10) : whole;
    const from =
      this.manner === 'breaks off and begins anew' ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (from >= bytes.length) {
      response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
      return;
    }
    const changed = this.manner === 'breaks off and changes' && from > 0;
    const part = changed ? bytes.slice(from).fill(7) : bytes.subarray(from);
    const size = { 'Content-Length': part.length };
    if (from > 0)
      response.writeHead(206, { ...size, 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
    else response.writeHead(200, size);
    const breaks = this.manner === 'breaks off' ? breakCount : 1;
    if (times > breaks || part.length < 1000) {
      if (!changed) this.#sent += bytes.length;
      response.end(part);
    } else {
      const half = part.subarray(0, part.length / 2);
      response.write(half);
      void this.arrival(this.#sent + from + half.length).finally(() => response.destroy());
    }
  }

  #send(bytes: Uint8Array, response: ServerResponse): void {
    const half = bytes.subarray(0, bytes.length / 2);
    if (this.manner === 'truncated') {
      response.writeHead(200, { 'Content-Length': half.length }).end(half);
      return;
    }
    response.writeHead(200, { 'Content-Length': bytes.length });
    if (this.manner === 'closes half-way') response.write(half, () => response.destroy());
    else if (this.manner === 'stalls half-way') response.write(half);
    else response.end(bytes);
  }
}
