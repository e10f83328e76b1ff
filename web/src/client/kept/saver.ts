// SPDX-License-Identifier: MIT
//
// Saves the run as it goes: its newest snapshot and what is known of it up to there, at intervals that keep the cost and what is written to
// the disk low, and at once when it stops or the page is left. Whatever goes wrong is said, and training goes on.

import { computed, effect } from '@preact/signals';
import { isImported } from '../../shared/imported';
import { isFull } from '../../shared/room';
import { keeping, offer } from '../../state/kept';
import { snapshotStep } from '../../state/past';
import { data, pad, run, stopRule } from '../../state/store';
import { isOwnWork } from '../run';
import { restorePoint } from '../restore-point';
import { weightsHash } from '../weights-hash';
import { WorkerLostError } from '../worker-client';
import { goneFirst, isWorthKeeping } from './bounds';
import { captured } from './capture';
import { hold } from './held';
import { timed } from './timed';
import { keptDataOf, presentData } from './present-data';
import { own, owned, rememberRunOfTab } from './ownership';
import { hasFiles, readLabels, readRuns, remove, sizeOf, write, writeNetwork } from './records';
import { unlabelled } from './schema';
import { followTime } from './trained-time';
import { joinTabs, tellTabs } from './tabs';
import type { ImportedNetwork } from '../../shared/imported';
import type { RunSettings } from '../../shared/protocol';
import type { Captured, Unplaced } from './capture';
import type { Past } from './records';
import type { Release } from './ownership';
import type { KeptData, KeptRun } from './schema';

/** Milliseconds between two saves, at least; and bytes a second that are written, at most. */
const interval = 3000;
const bytesPerSecond = 300_000;
/** After a failure. */
const longInterval = 60_000;
const noPast: Past = { moments: [], checkpoints: [] };

const stepOf = ({ step }: { step: number }): number => step;

const bytesOf = ({ moments: noted, checkpoints: full }: Past): number =>
  noted.reduce((sum, { weights }) => sum + weights.byteLength, 0) +
  full.reduce((sum, { bytes }) => sum + bytes.length, 0);

const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(5)), (byte) => byte.toString(16).padStart(2, '0')).join('');

class UnownedError extends Error {}

function whyNot(error: unknown): string {
  if (error instanceof UnownedError) return 'This browser keeps runs only of pages that are loaded over https.';
  return isFull(error) ? 'The browser’s storage is full.' : 'The browser does not let this page store anything.';
}

/** Lets go of runs that no tab has and the visitor has not pinned: of what is beyond their bounds, or of one to make room. Whether there
 * were any. */
async function prune(reach: 'bounds' | 'one'): Promise<boolean> {
  const [{ runs }, labels, inUse] = await Promise.all([readRuns(), readLabels(), owned()]);
  const loose = runs.filter(({ id }) => !inUse.has(id) && labels.get(id)?.isPinned !== true);
  const gone = goneFirst(
    loose.map((each) => ({ id: each.id, bytes: sizeOf(each), isWorthKeeping: isWorthKeeping(each) })),
    reach,
  );
  if (gone.length > 0) await remove(gone);
  return gone.length > 0;
}

const networkOf = ({ model }: RunSettings): ImportedNetwork | null =>
  isImported(model) ? (restorePoint.networks.find(({ entry }) => entry.id === model) ?? null) : null;

/** A run that this tab has; `begun` is the object that tells it from others. */
interface Current {
  id: string;
  begun: RunSettings;
  release: Release;
  /** Of its past. */
  written: Past;
  /** Whether there is no room for its past. */
  isShort: boolean;
}

/** Asks the browser, once, not to throw away what is kept: when there is something that the visitor has trained. */
let hasAsked = false;

function askToPersist(): void {
  if (hasAsked || !isOwnWork() || run.peek().evaluations.length === 0) return;
  hasAsked = true;
  const { storage } = navigator as Partial<Navigator>; // in secure contexts only
  storage?.persist().catch(() => undefined);
}

/** Another object whenever there may be something to save. */
const news = computed(() => ({
  isTraining: run.value.phase === 'training',
  ...{ step: snapshotStep.value, drawing: pad.value, stop: stopRule.value, hash: weightsHash.value },
}));

