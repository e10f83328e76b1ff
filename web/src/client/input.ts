// SPDX-License-Identifier: MIT
//
// Commands for the current input: test digits, and strokes on the pad, which the network classifies at every change.

import { batch } from '@preact/signals';
import * as digitState from '../state/digit-state';
import * as padState from '../state/pad-state';
import { digit, engine, isReading, pad, replay, run } from '../state/store';
import { attempt, command } from './command';
import { request } from './connection';
import { restorePoint } from './restore-point';
import type { Calls } from '../shared/protocol';
import type { Point } from '../shared/strokes';
import type { PadState } from '../state/pad-state';
import type { Strokes } from 'tinycnn';

let isSending = false;
let waiting: Strokes | null = null;
/** Counts up when the drawing is replaced by something else, so that a late answer does not bring it back. */
let ended = 0;
/** Counts up with every change of the pad, so that a test digit that was asked for before does not take the drawing's place. */
let changes = 0;

/** Sends what has been drawn once there are an engine and a run; while one drawing is classified only the latest other one waits. */
export async function sendDrawings(): Promise<void> {
  if (isSending || engine.value === null || run.value.facts === null) return;
  isSending = true;
  try {
    while (waiting !== null) {
      const strokes: Strokes = waiting;
      waiting = null;
      const before = ended;
      const seen = await request('draw', { strokes });
      if (before === ended) digit.value = digitState.drawn(digit.value, seen);
    }
  } finally {
    isSending = false;
    isReading.value = waiting !== null;
  }
}

function draw(strokes: Strokes): void {
  ++changes;
  waiting = restorePoint.drawing = strokes;
  isReading.value = true;
  void attempt(sendDrawings);
}

function endDrawing(next: PadState): void {
  waiting = restorePoint.drawing = null;
  ++ended;
  pad.value = next;
  replay.value = null;
  isReading.value = false;
}

export const pickTestDigit = command(async (pick: Calls['sample']['ask']['pick']) => {
  const before = changes;
  const found = await request('sample', { pick });
  if (before !== changes) return;
  batch(() => {
    endDrawing(padState.emptyPad);
    digit.value = digitState.tested(digit.value, found);
  });
});

/** The same input for another worker. */
export async function restoreInput(): Promise<void> {
  const { currentInput } = digit.value;
  if (currentInput.kind === 'test') await pickTestDigit(currentInput.index);
  else if (restorePoint.drawing !== null) draw(restorePoint.drawing);
}

export const clearDigit = command(async () => {
  ++changes;
  batch(() => {
    endDrawing(padState.cleared(pad.value));
    digit.value = digitState.cleared(digit.value);
  });
  await request('clear', {});
});

/** The strokes as they are from now on; a replay ends. */
export function change(next: PadState): void {
  if (next === pad.value) return;
  batch(() => {
    pad.value = next;
    replay.value = null;
  });
  draw(next.strokes);
}

export const beginStroke = (point: Point): void => {
  change(padState.began(pad.value, point));
};

export const extendStroke = (points: readonly Point[]): void => {
  change(padState.extended(pad.value, points));
};

export const undo = (): void => {
  if (pad.value.past.length > 0) change(padState.undone(pad.value));
};

export const redo = (): void => {
  if (pad.value.future.length > 0) change(padState.redone(pad.value));
};
