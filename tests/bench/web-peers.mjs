// SPDX-License-Identifier: MIT
//
// Libraries from npm that train in the browser, each in a page of its own of one Chromium; tests/bench/peers holds them.

import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { servePackage } from '../support/package-server.mjs';
import { reasonOf } from './options.mjs';

const { dependencies } = JSON.parse(readFileSync(new URL('./peers/package.json', import.meta.url), 'utf8'));

const allPeers = [
  { name: 'jax-js, wasm', npmPackage: `jax-js ${dependencies['@jax-js/jax']}`, script: 'jax-peer.mjs', options: {} },
  ...['cpu', 'webgl', 'wasm'].map((backend) => ({
    name: `TensorFlow.js, ${backend}`,
    npmPackage: `TensorFlow.js ${dependencies['@tensorflow/tfjs']}`,
    script: 'tfjs-peer.mjs',
    options: { backend },
  })),
];

/** In the page: opens the peer and keeps it. */
async function openInPage({ script, options, images, labels }) {
  const decode = (text) => Uint8Array.from(globalThis.atob(text), (letter) => letter.charCodeAt(0));
  const { open } = await import(`/tests/bench/peers/${script}`);
  globalThis.peer = await open({ images: decode(images), labels: decode(labels) }, options);
}

async function openPeer(browser, url, data, { name, npmPackage, script, options }) {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(url);
  await page.evaluate(openInPage, { script, options, ...data });
  const strip = ({ key, spec, batchSize, optimizer }) => ({ key, spec, batchSize, optimizer });
  return {
    name,
    about: { npmPackage },
    model: 'tinycnn',
    prepare: (subject) => page.evaluate((each) => globalThis.peer.prepare(each), strip(subject)),
    train: ({ key }, seconds) => page.evaluate(([each, time]) => globalThis.peer.train(each, time), [{ key }, seconds]),
    close: () => page.close(),
  };
}

/** Those that can be opened; the others are added to `skipped` with the reason. */
export async function openWebPeers({ images, labels }, executablePath, skipped) {
  const server = await servePackage();
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const browser = await chromium.launch({ executablePath, args });
  const encode = (bytes) => Buffer.from(bytes).toString('base64');
  const data = { images: encode(images), labels: encode(labels) };
  const peers = [];
  for (const each of allPeers) {
    try {
      peers.push(await openPeer(browser, server.url, data, each));
    } catch (error) {
      skipped.push({ name: each.name, reason: reasonOf(error) });
    }
  }
  const close = async () => {
    await browser.close();
    server.close();
  };
  if (peers.length === 0) await close();
  return peers.map((peer, i) => (i === peers.length - 1 ? { ...peer, close } : peer));
}
