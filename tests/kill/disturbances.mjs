// SPDX-License-Identifier: MIT
// What befalls a page that trains: each is done to a page, or to its browser, and leaves whoever calls to open the page again. They are
// chosen and timed by numbers of a seed.

const engineWorker = (page) =>
  page
    .workers()
    .filter((worker) => worker.url().includes('/assets/main-'))
    .at(-1);

/** In the page, or in any page of its origin. */
const rewriteAsFirstSchema = () =>
  new Promise((resolve) => {
    const request = globalThis.indexedDB.open('tinycnn-runs');
    request.onupgradeneeded = () => request.transaction.abort(); // there is none
    request.onerror = () => resolve(0);
    request.onsuccess = () => {
      const transaction = request.result.transaction('runs', 'readwrite');
      let count = 0;
      transaction.oncomplete = () => {
        request.result.close();
        resolve(count);
      };
      transaction.objectStore('runs').openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (cursor === null) return;
        const key = String(cursor.key);
        if (key.startsWith('run/')) {
          const record = { ...cursor.value, schema: 1 };
          for (const name of ['aim', 'network', 'moments', 'checkpoints']) delete record[name];
          cursor.update(record);
          ++count;
        } else if (!key.startsWith('weights/')) cursor.delete();
        cursor.continue();
      };
    };
  });

/** Each: { name, strike({ browser, page, origin }) }, and whether the browser, and so the page, is gone afterwards. */
export const disturbances = [
  {
    name: 'tab loaded anew',
    strike: ({ page }) => page.evaluate(() => void setTimeout(() => globalThis.location.reload())),
  },
  { name: 'tab closed', strike: ({ page }) => page.close({ runBeforeUnload: false }) },
  {
    name: 'worker ended',
    strike: ({ page }) => engineWorker(page)?.evaluate(() => void setTimeout(() => globalThis.close())),
  },
  {
    name: 'worker crashed',
    strike: ({ page }) =>
      engineWorker(page)?.evaluate(
        () =>
          void setTimeout(() => {
            throw new Error('the test breaks the worker');
          }),
      ),
  },
  { name: 'browser killed', strike: ({ browser }) => browser.kill() },
  {
    name: 'storage emptied',
    strike: async ({ page, origin }) => {
      const session = await page.context().newCDPSession(page);
      await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
      await page.close();
    },
  },
  {
    name: 'storage full, then killed',
    strike: async ({ browser, page, origin, pause }) => {
      const session = await page.context().newCDPSession(page);
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
      await pause();
      await browser.kill();
    },
  },
  {
    name: 'writing cut off, then closed',
    strike: async ({ page, pause }) => {
      await page.evaluate(() => {
        const { prototype } = globalThis.IDBDatabase;
        const { transaction } = prototype;
        prototype.transaction = function (...given) {
          const made = transaction.apply(this, given);
          if (made.mode === 'readwrite') setTimeout(() => made.abort());
          return made;
        };
      });
      await pause();
      await page.close();
    },
  },
  {
    name: 'kept by an older page',
    strike: async ({ page, sameOrigin }) => {
      await page.goto(sameOrigin);
      await page.evaluate(rewriteAsFirstSchema);
    },
  },
];
