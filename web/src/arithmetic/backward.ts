// SPDX-License-Identifier: MIT
//
// Backpropagation of one image's loss to a layer's output, in double precision: the gradients that the detail view shows. Layers behave
// as they do when the network reads a digit: dropout passes everything, batch norm uses its running statistics. Pure.

import { functionOf } from './functions';
import { geometryOf, specOf } from './geometry';
import { softmaxOf } from './forward';
import type { LayerSpec, LayerSummary, LossOptions, ModelSpec } from 'tinycnn';
import type { Geometry, PictureShape } from './geometry';

export interface Node {
  shape: PictureShape;
  data: Float32Array;
}

export interface Pass {
  spec: ModelSpec;
  layers: readonly LayerSummary[];
  /** Outputs by layer, the input as "input". */
  activations: ReadonlyMap<string, Node>;
  /** By PyTorch's names. */
  parameters: ReadonlyMap<string, Float32Array>;
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

function convolutionBackward(
  d: Float64Array,
  [outChannels, outHeight, outWidth]: PictureShape,
  [inChannels, height, width]: PictureShape,
  { kernel, stride, padding, groups }: Geometry,
  weight: Float32Array,
): Float64Array {
  const into = new Float64Array(inChannels * height * width);
  const [perGroup, outPerGroup] = [inChannels / groups, outChannels / groups];
  const [high, wide] = kernel;
  for (let k = 0; k < outChannels; ++k) {
    const first = Math.floor(k / outPerGroup) * perGroup;
    for (let y = 0; y < outHeight; ++y) {
      for (let x = 0; x < outWidth; ++x) {
        const gradient = d[(k * outHeight + y) * outWidth + x]!;
        if (gradient === 0) continue;
        const [top, left] = [y * stride[0] - padding[0], x * stride[1] - padding[1]];
        for (let r = Math.max(0, -top); r < Math.min(high, height - top); ++r) {
          for (let s = Math.max(0, -left); s < Math.min(wide, width - left); ++s) {
            let to = (first * height + top + r) * width + left + s;
            let from = (k * perGroup * high + r) * wide + s;
            for (let c = 0; c < perGroup; ++c, to += height * width, from += high * wide) {
              into[to] = into[to]! + gradient * weight[from]!;
            }
          }
        }
      }
    }
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

function normalizationBackward(d: Float64Array, channels: number, layer: LayerSpec, pass: Pass): Float64Array {
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

/** The gradients by what the layer reads, in the order of its `from`. */
function inputGradients(summary: LayerSummary, layer: LayerSpec, d: Float64Array, pass: Pass): Float64Array[] {
  const inputs = summary.from.map((name) => pass.activations.get(name)!);
  const input = inputs[0]!;
  const weight = (): Float32Array => pass.parameters.get(`${layer.name}.weight`)!;
  const activation = functionOf(layer);
  if (activation !== null) return [d.map((gradient, i) => gradient * activation.derivative(input.data[i]!))];
  switch (layer.type as string) {
    case 'conv2d':
      return [convolutionBackward(d, summary.shape, input.shape, geometryOf(layer, input.shape), weight())];
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
    case 'concat': {
      let from = 0;
      return inputs.map(({ data }) => d.slice(from, (from += data.length)));
    }
    default:
      return inputs.map(() => d);
  }
}

/** The loss of one image and its gradient by the output of `layer`: [C][H][W] like that output. */
export function gradientAt(pass: Pass, layer: string): { loss: number; gradient: Float32Array } {
  const last = pass.layers.at(-1)!;
  const { loss, gradient } = lossGradient(pass.activations.get(last.name)!.data, pass.loss, pass.label);
  const gradients = new Map([[last.name, gradient]]);
  for (const summary of pass.layers.toReversed()) {
    if (summary.name === layer) break;
    const d = gradients.get(summary.name);
    const spec = specOf(pass.spec, summary.name);
    if (d === undefined || spec === undefined) continue;
    inputGradients(summary, spec, d, pass).forEach((by, i) => {
      const name = summary.from[i]!;
      const before = gradients.get(name);
      gradients.set(name, before === undefined ? by : before.map((value, at) => value + by[at]!));
    });
  }
  const wanted = gradients.get(layer);
  const size = pass.activations.get(layer)!.data.length;
  return { loss, gradient: wanted === undefined ? new Float32Array(size) : Float32Array.from(wanted) };
}

/** By a convolution's kernel: the sum over the output's cells of their gradient times what lay under the kernel. */
export function kernelGradient(
  gradient: Float32Array,
  [, outHeight, outWidth]: PictureShape,
  index: number,
  input: Node,
  channel: number,
  { kernel, stride, padding }: Geometry,
): number[] {
  const [, height, width] = input.shape;
  const sums = new Array<number>(kernel[0] * kernel[1]).fill(0);
  for (let y = 0; y < outHeight; ++y) {
    for (let x = 0; x < outWidth; ++x) {
      const d = gradient[(index * outHeight + y) * outWidth + x]!;
      if (d === 0) continue;
      for (let r = 0; r < kernel[0]; ++r) {
        for (let s = 0; s < kernel[1]; ++s) {
          const [row, column] = [y * stride[0] - padding[0] + r, x * stride[1] - padding[1] + s];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          const at = r * kernel[1] + s;
          sums[at] = sums[at]! + d * input.data[(channel * height + row) * width + column]!;
        }
      }
    }
  }
  return sums;
}
