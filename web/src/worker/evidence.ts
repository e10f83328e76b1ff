// SPDX-License-Identifier: MIT
//
// What of the current input speaks for a class: the gradient of the class's score by its pixels, and what covering a part of it does.
// Loaded when somebody looks. A newer question of the same kind, another digit or another run ends an older one, with null.

import { scoreGradient, scoreLayer } from '../math/backward';
import { occlusion as occlusionOf } from '../math/occlusion';
import { side } from '../shared/dataset';
import { inSlices } from './slices';
import type { InsightCalls, Occlusion, Saliency } from '../shared/protocol-insight';
import type { Run } from './run';

type Present = () => Run | null;

let saliencyAsks = 0;
let occlusionAsks = 0;

const likeliest = (probabilities: Float32Array): number => probabilities.indexOf(Math.max(...probabilities));

export async function saliency(present: Present, ask: InsightCalls['saliency']['ask']): Promise<Saliency | null> {
  const [mine, run, from] = [++saliencyAsks, present(), performance.now()];
  const pixels = run?.currentInput ?? null;
  if (run === null || pixels === null) return null;
  const { session } = run;
  const { spec, summary, step } = session;
  const activations = session.allActivations(pixels);
  const pass = {
    ...{ spec, layers: summary.layers },
    activations: new Map(activations.map((each) => [each.name, each])),
    parameters: new Map(session.parameters({ averaged: true }).map(({ name, data }) => [name, data])),
  };
  const label = ask.label ?? likeliest(activations.at(-1)!.data);
  const score = pass.activations.get(scoreLayer(summary.layers).name)!.data[label]!;
  const begun = performance.now() - from;
  const found = await inSlices(
    scoreGradient(pass, label),
    () => mine === saliencyAsks && present() === run && run.currentInput === pixels,
  );
  if (found === null) return null;
  const values = found.result.map((gradient) => gradient / run.normalize.std);
  return { step, label, score, pixels: pixels.slice(), values, milliseconds: begun + found.milliseconds };
}

export async function occlusion(present: Present, ask: InsightCalls['occlusion']['ask']): Promise<Occlusion | null> {
  const [mine, run] = [++occlusionAsks, present()];
  const pixels = run?.currentInput ?? null;
  if (run === null || pixels === null) return null;
  const { session } = run;
  const { step } = session;
  const probabilities = session.predict(pixels);
  const label = ask.label ?? likeliest(probabilities);
  const image = { pixels, height: side, width: side };
  const found = await inSlices(
    occlusionOf(image, ask.patch, (each) => session.predict(each)[label]!),
    () => mine === occlusionAsks && present() === run && run.currentInput === pixels,
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