class Saver {
  #current: Current | null = null;
  #order = 0;
  #saved: readonly unknown[] = [];
  #timer = 0;
  #nextAt = 0;
  #isTraining = false;
  #saving: Promise<void> = Promise.resolve();
  #isOver = false;
  /** The run that the visitor does not want to be kept. */
  #forgotten: RunSettings | null = null;
  /** The run that is being replaced by another, and is kept already. */
  #left: RunSettings | null = null;

  /** The id of this tab's run, where anything is kept of it. */
  get id(): string | null {
    return this.#current?.id ?? null;
  }

  /** A run that was brought back, and that this tab has, goes on under its own name. */
  adopt({ id, order }: Pick<KeptRun, 'id' | 'order'>, release: Release, written = noPast): void {
    this.#current?.release();
    this.#current = { id, begun: restorePoint.log.begun, release, written, isShort: false };
    this.#order = Math.max(this.#order, order);
    rememberRunOfTab(id);
  }

  begin(): void {
    joinTabs(() => {
      this.end('A newer version of this page is open in another tab. Reload this tab to save your work again.');
    });
    followTime();
    restorePoint.leave = () => {
      this.leave();
    };
    effect(() => {
      this.#follow(news.value.isTraining);
    });
    effect(() => {
      // by the time that a run on them is left the worker may have others
      if (data.value.facts?.id === 'files') keptDataOf(data.value.facts).catch(() => undefined);
    });
    const leave = (): void => {
      this.saveNow();
    };
    addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') leave();
    });
  }

  /** Another run is about to take the place of the present one, which is kept as it is, or let go of where it is next to nothing. */
  leave(): void {
    const { begun } = restorePoint.log;
    const { facts } = data.peek();
    const left = facts === null || begun === this.#forgotten ? null : captured(true);
    if (facts === null || left === null) return;
    this.#left = begun;
    const current = this.#current?.begun === begun ? this.#current : null;
    if (current !== null) this.#letGo();
    const from = keptDataOf(facts);
    const network = networkOf(begun);
    from.catch(() => undefined); // it is asked for below, once what is being saved is there
    this.#saving = this.#saving.then(() => this.#keep(left, from, network, current));
  }

  /** Nothing more is saved of the present run. */
  forget(): void {
    this.#forgotten = restorePoint.log.begun;
    restorePoint.isKept = false;
    keeping.value = { is: 'waiting' };
  }

  /** From now on nothing is saved. */
  end(why: string): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#refuse(why);
  }

  saveNow(): void {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!this.#isOver) this.#saving = this.#saving.then(() => this.#save());
  }

  /** Once nothing is being saved any more. */
  get idle(): Promise<void> {
    return this.#saving;
  }

  #follow(isTraining: boolean): void {
    if (this.#current !== null && this.#current.begun !== restorePoint.log.begun) {
      this.#current.release();
      this.#letGo();
    }
    const hasStopped = this.#isTraining && !isTraining;
    this.#isTraining = isTraining;
    if (hasStopped) this.saveNow();
    else this.#saveLater();
  }

  /** Once the time for it has come. */
  #saveLater(): void {
    if (this.#timer !== 0 || this.#isOver) return;
    this.#timer = window.setTimeout(
      () => {
        this.saveNow();
      },
      Math.max(0, this.#nextAt - performance.now()),
    );
  }

  /** Another run has begun: that of before is left to whoever opens it, once it is released. */
  #letGo(): void {
    this.#current = null;
    this.#saved = [];
    rememberRunOfTab('');
    restorePoint.isKept = false;
    if (keeping.peek().is === 'saved') keeping.value = { is: 'waiting' };
  }

  #refuse(why: string): void {
    restorePoint.isKept = false;
    keeping.value = { is: 'refused', why };
  }

  async #save(): Promise<void> {
    try {
      const from = await presentData();
      const now = timed(captured);
      if (from === null || now === null || !this.#isNews(now)) return;
      const { log } = now.record;
      if (log.begun === this.#forgotten || log.begun === this.#left) return;
      if (this.#current?.begun !== log.begun) await this.#name(log.begun);
      const current = this.#current;
      if (current?.begun === log.begun) await this.#write(current, now, from);
    } catch (error) {
      if (error instanceof WorkerLostError) return; // that is being dealt with
      this.#saved = [];
      this.#refuse(whyNot(error));
      this.#nextAt = performance.now() + longInterval;
      this.#saveLater(); // also where the run rests
    }
  }

  /** Whether anything is otherwise than it was saved: all of this is replaced, never changed. */
  #isNews({ weights, record: { drawing, log, stop, aim, isTraining, hash } }: Captured): boolean {
    const now = [weights, drawing, log, stop, aim, isTraining, hash, run.peek().evaluations];
    const isNews = now.some((each, i) => each !== this.#saved[i]);
    this.#saved = now;
    return isNews;
  }

  /** Makes room by letting go of other runs, and then of the past of this one. */
  async #store(record: Unmeasured, weights: Uint8Array, past: Past, current: Current): Promise<void> {
    const whole = measured(record, weights, past);
    try {
      await write(whole, weights, past, current.written);
      current.written = past;
    } catch (error) {
      if (!isFull(error)) {
        current.written = noPast; // whatever was there may be gone
        throw error;
      }
      const hasRoom = await prune('one');
      if (!hasRoom && current.isShort) throw error;
      current.isShort ||= !hasRoom;
      await this.#store(record, weights, current.isShort ? noPast : past, current);
    }
  }

  /** Gives the run its name, unless it is over by then. */
  async #name(begun: RunSettings): Promise<void> {
    const current = await this.#newcomer(begun, networkOf(begun));
    if (begun !== restorePoint.log.begun) {
      await remove([current.id]).finally(current.release);
      return;
    }
    this.adopt({ id: current.id, order: this.#order }, current.release);
    await prune('bounds');
  }

  /** Of a run of which nothing is kept yet. */
  async #newcomer(begun: RunSettings, network: ImportedNetwork | null): Promise<Current> {
    const id = newId();
    const release = await own(id);
    if (release === null) throw new UnownedError();
    try {
      const [last] = (await readRuns()).runs;
      this.#order = Math.max(this.#order, last?.order ?? 0);
      if (network !== null) await writeNetwork(id, network);
    } catch (error) {
      release();
      throw error;
    }
    return { id, begun, release, written: noPast, isShort: false };
  }

  async #write(current: Current, { record, weights, past }: Captured, from: KeptData): Promise<void> {
    await this.#store(this.#placed(record, current.id, from), weights, current.isShort ? noPast : past, current);
    restorePoint.isKept = from.source.kind !== 'files' || (await hasFiles(from.source.hash));
    keeping.value = { is: 'saved', step: record.step };
    if (offer.peek()?.id === null) offer.value = null; // that was news when the run began
    tellTabs();
    this.#nextAt = performance.now() + Math.max(interval, (1000 * weights.length) / bytesPerSecond);
    askToPersist();
  }

  /** Newer than everything that was saved before, also where the clock has been set back. */
  #placed(record: Unplaced, id: string, from: KeptData): Unmeasured {
    this.#order = Math.max(this.#order + 1, record.savedAt);
    return { ...record, id, order: this.#order, data: from };
  }

  /** Writes what a run that was left had come to; where the browser stores nothing it is held until the page is left. */
  async #keep(
    left: Captured,
    data: Promise<KeptData>,
    network: ImportedNetwork | null,
    present: Current | null,
  ): Promise<void> {
    let current = present;
    const record = { ...left.record, isTraining: false };
    const { weights, past } = left;
    try {
      if (isWorthKeeping(record)) {
        if (this.#isOver) throw new Error('Another tab has a newer version of this page.');
        const from = await data;
        current ??= await this.#newcomer(record.log.begun, network);
        await this.#store(this.#placed(record, current.id, from), weights, current.isShort ? noPast : past, current);
        await prune('bounds');
      } else if (current !== null) await remove([current.id]);
    } catch {
      const from = await data.catch(() => null);
      if (from === null) return; // the worker was lost, and what its data were cannot be said
      const kept = measured(this.#placed(record, newId(), from), weights, past);
      hold({ kept, label: unlabelled, weights, past, network });
    } finally {
      current?.release();
      tellTabs();
    }
  }
}

type Unmeasured = Omit<KeptRun, 'bytes' | 'moments' | 'checkpoints'>;

export const measured = (record: Unmeasured, weights: Uint8Array, past: Past): KeptRun => ({
  ...{ ...record, moments: past.moments.map(stepOf), checkpoints: past.checkpoints.map(stepOf) },
  bytes: weights.length + bytesOf(past),
});

export const saver = new Saver();
