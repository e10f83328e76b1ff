// SPDX-License-Identifier: MIT
//
// TinyCNN in headless Chromium as peers.mjs uses it: one page whose only work is to pass questions to a worker
// (tinycnn-worker.mjs), which trains with the built package.

import { chromium } from '@playwright/test';
import { servePackage } from '../support/package-server.mjs';

/** In the page: starts the worker and defines `ask`, which resolves with the worker's answer or rejects with its error. */
function startWorker() {
  const worker = new globalThis.Worker('/tests/bench/tinycnn-worker.mjs', { type: 'module' });
  const waiting = new Map();
  let failure = null;
  let questions = 0;
  worker.onmessage = ({ data: { id, answer, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(answer);
  };
  worker.onerror = ({ message }) => {
    failure = new Error(message ?? "the worker's modules did not load");
    for (const { reject } of waiting.values()) reject(failure);
  };
  globalThis.ask = (question) =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure);
      waiting.set(++questions, { resolve, reject });
      return worker.postMessage({ ...question, id: questions });
    });
}

/** A peer of peers.mjs: { name, about, prepare(batchSize), measure(batchSize, seconds), close() }. */
export async function openBrowserPeer(executablePath, data) {
  const server = await servePackage();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const close = async () => {
    await browser.close();
    server.close();
  };
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
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
