// SPDX-License-Identifier: MIT
//
// When a download asks again and when it gives up, without a server and without waiting.

import { backoff, download } from '../../web/src/worker/data/download';
import { describe, test } from 'node:test';
import { expect } from '@playwright/test';

const url = new URL('https://mirror.example/file.gz');
const noReport = (): void => undefined;

/** What a connection does: bytes that arrive before it breaks, of `total`; null: it cannot be opened. */
type Connection = { bytes: number; total: number } | null;

function answer({ bytes, total }: { bytes: number; total: number }, from: number): Response {
  let isSent = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (isSent || bytes === 0) controller.error(new TypeError('network error'));
      else controller.enqueue(new Uint8Array(bytes).fill(1));
      isSent = true;
      if (from + bytes === total) controller.close();
    },
  });
  return new Response(body, { status: from > 0 ? 206 : 200, headers: { 'content-length': String(total - from) } });
}

/** Downloads over these connections, one after another; the last one is the same for ever. */
async function over(connections: readonly Connection[], { onLine = true } = {}) {
  const pauses: number[] = [];
  const asked: number[] = [];
  const scope = globalThis as unknown as Record<string, unknown>;
  const { fetch, location } = scope;
  Object.defineProperty(globalThis, 'navigator', { value: { onLine }, configurable: true });
  scope.location = { origin: 'https://page.example' };
  scope.fetch = (_: URL, { headers }: { headers: { Range?: string } }) => {
    const from = Number(/\d+/.exec(headers.Range ?? '0')![0]);
    const connection = connections[Math.min(asked.length, connections.length - 1)];
    asked.push(from);
    return connection ? Promise.resolve(answer(connection, from)) : Promise.reject(new TypeError('failed'));
  };
  const pause = (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
    return Promise.resolve();
  };
  try {
    const { bytes } = await download(url, noReport, { pause });
    return { received: bytes.length, asked, pauses, error: null };
  } catch (error) {
    return { received: 0, asked, pauses, error: (error as Error).message };
  } finally {
    Object.assign(scope, { fetch, location });
  }
}

describe('a download', () => {
  test('is tried three more times while nothing arrives', async () => {
    const { received, asked, pauses } = await over([null, { bytes: 0, total: 10 }, null, { bytes: 10, total: 10 }]);
    expect({ received, asked, pauses: pauses.length }).toEqual({ received: 10, asked: [0, 0, 0, 0], pauses: 3 });
  });

  test('is given up when the third retry brings nothing either', async () => {
    const { error, asked } = await over([null]);
    expect(asked).toHaveLength(4);
    expect(error).toBe('it could not be reached');
  });

  test('counts anew after each connection that brings something, and asks only for what is missing', async () => {
    const part = { bytes: 2, total: 10 };
    const { received, asked } = await over([part, null, null, null, part, null, null, null, { bytes: 6, total: 10 }]);
    expect(received).toBe(10);
    expect(asked).toEqual([0, 2, 2, 2, 2, 4, 4, 4, 4]);
  });

  test('is given up after twenty connections, however little each brings', async () => {
    const { error, asked } = await over([{ bytes: 1, total: 1000 }]);
    expect(asked).toHaveLength(20);
    expect(error).toBe('the connection closed before the end of the file');
  });

  test('is not tried again where the device is offline', async () => {
    expect((await over([null], { onLine: false })).asked).toHaveLength(1);
  });

  test('waits twice as long before each retry, by half more or less', () => {
    expect([1, 2, 3].map((count) => backoff(count, 0.5))).toEqual([250, 500, 1000]);
    expect([backoff(1, 0), backoff(1, 1)]).toEqual([125, 375]);
  });
});
