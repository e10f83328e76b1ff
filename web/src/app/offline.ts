// SPDX-License-Identifier: MIT
//
// The page and its service worker: when its files are kept, when a new version is offered, and, on a host that does not isolate the page,
// the one reload after which the worker does. Where there are no service workers or none is allowed, the page works as it is.

import { forgetVisit } from '../client/first-visit';
import { isOwnWork } from '../client/run';
import { run, tempo } from '../state/store';
import { when } from '../state/when';
import type { ToServiceWorker } from '../shared/service-worker';

const workers = (): ServiceWorkerContainer | null => ('serviceWorker' in navigator ? navigator.serviceWorker : null);
/** The one that the page came through, whose version it is. */
const ownWorker = workers()?.controller ?? null;

const tell = (worker: ServiceWorker | null, message: ToServiceWorker): void => worker?.postMessage(message);

async function register(): Promise<ServiceWorkerRegistration | null> {
  try {
    const address = new URL('service-worker.js', document.baseURI);
    // undefined from tools that block service workers
    const registration = await workers()?.register(address, { updateViaCache: 'none' });
    return registration ?? null;
  } catch {
    return null; // none is served, or the browser allows none
  }
}

const reloadedKey = 'tinycnn-reloaded';

/** Whether this tab has not been reloaded for this before. A browser that cannot remember that is not asked to. */
function mayReload(): boolean {
  try {
    if (sessionStorage.getItem(reloadedKey) !== null) return false;
    sessionStorage.setItem(reloadedKey, 'yes');
    return true;
  } catch {
    return false;
  }
}

/** Whether there is nothing on the page yet that a reload would take away. */
function isUntouched(): boolean {
  const { phase, step } = run.peek();
  const { hasBeenActive } = (navigator.userActivation as UserActivation | undefined) ?? { hasBeenActive: true };
  return phase === 'idle' && step === 0 && !isOwnWork() && !hasBeenActive;
}

/** On a host that does not send the headers for it: has the page isolated, by one reload, if that takes nothing away; else from the next
 * visit on. */
export async function isolate(): Promise<void> {
  if (ownWorker !== null) return; // it came through the worker, so that another reload is of no use
  const claimed = new Promise((resolve) => workers()?.addEventListener('controllerchange', resolve, { once: true }));
  if ((await register()) === null) return;
  await claimed;
  if (!isUntouched() || !mayReload()) return;
  forgetVisit();
  location.reload();
}

const idle = (): Promise<unknown> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(resolve, { timeout: 5000 });
    else setTimeout(resolve, 1000); // Safari
  });

const hour = 3_600_000;

/** Pages stay open for days: asks for a new version when one is looked at again, at most once an hour. */
function lookForUpdates(registration: ServiceWorkerRegistration): void {
  let last = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - last < hour) return;
    last = Date.now();
    registration.update().catch(() => undefined); // without a network there is none
  });
}

/** Longer than a worker takes that does take over. Another reload offers it again. */
const takingOverMilliseconds = 5000;

/** Offers a version that waits, or that another page has let take over. */
function offerUpdates(registration: ServiceWorkerRegistration, container: ServiceWorkerContainer): void {
  const offer = async (): Promise<void> => {
    const { offerUpdate } = await import('./update-offer');
    offerUpdate(() => {
      let isReloading = false; // once: the visitor may be asked whether to leave, and stay
      const reload = (): void => {
        if (!isReloading) location.reload();
        isReloading = true;
      };
      const { waiting } = registration;
      container.addEventListener('controllerchange', reload);
      tell(waiting, 'takeOver');
      setTimeout(reload, waiting === null ? 0 : takingOverMilliseconds);
    });
  };
  const offerWaiting = (): void => {
    // the first version of all waits for a moment too
    if (registration.waiting !== null && container.controller !== null) void offer();
  };
  const follow = (): void => {
    registration.installing?.addEventListener('statechange', offerWaiting);
  };
  offerWaiting();
  follow();
  registration.addEventListener('updatefound', follow);
  let before = container.controller;
  container.addEventListener('controllerchange', () => {
    if (before !== null) void offer();
    before = container.controller;
  });
}

/** Has the page's files kept, so that it works without a network from then on: once the show is over and there is a moment for it. */
export async function keepOffline(): Promise<void> {
  await when(() => tempo.value !== 'show' || run.value.phase !== 'training');
  await idle();
  const container = workers();
  const registration = await register();
  if (container === null || registration === null) return;
  offerUpdates(registration, container);
  lookForUpdates(registration);
  tell(ownWorker ?? (await container.ready).active, 'keep');
}
