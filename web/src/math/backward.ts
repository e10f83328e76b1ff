// SPDX-License-Identifier: MIT
//
// Backpropagation of one image's loss to a layer's output, and of a class score to the image's pixels, in double precision: the gradients
// that the page shows. Layers behave as they do when the network reads a digit: dropout passes everything, batch norm uses its running
// statistics. Pure.

import { functionOf } from './functions';
import { geometryOf, sidesOf, specOf } from './geometry';
import { softmaxOf } from './forward';
import { finished } from './work';
import type { LayerSpec, LayerSummary, LossOptions, ModelSpec } from 'tinycnn';
import type { Geometry, PictureShape } from './geometry';
import type { Work } from './work';

export interface Node {
  shape: PictureShape;
  data: Float32Array;
}

/** How a network read one image. */
export interface ForwardPass {
  spec: ModelSpec;
  layers: readonly LayerSummary[];
  /** Outputs by layer, the input as "input". */
  activations: ReadonlyMap<string, Node>;
  /** By PyTorch's names. */
  parameters: ReadonlyMap<string, Float32Array>;
}

export interface Pass extends ForwardPass {
  loss: LossOptions;
  label: number;
}

export interface LossGradient {
  loss: number;
  /** By the last layer's output. */
  gradient: Float64Array;
}

export function lossGradient(output: Float32Array, loss: LossOptions, label: number): LossGradient {
  const classes = output.length;
  const target = (i: number): number => (i === label ? 1 : 0);
  switch (loss.type) {
    case 'mse': {
      const distance = Array.from(output, (value, i) => value - target(i));
      const mean = distance.reduce((sum, d) => sum + d * d, 0) / classes;
      return { loss: mean, gradient: Float64Array.from(distance, (d) => (2 * d) / classes) };
    }
    case 'nll':
      return { loss: -output[label]!, gradient: Float64Array.from(output, (_, i) => -target(i)) };
    case 'crossEntropy': {
      const smoothing = loss.labelSmoothing ?? 0;
      const { shares } = softmaxOf(output);
      const wanted = shares.map((_, i) => (1 - smoothing) * target(i) + smoothing / classes);
      const cost = shares.reduce((sum, { share }, i) => sum - wanted[i]! * Math.log(share), 0);
      return { loss: cost, gradient: Float64Array.from(shares, ({ share }, i) => share - wanted[i]!) };
    }
  }
}

/** What one output channel of a convolution gives to the channels that it reads: `into` of shape [C, H, W] grows by it. */
function channelBackward(
  d: Float64Array,
  k: number,
  [outChannels, outHeight, outWidth]: PictureShape,
  into: Float64Array,
  [inChannels, height, width]: PictureShape,
  { kernel, stride, padding, dilation, groups }: Geometry,
  weight: Float32Array,
): void {
  const [perGroup, outPerGroup] = [inChannels / groups, outChannels / groups];
  const first = Math.floor(k / outPerGroup) * perGroup;
  const [high, wide] = kernel;
  for (let c = 0; c < perGroup; ++c) {
    for (let r = 0; r < high; ++r) {
      for (let s = 0; s < wide; ++s) {
        const w = weight[((k * perGroup + c) * high + r) * wide + s]!;
        const column = s * dilation[1] - padding[1];
        const begin = Math.max(0, Math.ceil(-column / stride[1]));
        const end = Math.min(outWidth, Math.floor((width - 1 - column) / stride[1]) + 1);
        for (let y = 0; y < outHeight; ++y) {
          const row = y * stride[0] - padding[0] + r * dilation[0];
          if (row < 0 || row >= height) continue;
          const from = (k * outHeight + y) * outWidth;
          const to = ((first + c) * height + row) * width + column;
          for (let x = begin; x < end; ++x) into[to + x * stride[1]]! += d[from + x]! * w;
        }
      }
    }
  }
}

function* convolutionBackward(
  d: Float64Array,
  outShape: PictureShape,
  shape: PictureShape,
  geometry: Geometry,
  weight: Float32Array,
): Work<Float64Array> {
  const into = new Float64Array(shape[0] * shape[1] * shape[2]);
  for (let k = 0; k < outShape[0]; ++k) {
    channelBackward(d, k, outShape, into, shape, geometry, weight);
    yield;
  }
  return into;
}

