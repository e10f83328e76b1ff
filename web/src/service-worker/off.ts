// SPDX-License-Identifier: MIT
//
// Takes the place of the service worker where that is to be switched off: removes what it keeps, and itself. See docs/hosting.md.

import { named } from './caches';

declare const self: ServiceWorkerGlobalScope;

const { isOurs } = named(new URL(self.registration.scope), '');

async function remove(): Promise<void> {
  for (const name of await caches.keys()) if (isOurs(name)) await caches.delete(name);
  await self.registration.unregister();
}

/** Chromium lets a worker wait on whose turn comes in the very moment in which a page loads something through the one before. */
const askAgainMilliseconds = 3000;

self.addEventListener('install', (event) => {
  event.waitUntil(self.skipWaiting());
  setTimeout(() => void self.skipWaiting(), askAgainMilliseconds);
});

// when it still waits, the page offers it as it offers a new version
self.addEventListener('message', (event) => {
  event.waitUntil(self.skipWaiting());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(remove());
});
