// SPDX-License-Identifier: MIT
//
// Several tabs: each run that is kept belongs to the tab that holds its lock, and to nobody else. Which run this tab had survives a reload.

const lockName = (id: string): string => `tinycnn-run-${id}`;
const tabKey = 'tinycnn-run';
/** A tab that is loaded anew may ask before its lock, held by the page that it was, is free. */
const patience = 3000;

/** Until it is called another tab cannot have the run. */
export type Release = () => void;

/** Null where another tab has the run, or the browser has no Web Locks. */
export function own(id: string, { waits = false } = {}): Promise<Release | null> {
  const { locks } = navigator as Partial<Navigator>; // in secure contexts only
  if (locks === undefined) return Promise.resolve(null);
  const options = waits ? { signal: AbortSignal.timeout(patience) } : { ifAvailable: true };
  return new Promise((resolve) => {
    const ended = locks.request(lockName(id), options, (lock) =>
      lock === null
        ? undefined
        : new Promise<void>((release) => {
            resolve(release);
          }),
    );
    const isOver = (): void => {
      resolve(null);
    };
    ended.then(isOver, isOver);
  });
}

/** The ids of runs that some tab has. */
export async function owned(): Promise<ReadonlySet<string>> {
  const { locks } = navigator as Partial<Navigator>;
  const { held = [] } = (await locks?.query()) ?? {};
  const prefix = lockName('');
  return new Set(held.flatMap(({ name = '' }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}

/** The run that this tab had when it was loaded last; '' where it had one of which nothing was kept; null in a new tab. */
export const runOfTab = (): string | null => sessionStorage.getItem(tabKey);

export function rememberRunOfTab(id: string): void {
  try {
    sessionStorage.setItem(tabKey, id);
  } catch {
    // storage is refused
  }
}
