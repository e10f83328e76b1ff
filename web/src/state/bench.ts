// SPDX-License-Identifier: MIT
//
// What the benchmark's page knows, and how the worker's events change it.

import { signal } from '@preact/signals';
import type { BenchEvent, PredictionResult, StepsResult, Subject } from '../shared/bench-protocol';

export interface BenchState {
  phase: 'opening' | 'ready' | 'running' | 'finished';
  subjects: readonly Subject[];
  /** The most that can be had here. */
  threads: number;
  chosen: readonly string[];
  chosenThreads: number;
  progress: { done: number; total: number; doing: string } | null;
  steps: readonly StepsResult[];
  predictions: readonly PredictionResult[];
  problem: string | null;
}

/** Left out unless it is asked for: it takes most of the time on a phone. */
const largest = 'wide-593k';

export const opening: BenchState = {
  phase: 'opening',
  subjects: [],
  threads: 1,
  chosen: [],
  chosenThreads: 1,
  progress: null,
  steps: [],
  predictions: [],
  problem: null,
};

export const bench = signal(opening);

export function toggled(state: BenchState, id: string): BenchState {
  const chosen = state.subjects
    .map((subject) => subject.id)
    .filter((each) => (each === id) !== state.chosen.includes(each));
  return { ...state, chosen };
}

export const started = (state: BenchState): BenchState => ({
  ...state,
  phase: 'running',
  progress: null,
  steps: [],
  predictions: [],
  problem: null,
});

export const stopped = (state: BenchState): BenchState => ({ ...state, phase: 'ready', progress: null });

/** 1 to as many as were chosen. */
export const threadCounts = ({ chosenThreads }: BenchState): number[] =>
  Array.from({ length: chosenThreads }, (_, i) => i + 1);

export function after(state: BenchState, event: BenchEvent): BenchState {
  switch (event.type) {
    case 'opened': {
      const { subjects, threads } = event;
      // a worker that was started again finds the choices as they were
      const isFirst = state.subjects.length === 0;
      const chosen = subjects.map(({ id }) => id).filter((id) => id !== largest);
      return { ...state, phase: 'ready', subjects, threads, ...(isFirst ? { chosen, chosenThreads: threads } : {}) };
    }
    case 'progress': {
      const { done, total, doing } = event;
      return { ...state, progress: { done, total, doing } };
    }
    case 'steps':
      return { ...state, steps: [...state.steps, event.result] };
    case 'prediction':
      return { ...state, predictions: [...state.predictions, event.result] };
    case 'finished':
      return { ...state, phase: 'finished', progress: null };
    case 'failed':
      return {
        ...state,
        phase: state.subjects.length > 0 ? 'ready' : 'opening',
        progress: null,
        problem: event.reason,
      };
  }
}
