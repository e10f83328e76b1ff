// SPDX-License-Identifier: MIT
//
// The peak resident memory (RSS) of processes, as Linux tells it; undefined elsewhere.

import { readFileSync, writeFileSync } from 'node:fs';

/** Bytes since the process began, or since its peak was last forgotten. */
export function peakMemory(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}

/** From now on the peak is that of what comes. */
export function forgetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // then the peak is that of the process's whole life
  }
}

/** A peer's `memory` where a process of its own trains. */
export const processMemory = (pid) => ({
  forget: async () => forgetPeak(pid),
  peak: async () => peakMemory(pid),
});

/** The same for the page of a browser with one page, and for the browser's processes of other types (such as 'GPU'): their sum. */
export function browserMemory(browser, otherTypes = []) {
  const pidsByType = async () => {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return ['renderer', ...otherTypes].map((type) =>
      processInfo.filter((each) => each.type === type).map(({ id }) => id),
    );
  };
  return {
    forget: async () => (await pidsByType()).flat().forEach(forgetPeak),
    // A browser keeps an empty renderer in reserve: the page's is the largest.
    peak: async () => {
      const peaks = (await pidsByType()).map((pids) => Math.max(...pids.map((pid) => peakMemory(pid) ?? NaN)));
      const sum = peaks.reduce((total, each) => total + each, 0);
      return Number.isFinite(sum) ? sum : undefined;
    },
  };
}

/** Frees what a page has used and no longer needs, so that the peak that comes is that of training. */
export async function collectGarbage(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
}
