// SPDX-License-Identifier: MIT
//
// Runs as the lines of a table: what each of them is called, what it cost and gave, and in which order they stand. Pure.

import { settingsAt } from '../../shared/run-log';
import type { ListedRun } from '../../client/kept/runs';
import type { RunSettings } from '../../shared/protocol';
import type { ZooEntry } from 'tinycnn';

/** What is not known is null. */
export interface Row {
  id: string;
  name: string;
  place: ListedRun['place'];
  isPinned: boolean;
  network: string;
  /** What its data are called, and by what they are told from others. */
  data: string;
  dataKey: string;
  /** At its last step. */
  settings: RunSettings;
  step: number;
  /** Of the last test, 0..1. */
  accuracy: number | null;
  parameters: number | null;
  /** Multiply-adds for one image. */
  macs: number | null;
  seconds: number | null;
  bytes: number;
  listed: ListedRun;
}

type Zoo = readonly Pick<ZooEntry, 'id' | 'parameters' | 'macs'>[];

export function rowOf(listed: ListedRun, zoo: Zoo): Row {
  const { run, label, place, bytes } = listed;
  const { log, step, data, known } = run;
  const settings = settingsAt(log, step);
  const size = run.size ?? zoo.find(({ id }) => id === log.begun.model) ?? null;
  return {
    ...{ id: run.id, place, isPinned: label.isPinned, network: run.network, settings, step, bytes, listed },
    name: label.name ?? `${run.network}, seed ${settings.seed}`,
    ...{ data: data.title, dataKey: JSON.stringify(data.source) },
    accuracy: known.evaluations.at(-1)?.accuracy ?? null,
    ...{ parameters: size?.parameters ?? null, macs: size?.macs ?? null, seconds: run.seconds },
  };
}

export type SortKey = 'accuracy' | 'parameters' | 'macs' | 'seconds' | 'step';

/** Which is better stands first when it is sorted for the first time. */
export const firstDescending: Readonly<Record<SortKey, boolean>> = {
  accuracy: true,
  parameters: false,
  macs: false,
  seconds: false,
  step: true,
};

export interface Order {
  /** Null: as they come, the newest first. */
  by: SortKey | null;
  isDescending: boolean;
}

/** The order after a press on a column's heading: by it, then the other way round, then as they come. */
export function pressed({ by, isDescending }: Order, key: SortKey): Order {
  const first = firstDescending[key];
  if (by !== key) return { by: key, isDescending: first };
  return isDescending === first ? { by: key, isDescending: !first } : { by: null, isDescending: false };
}

/** What is not known comes last either way; of equals the newer first. */
export function sorted(rows: readonly Row[], { by, isDescending }: Order): readonly Row[] {
  if (by === null) return rows;
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [a[by], b[by]];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}
