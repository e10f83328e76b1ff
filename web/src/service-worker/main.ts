// SPDX-License-Identifier: MIT
//
// Keeps every file of one version of the page, so that it works without a network, and sends the headers that the host does not, so that
// threads work on any host. A version is kept whole or is not used: the first one once the page has time for it, a later one before it is
// installed. That one waits until the visitor reloads or has closed all pages of the version before.

import { named } from './caches';
import type { ToServiceWorker } from '../shared/service-worker';

declare const self: ServiceWorkerGlobalScope;
/** Written in front of this program by tools/build/service-worker.mjs. Each file's path below the scope, with its SHA-256. */
declare const files: Readonly<Record<string, string>>;
/** Changes with every file, every header and this program. */
declare const version: string;
/** What goes with every answer, where the host does not send it. */
declare const pageHeaders: Readonly<Record<string, string>>;
/** Paths whose content never changes. */
declare const hashedPath: RegExp;

const scope = new URL(self.registration.scope);
const { isOurs, name: ownName } = named(scope, version);
const urlOf = (path: string): string => new URL(path === 'index.html' ? './' : path, scope).href;
/** The last entry of a cache, which says that all others are there. */
const wholeMark = urlOf('whole');

const isHashed = (path: string): boolean => hashedPath.test(`/${path}`);

const wholeCaches = new Map<string, Cache>();

/** The cache of a version, if all of it is kept. */
async function findWhole(name: string): Promise<Cache | null> {
  const known = wholeCaches.get(name);
  if (known !== undefined) return known;
  if (!(await caches.has(name))) return null;
  const cache = await caches.open(name);
  if ((await cache.match(wholeMark)) === undefined) return null;
  wholeCaches.set(name, cache);
  return cache;
}

const otherNames = async (): Promise<string[]> =>
  (await caches.keys()).filter((name) => isOurs(name) && name !== ownName);

/** A file whose name says its content, from what is kept of other versions. */
async function fromOthers(path: string): Promise<Response | undefined> {
  if (!isHashed(path)) return undefined;
  for (const name of await otherNames()) {
    const found = await (await findWhole(name))?.match(urlOf(path));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same answer with the headers that it lacks, and as one that was not redirected, which browsers want of a page. */
function complete(response: Response): Response {
  if (response.type !== 'basic') return response;
  const lacking = Object.entries(pageHeaders).filter(([name]) => !response.headers.has(name));
  if (lacking.length === 0 && !response.redirected) return response;
  const headers = new Headers([...response.headers, ...lacking]);
  for (const ofTheBodyAsSent of ['Content-Encoding', 'Content-Length']) headers.delete(ofTheBodyAsSent);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** From the host, and refused unless it is the very file of this version. */
async function fetchAs(cache: RequestCache, path: string): Promise<Response> {
  const response = await fetch(urlOf(path), { integrity: files[path]!, cache, priority: 'low' });
  if (!response.ok) throw new Error(`${path}: the server answered ${response.status}`);
  return complete(response);
}

/** What the page has loaded lies in the browser's own cache; it may have come wrongly when it was loaded. */
const fetchFile = (path: string): Promise<Response> =>
  isHashed(path) ? fetchAs('default', path).catch(() => fetchAs('reload', path)) : fetchAs('no-cache', path);

/** One file after another, so that a page that trains hardly notices. */
async function keepIn(cache: Cache): Promise<void> {
  for (const path of Object.keys(files)) {
    if ((await cache.match(urlOf(path))) !== undefined) continue;
    await cache.put(urlOf(path), (await fromOthers(path)) ?? (await fetchFile(path)));
  }
  await cache.put(wholeMark, new Response(version));
}

/** Rejects where a file cannot be had; the next call goes on from there. Where there is no room for all, the page's data get what there is. */
async function keepAll(): Promise<void> {
  if ((await findWhole(ownName)) !== null) return;
  try {
    await keepIn(await caches.open(ownName));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'QuotaExceededError') await caches.delete(ownName);
    throw error;
  }
}

let keeping: Promise<void> | null = null;
const keep = (): Promise<void> => (keeping ??= keepAll().finally(() => (keeping = null)));

/** Removes other versions, unless one is about to be used, or another page may be using one than that of this version which asks for it. */
async function removeOthers(asking: string): Promise<void> {
  const { installing, waiting } = self.registration;
  const pages = await self.clients.matchAll({ type: 'window' });
  if (installing !== null || waiting !== null || pages.length !== 1 || pages[0]!.id !== asking) return;
  for (const name of await otherNames()) await caches.delete(name);
}

const isAnyKept = async (): Promise<boolean> => {
  for (const name of await otherNames()) if ((await findWhole(name)) !== null) return true;
  return false;
};

/** The path below the scope of a file that is answered here; null for everything else, such as data. */
function pathOf({ method, url }: Request): string | null {
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== scope.origin || !pathname.startsWith(scope.pathname)) return null;
  const path = pathname.slice(scope.pathname.length) || 'index.html';
  return Object.hasOwn(files, path) || isHashed(path) ? path : null;
}

async function answer(request: Request, path: string): Promise<Response> {
  const kept = (await (await findWhole(ownName))?.match(urlOf(path))) ?? (await fromOthers(path));
  return kept ?? complete(await fetch(request));
}

self.addEventListener('install', (event) => {
  event.waitUntil(isAnyKept().then((kept) => (kept ? keep() : self.skipWaiting())));
});

/** Nothing waits for it: in Firefox a claim ends only once every worker of the page has answered, and threads that rest never do. */
self.addEventListener('activate', () => {
  void self.clients.claim();
});

self.addEventListener('message', (event) => {
  const message = event.data as ToServiceWorker;
  const { id } = event.source as Client;
  if (message === 'takeOver') event.waitUntil(self.skipWaiting());
  else
    event.waitUntil(
      keep()
        .then(() => removeOthers(id))
        .catch(() => undefined),
    ); // the next visit tries again
});

self.addEventListener('fetch', (event) => {
  const path = pathOf(event.request);
  if (path !== null) event.respondWith(answer(event.request, path));
});
