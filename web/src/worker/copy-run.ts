// SPDX-License-Identifier: MIT
//
// Loaded when a run is kept to be compared with.

import type { Engine, Session } from 'tinycnn';
import type { Run } from './run';

/** A session with the weights with which the run predicts now. */
export function copyOf(engine: Engine, run: Run): Session {
  const copy = engine.createSession({
    ...{ model: run.facts.model, loss: run.loss, normalize: run.normalize },
    ...(run.data === null ? {} : { classNames: run.data.classes }),
  });
  copy.setParameters(run.session.parameters({ averaged: true }));
  return copy;
}
