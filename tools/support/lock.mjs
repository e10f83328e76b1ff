// SPDX-License-Identifier: MIT
// One set-up at a time: a lock file that names its owner. It appears complete (made aside, then linked), and one whose
// owner is gone, because it was killed, is taken over.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const pollMilliseconds = 300;

/** A process's identity: its number and, where the system tells, when it started (numbers are reused). */
export function processIdentity(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return null;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : `${pid} ${fields[19]}`; // a zombie has ended, only nobody has asked
  } catch {
    return `${pid}`;
  }
}

function tryTake(path) {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, processIdentity(process.pid));
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function removeIfOwnerIsGone(path) {
  let owner;
  try {
    owner = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  if (owner === processIdentity(Number.parseInt(owner, 10))) return Number.parseInt(owner, 10);
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    const moved = readFileSync(aside, 'utf8');
    if (moved !== owner) linkSync(aside, path); // someone else had just taken it: give it back
  } catch {
    return null;
  } finally {
    rmSync(aside, { force: true });
  }
  return null;
}

/** Runs `work` while holding the lock at `path`; `onWait(pid)` is called once if another process holds it. */
export async function withLock(path, work, onWait = (_pid) => {}) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!tryTake(path)) {
    const owner = removeIfOwnerIsGone(path);
    if (owner === null) continue;
    if (!told) onWait(owner);
    told = true;
    await delay(pollMilliseconds);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** A lock that this process takes once, however many pieces of its work hold it at the same time. */
export class SharedLock {
  #path;
  #holders = 0;
  /** Resolves once the lock is ours, with a function that gives it back. */
  #taken = null;
  #givenBack = Promise.resolve();

  constructor(path) {
    this.#path = path;
  }

  /** Runs `work` while this process holds the lock; `onWait(pid)` is called once if another process holds it. */
  async hold(work, onWait) {
    if (this.#holders++ === 0) this.#taken = this.#take(onWait);
    const taken = this.#taken;
    try {
      await taken;
      return await work();
    } finally {
      if (--this.#holders === 0) (await taken)();
    }
  }

  async #take(onWait) {
    await this.#givenBack;
    return new Promise((resolve, reject) => {
      this.#givenBack = withLock(
        this.#path,
        () => new Promise((giveBack) => resolve(() => giveBack(undefined))),
        onWait,
      );
      this.#givenBack.catch(reject);
    });
  }
}