function poolBackward(
  d: Float64Array,
  [channels, outHeight, outWidth]: PictureShape,
  input: Node,
  { kernel, stride, padding }: Geometry,
  max: boolean,
): Float64Array {
  const [, height, width] = input.shape;
  const into = new Float64Array(input.data.length);
  const share = 1 / (kernel[0] * kernel[1]);
  for (let cell = 0; cell < channels * outHeight * outWidth; ++cell) {
    const x = cell % outWidth;
    const y = Math.floor(cell / outWidth) % outHeight;
    const c = Math.floor(cell / (outWidth * outHeight));
    const [top, left] = [y * stride[0] - padding[0], x * stride[1] - padding[1]];
    let best = -1;
    for (let r = Math.max(0, top); r < Math.min(height, top + kernel[0]); ++r) {
      for (let s = Math.max(0, left); s < Math.min(width, left + kernel[1]); ++s) {
        const at = (c * height + r) * width + s;
        if (!max) into[at] = into[at]! + d[cell]! * share;
        else if (best < 0 || input.data[at]! > input.data[best]!) best = at;
      }
    }
    if (max && best >= 0) into[best] = into[best]! + d[cell]!;
  }
  return into;
}

function denseBackward(d: Float64Array, count: number, weight: Float32Array): Float64Array {
  const into = new Float64Array(count);
  d.forEach((gradient, k) => {
    if (gradient === 0) return;
    for (let i = 0; i < count; ++i) into[i] = into[i]! + gradient * weight[k * count + i]!;
  });
  return into;
}

function normalizationBackward(d: Float64Array, channels: number, layer: LayerSpec, pass: ForwardPass): Float64Array {
  const eps = 'eps' in layer ? (layer.eps ?? 1e-5) : 1e-5;
  const gamma = pass.parameters.get(`${layer.name}.weight`);
  const variance = pass.parameters.get(`${layer.name}.running_var`);
  const size = d.length / channels;
  return d.map((gradient, i) => {
    const c = Math.floor(i / size);
    return (gradient * (gamma?.[c] ?? 1)) / Math.sqrt((variance?.[c] ?? 1) + eps);
  });
}

function softmaxBackward(d: Float64Array, output: Node, logarithmic: boolean): Float64Array {
  if (logarithmic) {
    const sum = d.reduce((all, gradient) => all + gradient, 0);
    return d.map((gradient, i) => gradient - Math.exp(output.data[i]!) * sum);
  }
  const mean = d.reduce((all, gradient, i) => all + gradient * output.data[i]!, 0);
  return d.map((gradient, i) => output.data[i]! * (gradient - mean));
}

function croppedFrom(d: Float64Array, outShape: PictureShape, shape: PictureShape, layer: LayerSpec): Float64Array {
  const [left, , top] = sidesOf(layer);
  const [, height, width] = shape;
  return Float64Array.from({ length: shape[0] * height * width }, (_, i) => {
    const row = (Math.floor(i / (height * width)) * outShape[1] + (Math.floor(i / width) % height) + top) * outShape[2];
    return d[row + (i % width) + left]!;
  });
}

/** Of a product by one of its factors, which is a map or a vector of its channels. */
function factorBackward(d: Float64Array, shape: PictureShape, inputs: readonly Node[], which: number): Float64Array {
  const pixels = shape[1] * shape[2];
  const at = ({ data }: Node, i: number): number => (data.length === d.length ? i : Math.floor(i / pixels));
  const own = inputs[which]!;
  const into = new Float64Array(own.data.length);
  d.forEach((gradient, i) => {
    const product = inputs.reduce((all, other, j) => (j === which ? all : all * other.data[at(other, i)]!), gradient);
    into[at(own, i)]! += product;
  });
  return into;
}

