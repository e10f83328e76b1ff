// SPDX-License-Identifier: MIT
//
// Libraries from npm that train in the browser, each in a browser of its own, so that its memory can be told; tests/bench/peers holds
// them.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { chromium } from '@playwright/test';
import { servePackage } from '../support/package-server.mjs';
import { reasonOf } from './options.mjs';
import { browserMemory, collectGarbage } from './peak-memory.mjs';
import { jax, jaxThreads } from './peer-names.mjs';

const { dependencies } = JSON.parse(readFileSync(new URL('./peers/package.json', import.meta.url), 'utf8'));

const jaxPeer = (name, threads) => ({
  ...{ name, npmPackage: `jax-js ${dependencies['@jax-js/jax']}`, script: 'jax-peer.mjs', options: { threads } },
});

const tensorFlowPeer = (backend, otherProcesses) => ({
  ...{ name: `TensorFlow.js, ${backend}`, npmPackage: `TensorFlow.js ${dependencies['@tensorflow/tfjs']}` },
  ...{ script: 'tfjs-peer.mjs', options: { backend }, otherProcesses },
});

/** The only one that they train here. */
export const webModel = 'tinycnn';

const cores = availableParallelism();

const allPeers = [
  jaxPeer(jax, 1),
  ...(cores > 1 ? [jaxPeer(jaxThreads, cores)] : []),
  tensorFlowPeer('cpu'),
  tensorFlowPeer('webgl', ['GPU']),
  tensorFlowPeer('wasm'),
];

/** In the page: opens the peer and keeps it; resolves with what it says about itself. */
async function openInPage({ script, options, images, labels }) {
  const decode = (text) => Uint8Array.from(globalThis.atob(text), (letter) => letter.charCodeAt(0));
  const { open } = await import(`/tests/bench/peers/${script}`);
  globalThis.peer = await open({ images: decode(images), labels: decode(labels) }, options);
  return globalThis.peer.about;
}

async function openPeer(executablePath, url, data, { name, npmPackage, script, options, otherProcesses }) {
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(url);
    const about = await page.evaluate(openInPage, { script, options, ...data });
    await collectGarbage(page);
    const strip = ({ key, spec, batchSize, optimizer }) => ({ key, spec, batchSize, optimizer });
    return {
      name,
      about: { npmPackage, ...about },
      model: webModel,
      prepare: (subject) => page.evaluate((each) => globalThis.peer.prepare(each), strip(subject)),
      train: ({ key }, seconds) =>
        page.evaluate(([each, time]) => globalThis.peer.train(each, time), [{ key }, seconds]),
      memory: browserMemory(browser, otherProcesses),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Those that can be opened; the others are added to `skipped` with the reason. */
export async function openWebPeers({ images, labels }, executablePath, skipped) {
  const server = await servePackage();
  const encode = (bytes) => Buffer.from(bytes).toString('base64');
  const data = { images: encode(images), labels: encode(labels) };
  const peers = [];
  for (const each of allPeers) {
    try {
      peers.push(await openPeer(executablePath, server.url, data, each));
    } catch (error) {
      skipped.push({ name: each.name, reason: reasonOf(error) });
    }
  }
  if (peers.length === 0) server.close();
  const closeLast = async (peer) => {
    await peer.close();
    server.close();
  };
  return peers.map((peer, i) => (i === peers.length - 1 ? { ...peer, close: () => closeLast(peer) } : peer));
}
