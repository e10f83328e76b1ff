// SPDX-License-Identifier: MIT
//
// What the worker tells by itself becomes state, by the state's pure transitions.

import * as dataState from '../state/data-state';
import * as digitState from '../state/digit-state';
import { moments, snapshotStep, withMoment } from '../state/past';
import * as runState from '../state/run-state';
import { data, digit, links, problem, run, runNote, stopRule, tempo, threadUse } from '../state/store';
import { command } from './command';
import { request, restartWorker } from './connection';
import { refreshExamples } from './examples';
import { restorePoint } from './restore-point';
import type { EventBody, Frame, WorkerEvent } from '../shared/protocol';
import type { StopRule } from '../shared/stop';

export function receive(event: WorkerEvent): void {
  switch (event.type) {
    case 'progress':
      data.value = dataState.loading(data.value, event.progress);
      break;
    case 'measured':
      run.value = runState.measured(run.value, event.measurements, event.imagesPerSecond);
      threadUse.value = event.threads;
      break;
    case 'evaluating':
      run.value = runState.evaluating(run.value, event.done / event.count);
      break;
    case 'evaluated':
      restorePoint.test = { step: event.evaluation.step, predicted: event.predicted };
      run.value = runState.evaluated(run.value, event.evaluation);
      void refreshExamples();
      break;
    case 'probed':
      run.value = runState.probed(run.value, event.probe);
      break;
    case 'atFullSpeed':
      tempo.value = 'full';
      break;
    case 'frame':
      show(event.frame);
      break;
    case 'links':
      links.value = event.links;
      break;
    case 'snapshot':
      restorePoint.snapshot = event.snapshot;
      snapshotStep.value = event.snapshot.step;
      break;
    case 'moment':
      moments.value = withMoment(moments.value, event.moment);
      break;
    case 'adjusted':
      run.value = runState.adjusted(run.value, event.learningRate);
      break;
    case 'replaced':
      restorePoint.log = { ...restorePoint.log, unlike: event.why };
      break;
    case 'extended':
      run.value = runState.extendedTo(run.value, event.epochs);
      break;
    case 'left':
      restorePoint.leave();
      break;
    case 'locked':
      break;
    case 'stopped':
      stopped(event);
      break;
  }
}

function stopped(event: Extract<EventBody, { type: 'stopped' }>): void {
  if (event.reason === 'diverged') {
    run.value = runState.diverged(run.value, event.step, event.divergence.loss);
    problem.value = `${event.divergence.cause} ${event.divergence.cure}`;
    return;
  }
  run.value = runState.stopped(run.value, event.reason);
  if (event.reason === 'finished' && event.by.at === 'epoch') stopRule.value = event.by;
  runNote.value = null;
  if (event.reason === 'finished') void endBy(event.by);
  if (event.reason === 'failed') restartWorker(event.error ?? 'it failed');
}

const endBy = command(async (by: StopRule) => (await import('./patience')).endBy(by));

/** Comes once the browser has painted what stood before it. */
const painted = new MessageChannel();

painted.port1.onmessage = () => void request('drawn', {}).catch(() => undefined);

/** Draws a frame and, once it is painted, asks for the next. */
function show(frame: Frame): void {
  digit.value = digitState.seen(digit.value, frame);
  // Preact renders in a microtask that has been queued before this one.
  queueMicrotask(() => {
    requestAnimationFrame(() => {
      painted.port2.postMessage(null);
    });
  });
}
