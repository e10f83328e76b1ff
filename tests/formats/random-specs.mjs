// SPDX-License-Identifier: MIT
//
// Networks that nobody thought of: specs out of all layer types, with branches, windows of every shape and joins, from a seed.

import { randomOf } from '../support/random.mjs';

const kMaxSize = 20_000; // values of a layer's output

const sizeOf = ([channels, height, width]) => channels * height * width;

/** Grows a network layer by layer. */
class Builder {
  constructor(seed) {
    const random = randomOf(seed);
    this.below = (count) => Math.floor(count * random());
    this.between = (min, max) => min + this.below(max - min + 1);
    this.chance = (share) => random() < share;
    this.choose = (options) => options[this.below(options.length)];
    this.input = [this.between(1, 3), this.between(4, 14), this.between(4, 14)];
    this.layers = [];
    this.shapes = new Map([['input', this.input]]);
    this.last = 'input';
  }

  get shape() {
    return this.shapes.get(this.last);
  }

  append(type, shape, options = {}, from = [this.last]) {
    const name = `${type}${this.layers.length + 1}`;
    this.layers.push({ name, type, from, ...options });
    this.shapes.set(name, shape);
    this.last = name;
  }

  /** A window that fits, and the sides that it gives. */
  window(paddingOf) {
    const [, ...sides] = this.shape;
    const kernelSize = sides.map((side) => this.between(1, Math.min(4, side)));
    const padding = kernelSize.map((kernel) => this.below(paddingOf(kernel) + 1));
    const stride = [this.between(1, 3), this.between(1, 3)];
    const given = sides.map((side, i) => Math.floor((side + 2 * padding[i] - kernelSize[i]) / stride[i]) + 1);
    return { options: { kernelSize, padding, stride }, given };
  }

  conv() {
    const [channels] = this.shape;
    const divisors = Array.from({ length: channels }, (_, i) => i + 1).filter((n) => channels % n === 0);
    const groups = this.chance(0.5) ? this.choose(divisors) : 1;
    const outChannels = groups * this.between(1, Math.max(1, Math.floor(8 / groups)));
    const { options, given } = this.window((kernel) => kernel - 1);
    this.append('conv2d', [outChannels, ...given], { outChannels, groups, bias: this.chance(0.6), ...options });
  }

  pool() {
    const { options, given } = this.window((kernel) => Math.floor(kernel / 2));
    this.append(this.choose(['maxPool2d', 'avgPool2d']), [this.shape[0], ...given], options);
  }

  activation() {
    const plain = ['relu', 'relu', 'relu', 'sigmoid', 'tanh', 'silu', 'gelu', 'leakyReLU', 'dropout'];
    const type = this.choose(plain);
    const options = { leakyReLU: { negativeSlope: 0.01 + 0.3 * this.below(3) }, dropout: { p: 0.25 } };
    this.append(type, this.shape, options[type]);
  }

  norm() {
    const [, height, width] = this.shape;
    const type = height * width > 1 || this.chance(0.5) ? 'batchNorm2d' : 'batchNorm1d';
    this.append(type, this.shape, { eps: this.choose([1e-5, 1e-3]) });
  }

  /** With any earlier layers that fit. */
  join() {
    const [, height, width] = this.shape;
    const fitting = [...this.shapes].filter(([, shape]) => shape[1] === height && shape[2] === width);
    const same = fitting.filter(([, shape]) => shape[0] === this.shape[0]).map(([name]) => name);
    const type = this.choose(['add', 'concat']);
    const others = type === 'add' ? same : fitting.map(([name]) => name);
    const from = [this.last, ...Array.from({ length: this.between(1, 2) }, () => this.choose(others))];
    if (this.chance(0.5)) from.reverse();
    const channels = from.reduce((sum, name) => sum + this.shapes.get(name)[0], 0);
    if (type === 'concat' && channels * height * width > kMaxSize) return;
    this.append(type, [type === 'add' ? this.shape[0] : channels, height, width], {}, from);
  }

  linear(outFeatures = this.between(2, 16)) {
    this.append('linear', [outFeatures, 1, 1], { outFeatures, bias: this.chance(0.7) });
  }

  flatten() {
    this.append('flatten', [sizeOf(this.shape), 1, 1]);
  }

  grow() {
    const makers = ['conv', 'conv', 'pool', 'activation', 'activation', 'join', 'norm'];
    for (let left = this.between(2, 9); left > 0; --left) this[this.choose(makers)]();
    if (this.chance(0.3)) this.append('globalAvgPool2d', [this.shape[0], 1, 1]);
    if (this.chance(0.2) && sizeOf(this.shape) === this.shape[0]) this.conv();
    else this.flatten();
    const further = ['linear', 'activation', 'norm', 'join', 'softmax', 'logSoftmax', 'flatten'];
    for (let left = this.below(6); left > 0; --left) {
      const maker = this.choose(further);
      if (maker.endsWith('oftmax')) this.append(maker, this.shape);
      else this[maker]();
    }
    if (this.chance(0.8) || this.shape[0] > 256) this.linear(this.between(2, 12));
    return this;
  }
}

/** `count` specs whose parameters the engine can train. */
export function randomSpecs(engine, { seed = 1, count }) {
  const specs = [];
  for (let index = 0; specs.length < count; ++index) {
    const { input, layers } = new Builder(1000 * seed + index).grow();
    const spec = { name: `random ${index}`, input, layers };
    if (layers.some(({ type }) => ['conv2d', 'linear', 'batchNorm2d', 'batchNorm1d'].includes(type))) {
      engine.describe(spec);
      specs.push(spec);
    }
  }
  return specs;
}
