// SPDX-License-Identifier: MIT
//
// What the peers in the browser have in common: batches, first weights, and the loop that trains for a time. A peer gives
// { step(images, labels) -> loss, wait(loss) -> number }; images are [N,1,28,28] floats, labels one-hot [N,10].

const area = 28 * 28;
const classes = 10;
/** Results are waited for this often, so that work can queue but not pile up. */
const stepsPerWait = 8;

/** Data as peers want them: normalised floats, and an endless shuffled order. */
export function prepareData({ images, labels }) {
  const floats = Float32Array.from(images, (byte) => (byte / 255 - 0.1307) / 0.3081);
  const order = Array.from(labels, (_, i) => i);
  let position = 0;
  const shuffle = () => {
    for (let i = order.length - 1; i > 0; --i) {
      const j = Math.floor(Math.random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    position = 0;
  };
  shuffle();
  return (batchSize) => {
    if (position + batchSize > order.length) shuffle();
    const batch = { images: new Float32Array(batchSize * area), labels: new Float32Array(batchSize * classes) };
    for (let n = 0; n < batchSize; ++n) {
      const sample = order[position++];
      batch.images.set(floats.subarray(sample * area, (sample + 1) * area), n * area);
      batch.labels[n * classes + labels[sample]] = 1;
    }
    return batch;
  };
}

/** Uniform in +-1/sqrt(fanIn), as PyTorch's layers start. */
export function firstWeights(count, fanIn) {
  const bound = 1 / Math.sqrt(fanIn);
  return Float32Array.from({ length: count }, () => (2 * Math.random() - 1) * bound);
}

/** What a peer must know of each layer of a plain chain: [{ layer, input: [C,H,W], output: [C,H,W] }]; throws for other specs. */
export function chainOf({ input, layers }) {
  let shape = input;
  return layers.map((layer) => {
    const { type, from, kernelSize = [1, 1], padding = [0, 0] } = layer;
    if (from || [...padding].some((side) => side > 0))
      throw new Error('only plain chains without padding are built here');
    const [channels, height, width] = shape;
    const [r, s] = kernelSize;
    const next = {
      conv2d: () => [layer.outChannels, height - r + 1, width - s + 1],
      maxPool2d: () => [channels, Math.floor(height / r), Math.floor(width / s)],
      flatten: () => [channels * height * width, 1, 1],
      linear: () => [layer.outFeatures, 1, 1],
      relu: () => shape,
    }[type];
    if (!next) throw new Error(`${type} is not built here`);
    const step = { layer, input: shape, output: next() };
    shape = step.output;
    return step;
  });
}

/** Trains for at least `seconds`; images, seconds and the last loss. */
export async function trainFor(seconds, batchSize, nextBatch, { step, wait }) {
  let steps = 0;
  let elapsed = 0;
  let loss = NaN;
  const start = performance.now();
  while (elapsed < seconds) {
    const { images, labels } = nextBatch(batchSize);
    const result = step(images, labels);
    ++steps;
    elapsed = (performance.now() - start) / 1000;
    if (steps % stepsPerWait === 0 || elapsed >= seconds) {
      loss = await wait(result);
      elapsed = (performance.now() - start) / 1000;
    } else {
      result.dispose?.();
    }
  }
  return { images: steps * batchSize, seconds: elapsed, loss };
}
