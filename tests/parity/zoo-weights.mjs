// SPDX-License-Identifier: MIT
//
// The counterpart of zoo_weights.py: weights as a pure function of (tensor's place, element), bit-exact, and what the
// fixtures hold instead of a large tensor.

const kSampled = 256;

/** Rates at which no ReLU and no max-pool of these steps is so near a tie that rounding decides. wide-593k's published rate diverges,
 * which is its point. At residual-8k's own rate, PyTorch's float64 moves weights by up to 2e-3 of their largest if the first weights
 * are changed by a millionth; at this rate by 4e-6. */
const kSaneRates = { 'wide-593k': 0.03, 'residual-8k': 0.02 };

const withoutDropout = (layer) => (layer.type.startsWith('dropout') ? { ...layer, p: 0 } : layer);

/** { id, spec, recipe } of each model, dropout off. */
export function zooForParity(engine) {
  return engine.zoo.map((entry) => {
    const { schedule, loss, normalize } = entry.recipe;
    const optimizer = { ...entry.recipe.optimizer };
    optimizer.learningRate = kSaneRates[entry.id] ?? optimizer.learningRate;
    const spec = { ...entry.spec, layers: entry.spec.layers.map(withoutDropout) };
    return { id: entry.id, spec, recipe: { optimizer, schedule, loss, normalize } };
  });
}

/** In [-1, 1): C. Wellons' lowbias32 of each index, https://nullprogram.com/blog/2018/07/31/ */
function noise(tensor, index) {
  let x = (index + Number((BigInt(tensor) * 2654435761n) & 0xffffffffn)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
}

function middleAndSpread(name, weightShape) {
  const kind = name.split('.').at(-1);
  if (weightShape.length === 1) return ['weight', 'running_var'].includes(kind) ? [0.75, 0.25] : [0, 0.1];
  return [0, 1 / Math.sqrt(weightShape.slice(1).reduce((product, size) => product * size, 1))];
}

/** Fills a copy of a session's parameters. */
export function initialParameters(parameters) {
  return parameters.map(({ name, shape, data }, tensor) => {
    const weight = parameters.find((other) => other.name === name.replace(/[^.]*$/, 'weight'));
    const [middle, spread] = middleAndSpread(name, weight.shape);
    return { name, shape, data: Float32Array.from(data, (_, i) => middle + spread * noise(tensor, i)) };
  });
}

export function sample(values) {
  const stride = Math.ceil(values.length / kSampled);
  return values.filter((_, i) => i % stride === 0);
}

export function sums(values) {
  let [sum, magnitudes, squares] = [0, 0, 0];
  for (const value of values) {
    sum += value;
    magnitudes += Math.abs(value);
    squares += value * value;
  }
  return { sum, magnitudes, norm: Math.sqrt(squares) };
}
