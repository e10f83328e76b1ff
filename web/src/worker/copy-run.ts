// SPDX-License-Identifier: MIT
//
// Loaded when a run is kept to be compared with.

import { ghost } from './ghost';
import type { Engine, Session } from 'tinycnn';
import type { Run } from './run';

/** A session with the weights with which the run predicts now. */
function copyOf(engine: Engine, run: Run): Session {
  const copy = engine.createSession({
    ...{ model: run.session.spec, loss: run.loss, normalize: run.normalize },
    ...(run.data === null ? {} : { classNames: run.data.classes }),
  });
  copy.setParameters(run.session.parameters({ averaged: true }));
  return copy;
}

/** Keeps a checkpoint's network, or the one that the run has now, and shows its answer; gives its checkpoint. */
export function keep(engine: Engine, run: Run, saved: Uint8Array | null): Uint8Array {
  const session = saved === null ? copyOf(engine, run) : engine.restoreSession(saved);
  ghost.keep(session);
  run.showNow();
  return saved ?? session.save();
}
