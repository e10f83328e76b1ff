// SPDX-License-Identifier: MIT
//
// Pictures of the current input: what every layer answers to it.

import { argmax } from '../math/argmax';
import type { LossOptions, NamedActivations, NamedTensor, Session } from 'tinycnn';
import type { OptimizerName } from '../shared/optimizers';
import type { Backwards, Frame, LayerTensor, LinkStrengths, Watch, WatchedLayer } from '../shared/protocol';

/** Weights change slowly. */
export const linksInterval = 500;

/** The sum over each kernel of every convolution: what the line between two channels stands for. */
export function linkStrengths(session: Session): LinkStrengths[] {
  const kernels = session.parameters({ averaged: true }).filter(({ shape }) => shape.length === 4);
  return kernels.map(({ name, shape, data }) => {
    const [to = 0, from = 0, height = 0, width = 0] = shape;
    const size = height * width;
    const values = new Float32Array(to * from);
    data.forEach((weight, i) => (values[Math.floor(i / size)]! += weight));
    return { layer: name.slice(0, name.lastIndexOf('.')), to, from, values };
  });
}

/** By the weights that gave the activations: where the recipe averages them, those are not the ones being trained. */
function watchedLayer(layer: string, parameters: readonly NamedTensor[]): Omit<WatchedLayer, 'backwards'> {
  const prefix = `${layer}.`;
  const tensors = parameters
    .filter(({ name }) => name.startsWith(prefix) && !name.includes('.', prefix.length))
    .map(({ name, shape, data }): LayerTensor => ({ name: name.slice(prefix.length), shape, data }));
  return { layer, tensors };
}

/** How the run learns, for who looks backwards. */
export interface Learning {
  loss: LossOptions;
  optimizer: OptimizerName;
  learningRate: number;
}

type GradientAt = (typeof import('../math/backward'))['gradientAt'];
let gradientAt: GradientAt | null = null;

/** Loads what looking backwards takes; before that frames hold no gradients. */
export async function prepareBackwards(): Promise<void> {
  ({ gradientAt } = await import('../math/backward'));
}

function backwardsOf(
  { spec, summary }: Session,
  layers: readonly NamedActivations[],
  parameters: readonly NamedTensor[],
  watch: Watch,
  { loss: lossType, optimizer, learningRate }: Learning,
): Backwards | null {
  if (gradientAt === null || watch.layer === null || !layers.some(({ name }) => name === watch.layer)) return null;
  const { data: probabilities } = layers.at(-1)!;
  const label = watch.label ?? argmax(probabilities);
  const pass = {
    ...{ spec, layers: summary.layers, loss: lossType, label },
    activations: new Map(layers.map((each) => [each.name, each])),
    parameters: new Map(parameters.map(({ name, data }) => [name, data])),
  };
  const { loss, gradient } = gradientAt(pass, watch.layer === 'softmax' ? summary.layers.at(-1)!.name : watch.layer);
  return { label, loss, gradient, learningRate, optimizer };
}

export type Unusual = (layers: readonly NamedActivations[]) => number | null;

export function frameOf(
  { session, step }: { session: Session; step: number },
  pixels: Uint8Array,
  watch: Watch,
  { learning, unusual, ghost }: { learning: Learning; unusual: Unusual; ghost: Float32Array | null },
): Frame {
  const layers = session.allActivations(pixels);
  const probabilities = layers.at(-1)!.data.slice();
  const frame = { step, layers, probabilities, unusual: unusual(layers), ghost };
  if (watch.layer === null) return { ...frame, watched: null };
  const parameters = session.parameters({ averaged: true });
  const backwards = watch.backwards ? backwardsOf(session, layers, parameters, watch, learning) : null;
  return { ...frame, watched: { ...watchedLayer(watch.layer, parameters), backwards } };
}

export const frameBuffers = ({ layers, watched }: Frame): Transferable[] =>
  [...layers, ...(watched?.tensors ?? [])]
    .map(({ data }) => data)
    .concat(watched?.backwards?.gradient ?? [])
    .map(({ buffer }) => buffer as ArrayBuffer);
