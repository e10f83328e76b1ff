// SPDX-License-Identifier: MIT
//
// What is known of a spec that is being edited: of all of it, or of the layers before the first that does not fit.

import { trainingMacs, withClasses } from 'tinycnn';
import { specProblem } from '../../shared/spec-problem';
import type { Engine, LayerSpec, LayerSummary, ModelSpec } from 'tinycnn';
import type { Described } from '../../shared/protocol-editor';
import type { SpecProblem } from '../../shared/spec-problem';

/** An end with which any layers make a network. */
const anyEnd: readonly LayerSpec[] = [
  { name: '(end 1)', type: 'globalAvgPool2d' },
  { name: '(end 2)', type: 'linear', outFeatures: 2 },
];

/** The first `count` layers by themselves; null where they do not fit. */
function firstLayers(engine: Engine, spec: ModelSpec, count: number): LayerSummary[] | null {
  try {
    const layers = [...spec.layers.slice(0, count), ...anyEnd];
    return engine.describe({ ...spec, layers }).layers.slice(0, count);
  } catch {
    return null;
  }
}

/** The layers that fit although the network does not. */
function layersBefore(engine: Engine, spec: ModelSpec, { layer }: SpecProblem): LayerSummary[] {
  const all = spec.layers.length;
  for (const count of layer === null ? [all] : [layer + 1, layer]) {
    const found = firstLayers(engine, spec, count);
    if (found !== null) return found;
  }
  return [];
}

/** The spec as it is trained on data with so many classes. */
export function describe(engine: Engine, spec: ModelSpec, classes: number): Described {
  try {
    const asIs = engine.describe(spec);
    const fitted = withClasses(spec, classes);
    const summary = fitted === spec ? asIs : engine.describe(fitted);
    const { layers, parameters, macs } = summary;
    return {
      ...{ layers, problem: null, total: { parameters, macs, training: trainingMacs(summary) } },
      outputs: fitted === spec ? null : asIs.layers.at(-1)!.shape[0],
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const problem = specProblem(text, spec.layers);
    return { layers: layersBefore(engine, spec, problem), problem, total: null, outputs: null };
  }
}
