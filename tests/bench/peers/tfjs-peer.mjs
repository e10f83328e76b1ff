// SPDX-License-Identifier: MIT
//
// TensorFlow.js on one of its backends: a model of its layers, trained with its own optimizer by minimize().

import { chainOf, prepareData, trainFor } from './training.mjs';

const modules = new URL('./node_modules/@tensorflow/', import.meta.url).href;
let tf;

/** Its builds for pages, of which the second adds to the first. */
async function loadScript(path) {
  await new Promise((loaded, failed) => {
    const script = document.createElement('script');
    script.src = `${modules}${path}`;
    script.onload = loaded;
    script.onerror = () => failed(new Error(`${path} did not load`));
    document.head.append(script);
  });
}

/** Its layers read [N,H,W,C], which with one channel are the same bytes as [N,C,H,W]. */
const layers = {
  conv2d: ({ outChannels, kernelSize }, place) => tf.layers.conv2d({ filters: outChannels, kernelSize, ...place }),
  maxPool2d: ({ kernelSize }, place) => tf.layers.maxPooling2d({ poolSize: kernelSize, ...place }),
  relu: (_, place) => tf.layers.reLU(place),
  flatten: (_, place) => tf.layers.flatten(place),
  linear: ({ outFeatures }, place) => tf.layers.dense({ units: outFeatures, ...place }),
};

function modelOf(chain) {
  const model = tf.sequential();
  chain.forEach(({ layer }, i) => {
    model.add(layers[layer.type](layer, i === 0 ? { inputShape: [28, 28, 1] } : {}));
  });
  return model;
}

async function setBackend(backend) {
  await loadScript('tfjs/dist/tf.min.js');
  ({ tf } = globalThis);
  if (backend === 'wasm') {
    await loadScript('tfjs-backend-wasm/dist/tf-backend-wasm.min.js');
    tf.wasm.setWasmPaths(`${modules}tfjs-backend-wasm/dist/`);
  }
  if (!(await tf.setBackend(backend))) throw new Error(`its ${backend} backend does not start here`);
  await tf.ready();
}

export async function open(data, { backend }) {
  await setBackend(backend);
  const nextBatch = prepareData(data);
  const trainings = new Map();
  return {
    prepare: ({ key, spec, batchSize, optimizer }) => {
      if (optimizer.type !== 'adam') throw new Error('only Adam is built here');
      trainings.set(key, { chain: chainOf(spec), batchSize, optimizer });
    },
    train: async ({ key }, seconds) => {
      const { chain, batchSize, optimizer } = trainings.get(key);
      const model = modelOf(chain);
      const [beta1, beta2] = optimizer.betas;
      const adam = tf.train.adam(optimizer.learningRate, beta1, beta2, optimizer.eps);
      const step = (images, labels) =>
        tf.tidy(() => {
          const x = tf.tensor4d(images, [batchSize, 28, 28, 1]);
          const y = tf.tensor2d(labels, [batchSize, 10]);
          return adam.minimize(
            () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })).asScalar(),
            true,
          );
        });
      const wait = async (loss) => {
        const [value] = await loss.data();
        loss.dispose();
        return value;
      };
      try {
        return await trainFor(seconds, batchSize, nextBatch, { step, wait });
      } finally {
        model.dispose();
        adam.dispose();
      }
    },
  };
}
