// SPDX-License-Identifier: MIT
//
// What of the current input speaks for a class: the gradient of the class's score by its pixels, and what covering a part of it does.
// Loaded when somebody looks. A newer question of the same kind, another digit or another run ends an older one, with null.

import { argmax } from '../math/argmax';
import { scoreGradient, scoreLayer } from '../math/backward';
import { occlusion as occlusionOf } from '../math/occlusion';
import { side } from '../shared/dataset';
import { inSlices } from './slices';
import { isStillShown } from './still-shown';
import type { Session } from 'tinycnn';
import type { InsightCalls, Nudged, Occlusion, Saliency } from '../shared/protocol-insight';
import type { Run } from './run';

type Present = () => Run | null;

/** What the network makes of an image, as the way back needs it. */
function forward(session: Session, pixels: Uint8Array) {
  const { spec, summary } = session;
  const activations = session.allActivations(pixels);
  const pass = {
    ...{ spec, layers: summary.layers },
    activations: new Map(activations.map((each) => [each.name, each])),
    parameters: new Map(session.parameters({ averaged: true }).map(({ name, data }) => [name, data])),
  };
  return { pass, probabilities: activations.at(-1)!.data };
}

let saliencyAsks = 0;
let occlusionAsks = 0;

export async function saliency(present: Present, ask: InsightCalls['saliency']['ask']): Promise<Saliency | null> {
  const [mine, run, from] = [++saliencyAsks, present(), performance.now()];
  const pixels = run?.currentInput ?? null;
  if (run === null || pixels === null) return null;
  const { shown, past } = run;
  const { session, step } = shown;
  const { pass, probabilities } = forward(session, pixels);
  const label = ask.label ?? argmax(probabilities);
  const score = pass.activations.get(scoreLayer(pass.layers).name)!.data[label]!;
  const begun = performance.now() - from;
  const found = await inSlices(
    scoreGradient(pass, label),
    () => mine === saliencyAsks && present() === run && run.currentInput === pixels && isStillShown(run, past, step),
  );
  if (found === null) return null;
  const values = found.result.map((gradient) => gradient / run.normalize.std);
  return { step, label, score, pixels: pixels.slice(), values, milliseconds: begun + found.milliseconds };
}

export async function occlusion(present: Present, ask: InsightCalls['occlusion']['ask']): Promise<Occlusion | null> {
  const [mine, run] = [++occlusionAsks, present()];
  const pixels = run?.currentInput ?? null;
  if (run === null || pixels === null) return null;
  const { shown, past } = run;
  const { session, step } = shown;
  const probabilities = session.predict(pixels);
  const label = ask.label ?? argmax(probabilities);
  const image = { pixels, height: side, width: side };
  const found = await inSlices(
    occlusionOf(image, ask.patch, (each) => session.predict(each)[label]!),
    () => mine === occlusionAsks && present() === run && run.currentInput === pixels && isStillShown(run, past, step),
  );
  if (found === null) return null;
  const { result: values, milliseconds } = found;
  return {
    step,
    label,
    probability: probabilities[label]!,
    patch: ask.patch,
    pixels: pixels.slice(),
    values,
    milliseconds,
  };
}

let nudges = 0;

/** The fast gradient sign method (Goodfellow et al., arXiv:1412.6572), towards the class that is likeliest but one. */
export async function nudge(present: Present, size: number): Promise<Nudged | null> {
  const [mine, run] = [++nudges, present()];
  const pixels = run?.currentInput ?? null;
  if (run === null || pixels === null) return null;
  const { shown, past } = run;
  const { session, step } = shown;
  const { pass, probabilities } = forward(session, pixels);
  const label = argmax(probabilities);
  const other = argmax(probabilities.map((each, i) => (i === label ? -1 : each)));
  const current = (): boolean =>
    mine === nudges && present() === run && run.currentInput === pixels && isStillShown(run, past, step);
  const [from, to] = [
    await inSlices(scoreGradient(pass, label), current),
    await inSlices(scoreGradient(pass, other), current),
  ];
  if (from === null || to === null) return null;
  const changed = Uint8Array.from(pixels, (ink, i) => {
    const way = Math.sign(to.result[i]! - from.result[i]!);
    return Math.round(Math.max(0, Math.min(255, ink + 255 * size * way)));
  });
  return {
    step,
    before: { pixels: pixels.slice(), probabilities: probabilities.slice() },
    after: { pixels: changed, probabilities: session.predict(changed) },
  };
}
