// SPDX-License-Identifier: MIT
//
// The network as it was at an earlier moment: a session of its own, which has its weights and is shown in the place of the one that is
// trained. Loaded when somebody looks back.

import { linkStrengths } from './frames';
import type { Engine, Session } from 'tinycnn';
import type { Calls } from '../shared/protocol';
import type { Moment } from '../shared/moments';
import type { Run } from './run';

function pastSession(engine: Engine, run: Run): Session {
  if (run.past !== null) return run.past.session;
  return engine.createSession({
    ...{ model: run.session.spec, loss: run.loss, normalize: run.normalize },
    ...(run.data === null ? {} : { classNames: run.data.classes }),
  });
}

/** Throws where these are not the weights of this network. */
function setWeights(session: Session, { weights }: Moment): void {
  let at = 0;
  const tensors = session.parameters().map((tensor) => {
    const { length } = tensor.data;
    const data = weights.slice(at, at + length);
    at += length;
    return { ...tensor, data };
  });
  if (at !== weights.length) throw new Error(`Expected ${at} weights, got ${weights.length}.`);
  session.setParameters(tensors);
}

export function lookBack(engine: Engine, run: Run, moment: Moment): NonNullable<Calls['lookBack']['answer']> {
  const session = pastSession(engine, run);
  setWeights(session, moment);
  run.lookAt({ session, step: moment.step });
  const { currentInput } = run;
  return { frame: currentInput === null ? null : run.frame(currentInput), links: linkStrengths(session) };
}
