// SPDX-License-Identifier: MIT
//
// jax-js: the whole training step as one function, compiled by its jit for its WebAssembly backend. Each array may be used once; `ref`
// allows one use more. The backend has no options: it always uses SIMD, relaxed SIMD where the browser has it and, for results that are
// waited for asynchronously, as many workers as the browser reports cores. Synchronously it computes on the calling thread alone.

import { relaxedSimd } from '/bindings/dist/features.js';
import { chainOf, firstWeights, prepareData, trainFor } from './training.mjs';

/** Each way of waiting is tried for so many seconds, after a first one of as many. */
const trialSeconds = 0.75;
const ways = { workers: (loss) => loss.jsAsync(), 'calling thread': async (loss) => loss.js() };

let defaultDevice, init, jit, lax, nn, np, tree, valueAndGrad;

/** It asks for the number of cores when it is loaded or first used. */
async function loadWith(threads) {
  Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => threads });
  const library = await import('./node_modules/@jax-js/jax/dist/index.js');
  ({ defaultDevice, init, jit, lax, nn, numpy: np, tree, valueAndGrad } = library);
  await init('wasm');
  defaultDevice('wasm');
}

/** [weight, bias] of each layer that has them, in order. */
function firstParameters(chain) {
  return chain.flatMap(({ layer, input, output }) => {
    if (layer.type !== 'conv2d' && layer.type !== 'linear') return [];
    const shape =
      layer.type === 'conv2d'
        ? [output[0], input[0], ...layer.kernelSize]
        : [input[0] * input[1] * input[2], output[0]];
    const count = shape.reduce((product, size) => product * size, 1);
    const fanIn = layer.type === 'conv2d' ? count / output[0] : shape[0];
    return [
      np.array(firstWeights(count, fanIn), { shape }),
      np.array(firstWeights(output[0], fanIn), { shape: [output[0]] }),
    ];
  });
}

function forward(chain, parameters, images, batchSize) {
  let next = 0;
  let x = images;
  for (const { layer, input, output } of chain) {
    const [channels, height, width] = output;
    if (layer.type === 'conv2d') {
      const bias = () => parameters[next++].reshape([1, channels, 1, 1]);
      x = lax.convGeneralDilated(x, parameters[next++], [1, 1], 'VALID').add(bias());
    } else if (layer.type === 'linear') {
      x = np.matmul(x, parameters[next++]).add(parameters[next++]);
    } else if (layer.type === 'relu') {
      x = nn.relu(x);
    } else if (layer.type === 'maxPool2d') {
      const [r, s] = layer.kernelSize;
      x = np.max(x.reshape([batchSize, input[0], height, r, width, s]), [3, 5]);
    } else {
      x = x.reshape([batchSize, channels]);
    }
  }
  return x;
}

/** (parameters, moments, step size, images, labels) -> [parameters, moments, loss] */
function adamStep(chain, batchSize, { betas: [beta1, beta2], eps }) {
  const lossOf = (parameters, images, labels) => {
    const logits = forward(chain, parameters, images, batchSize);
    return np.sum(nn.logSoftmax(logits, -1).mul(labels)).mul(-1 / batchSize);
  };
  return jit((parameters, first, second, rate, correction, images, labels) => {
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(parameters), images, labels);
    const m = gradients.map((each, i) => each.ref.mul(1 - beta1).add(first[i].mul(beta1)));
    const v = gradients.map((each, i) =>
      each.ref
        .mul(each)
        .mul(1 - beta2)
        .add(second[i].mul(beta2)),
    );
    const updated = parameters.map((each, i) => {
      const deviation = np.sqrt(v[i].ref).mul(correction.ref).add(eps);
      return each.sub(m[i].ref.mul(rate.ref).div(deviation));
    });
    rate.dispose();
    correction.dispose();
    return [updated, m, v, loss];
  });
}

/** From new weights, for so many seconds. */
async function train({ chain, batchSize, optimizer, run }, nextBatch, way, seconds) {
  const [beta1, beta2] = optimizer.betas;
  let parameters = firstParameters(chain);
  let moments = [0, 1].map(() => parameters.map(({ shape }) => np.zeros(shape)));
  let t = 0;
  const step = (images, labels) => {
    ++t;
    const rate = np.array([optimizer.learningRate / (1 - beta1 ** t)]);
    const correction = np.array([1 / Math.sqrt(1 - beta2 ** t)]);
    const x = np.array(images, { shape: [batchSize, 1, 28, 28] });
    const y = np.array(labels, { shape: [batchSize, 10] });
    const [updated, m, v, loss] = run(parameters, ...moments, rate, correction, x, y);
    parameters = updated;
    moments = [m, v];
    return loss;
  };
  const result = await trainFor(seconds, batchSize, nextBatch, { step, wait: ways[way] });
  tree.dispose([parameters, moments]);
  return result;
}

/** The faster way of waiting; with several threads there is only one. */
async function chooseWay(training, nextBatch, threads) {
  if (threads > 1) return 'workers';
  const speeds = [];
  for (const way of Object.keys(ways)) {
    await train(training, nextBatch, way, trialSeconds);
    const { images, seconds } = await train(training, nextBatch, way, trialSeconds);
    speeds.push({ way, speed: images / seconds });
  }
  return speeds.reduce((a, b) => (a.speed > b.speed ? a : b)).way;
}

export async function open(data, { threads }) {
  await loadWith(threads);
  const nextBatch = prepareData(data);
  const trainings = new Map();
  return {
    about: { features: (await relaxedSimd()) ? 'SIMD, relaxed SIMD' : 'SIMD', threads },
    prepare: async ({ key, spec, batchSize, optimizer }) => {
      if (optimizer.type !== 'adam') throw new Error('only Adam is built here');
      const chain = chainOf(spec);
      const training = { chain, batchSize, optimizer, run: adamStep(chain, batchSize, optimizer) };
      const way = await chooseWay(training, nextBatch, threads);
      trainings.set(key, { training, way });
      return { threads, way };
    },
    train: ({ key }, seconds) => {
      const { training, way } = trainings.get(key);
      return train(training, nextBatch, way, seconds);
    },
  };
}
