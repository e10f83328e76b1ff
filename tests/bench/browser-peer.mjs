// SPDX-License-Identifier: MIT
//
// TinyCNN in headless Chromium as peers.mjs uses it: a server for the built package and one page whose only work is to pass
// questions to a worker (tinycnn-worker.mjs).

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const kTypes = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' };
const kServed = /^\/(bindings\/dist|tests\/bench)\/[\w.-]+\.(js|mjs|wasm)$/;
const kHeaders = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

async function serve() {
  const server = createServer(async ({ url }, response) => {
    const answer = (status, type, body) => response.writeHead(status, { ...kHeaders, 'Content-Type': type }).end(body);
    if (url === '/') return answer(200, 'text/html', '<!DOCTYPE html><title>TinyCNN beside its peers</title>');
    if (!kServed.test(url)) return answer(404, 'text/plain', 'not found');
    try {
      return answer(
        200,
        kTypes[url.split('.').pop()],
        await readFile(fileURLToPath(new URL(`../..${url}`, import.meta.url))),
      );
    } catch (error) {
      return answer(404, 'text/plain', error.message);
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** In the page: starts the worker and defines `ask`, which resolves with the worker's answer or rejects with its error. */
function startWorker() {
  const worker = new globalThis.Worker('/tests/bench/tinycnn-worker.mjs', { type: 'module' });
  const waiting = new Map();
  let questions = 0;
  worker.onmessage = ({ data: { id, answer, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(answer);
  };
  worker.onerror = ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message ?? 'the worker did not load'));
  };
  globalThis.ask = (question) =>
    new Promise((resolve, reject) => {
      waiting.set(++questions, { resolve, reject });
      worker.postMessage({ ...question, id: questions });
    });
}

/** A peer of peers.mjs: { name, about, prepare(batchSize), measure(batchSize, seconds), close() }. */
export async function openBrowserPeer(executablePath, data) {
  const server = await serve();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const close = async () => {
    await browser.close();
    server.close();
  };
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.evaluate(startWorker);
    const bytes = ['images', 'labels'].map((field) => [field, Buffer.from(data[field]).toString('base64')]);
    await page.evaluate((fields) => {
      const decoded = ([field, text]) => [
        field,
        Uint8Array.from(globalThis.atob(text), (letter) => letter.charCodeAt(0)),
      ];
      globalThis.data = Object.fromEntries(fields.map(decoded));
    }, bytes);
    const about = { chromium: browser.version(), engine: null };
    return {
      name: 'TinyCNN, Chromium',
      about,
      prepare: async (batchSize) => {
        about.engine = await page.evaluate(
          (size) => globalThis.ask({ type: 'prepare', batchSize: size, ...globalThis.data }),
          batchSize,
        );
        return {};
      },
      measure: (batchSize, seconds) =>
        page.evaluate((question) => globalThis.ask(question), {
          type: 'train',
          batchSize,
          seconds,
          count: data.labels.length,
        }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