/** The gradients by what the layer reads, in the order of its `from`. */
function* inputGradients(
  summary: LayerSummary,
  layer: LayerSpec,
  d: Float64Array,
  pass: ForwardPass,
): Work<Float64Array[]> {
  const inputs = summary.from.map((name) => pass.activations.get(name)!);
  const input = inputs[0]!;
  const weight = (): Float32Array => pass.parameters.get(`${layer.name}.weight`)!;
  const activation = functionOf(layer);
  if (activation !== null) return [d.map((gradient, i) => gradient * activation.derivative(input.data[i]!))];
  switch (layer.type as string) {
    case 'conv2d':
      return [yield* convolutionBackward(d, summary.shape, input.shape, geometryOf(layer, input.shape), weight())];
    case 'linear':
      return [denseBackward(d, input.data.length, weight())];
    case 'maxPool2d':
    case 'avgPool2d':
    case 'globalAvgPool2d': {
      const geometry = geometryOf(layer, input.shape);
      return [poolBackward(d, summary.shape, input, geometry, layer.type === 'maxPool2d')];
    }
    case 'batchNorm2d':
    case 'batchNorm1d':
      return [normalizationBackward(d, input.shape[0], layer, pass)];
    case 'softmax':
    case 'logSoftmax':
      return [softmaxBackward(d, pass.activations.get(layer.name)!, layer.type === 'logSoftmax')];
    case 'zeroPad2d':
      return [croppedFrom(d, summary.shape, input.shape, layer)];
    case 'multiply':
      return inputs.map((_, i) => factorBackward(d, summary.shape, inputs, i));
    case 'concat': {
      let from = 0;
      return inputs.map(({ data }) => d.slice(from, (from += data.length)));
    }
    default:
      return inputs.map(() => d);
  }
}

/** Of what has the gradient `d` by the output of layer `from`: its gradient by the output of layer `to`, [C][H][W] like that output. */
function* backpropagated(pass: ForwardPass, from: string, d: Float64Array, to: string): Work<Float32Array> {
  const gradients = new Map([[from, d]]);
  for (const summary of pass.layers.toReversed()) {
    if (summary.name === to) break;
    const gradient = gradients.get(summary.name);
    const spec = specOf(pass.spec, summary.name);
    if (gradient === undefined || spec === undefined) continue;
    const by = yield* inputGradients(summary, spec, gradient, pass);
    by.forEach((each, i) => {
      const name = summary.from[i]!;
      const before = gradients.get(name);
      gradients.set(name, before === undefined ? each : before.map((value, at) => value + each[at]!));
    });
  }
  const wanted = gradients.get(to);
  return wanted === undefined ? new Float32Array(pass.activations.get(to)!.data.length) : Float32Array.from(wanted);
}

/** The loss of one image and its gradient by the output of `layer`: [C][H][W] like that output. */
export function gradientAt(pass: Pass, layer: string): { loss: number; gradient: Float32Array } {
  const last = pass.layers.at(-1)!;
  const { loss, gradient } = lossGradient(pass.activations.get(last.name)!.data, pass.loss, pass.label);
  return { loss, gradient: finished(backpropagated(pass, last.name, gradient, layer)) };
}

const squash: ReadonlySet<string> = new Set(['softmax', 'logSoftmax', 'sigmoid', 'tanh']);

/** The layer that gives the class scores (logits): the last one before what only squashes them into answers. */
export function scoreLayer(layers: readonly LayerSummary[]): LayerSummary {
  const last = layers.at(-1)!;
  const before = layers.find(({ name }) => name === last.from[0]);
  return squash.has(last.type) && before !== undefined ? scoreLayer(layers.slice(0, layers.indexOf(before) + 1)) : last;
}

/** The gradient of class `label`'s score by the network's input, [C][H][W] like it. */
export function* scoreGradient(pass: ForwardPass, label: number): Work<Float32Array> {
  const { name, shape } = scoreLayer(pass.layers);
  const d = new Float64Array(shape[0]);
  d[label] = 1;
  return yield* backpropagated(pass, name, d, 'input');
}

/** By a convolution's kernel: the sum over the output's cells of their gradient times what lay under the kernel. */
export function kernelGradient(
  gradient: Float32Array,
  [, outHeight, outWidth]: PictureShape,
  index: number,
  input: Node,
  channel: number,
  { kernel, stride, padding, dilation }: Geometry,
): number[] {
  const [, height, width] = input.shape;
  const sums = new Array<number>(kernel[0] * kernel[1]).fill(0);
  for (let y = 0; y < outHeight; ++y) {
    for (let x = 0; x < outWidth; ++x) {
      const d = gradient[(index * outHeight + y) * outWidth + x]!;
      if (d === 0) continue;
      for (let r = 0; r < kernel[0]; ++r) {
        for (let s = 0; s < kernel[1]; ++s) {
          const row = y * stride[0] - padding[0] + r * dilation[0];
          const column = x * stride[1] - padding[1] + s * dilation[1];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          const at = r * kernel[1] + s;
          sums[at] = sums[at]! + d * input.data[(channel * height + row) * width + column]!;
        }
      }
    }
  }
  return sums;
}
