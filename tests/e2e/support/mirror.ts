// SPDX-License-Identifier: MIT
//
// A mirror that serves what a test gives it, as a good mirror does or in one of the ways in which mirrors fail.

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Manner =
  'good' | 'missing' | 'closes half-way' | 'stalls half-way' | 'truncated' | 'other content' | 'unreachable';

export class Mirror {
  manner: Manner = 'unreachable';
  /** Names of the files that were asked for, in order. */
  readonly asked: string[] = [];
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
    else this.#send(bytes, response);
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
