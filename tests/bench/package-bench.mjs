// SPDX-License-Identifier: MIT
//
// The package's side of the benchmarks, for Node and for a worker in the browser: engines by thread count, sessions by run, and the
// questions that can be asked of them. Each question is an object with `threads`, a number or all of loadEngine's options, and its answer
// can be sent as a message.

import { keyOf, sessionOptions } from './runs.mjs';

/** Training calls are made about this long, so that what lies around them costs nothing. */
const callSeconds = 0.02;
const side = 28;
/** Built only for npm run bench. */
const layerBench = '../../build/wasm-simd/tests/layer_bench.mjs';

/** One split of MNIST from the page's own server. */
async function fetchSplit(engine, name) {
  const read = async (file) => {
    const response = await fetch(`/data/${name}-${file}-ubyte.gz`);
    const bytes = response.body.pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(bytes).arrayBuffer());
  };
  return { ...engine.readIdxImages(await read('images-idx3')), ...engine.readIdxLabels(await read('labels-idx1')) };
}

export function packageBench(loadEngine) {
  const engines = new Map();
  const sessions = new Map();
  /** Of sessions, at the step that they are measured from. */
  const checkpoints = new Map();
  let data;
  let layers;
  let mnist;

  const engineOf = (threads) => {
    const key = JSON.stringify(threads);
    if (!engines.has(key)) engines.set(key, loadEngine(typeof threads === 'object' ? threads : { threads }));
    return engines.get(key);
  };

  async function sessionOf({ threads, run }) {
    const key = `${JSON.stringify(threads)} ${keyOf(run)} ${run.fromStep}`;
    if (!sessions.has(key)) {
      const engine = await engineOf(threads);
      const session = engine.createSession(sessionOptions(engine.zoo, run));
      session.setData('train', data);
      sessions.set(key, session);
    }
    return sessions.get(key);
  }

  /** Has it at the step that it is to be measured from. */
  function begin(session, { fromStep = 0 }) {
    if (fromStep === 0) return session.rewind();
    if (!checkpoints.has(session)) {
      session.rewind();
      session.trainSteps(fromStep);
      checkpoints.set(session, session.save());
    }
    return session.load(checkpoints.get(session));
  }

  return {
    open: async ({ threads, images, labels }) => {
      if (images) data = { images, labels, height: side, width: side };
      return (await engineOf(threads)).info;
    },

    peak: async ({ threads, seconds }) => (await engineOf(threads)).measurePeak(seconds),

    prepare: async (question) => {
      await sessionOf(question);
      return {};
    },

    /** Trains from where the run says for at least `seconds`; images, seconds and the last loss. */
    train: async (question) => {
      const session = await sessionOf(question);
      const { batchSize } = question.run;
      const imagesUntil = (step) => {
        const epochs = Math.floor(step / session.stepsPerEpoch);
        return epochs * data.labels.length + (step % session.stepsPerEpoch) * batchSize;
      };
      begin(session, question.run);
      const first = session.step;
      let steps = 1;
      let loss = NaN;
      const start = performance.now();
      let elapsed = 0;
      while (elapsed < question.seconds) {
        ({ loss } = session.trainSteps(steps));
        const now = (performance.now() - start) / 1000;
        if (now - elapsed < callSeconds) steps *= 2;
        elapsed = now;
      }
      return { images: imagesUntil(session.step) - imagesUntil(first), seconds: elapsed, loss };
    },

    /** Microseconds of one prediction, inside the engine and through the package. */
    predict: async ({ threads, model, seconds }) => {
      const session = (await engineOf(threads)).createSession({ model });
      try {
        return session.measurePrediction(seconds);
      } finally {
        session.dispose();
      }
    },

    /** Bytes that an engine of its own holds for a run, once it has trained, tested and predicted: without the data, and in all. */
    memory: async ({ threads, run }) => {
      const engine = await loadEngine({ threads });
      const before = engine.memory.used;
      const session = engine.createSession(sessionOptions(engine.zoo, run));
      session.setData('train', data);
      session.trainSteps(3);
      session.setData('test', data);
      session.evaluate('test');
      session.predict(data.images.subarray(0, side * side));
      const dataBytes = 2 * (data.images.length + data.labels.length);
      const { used, reserved } = engine.memory;
      session.dispose();
      return { session: used - before - dataBytes, reserved: reserved - dataBytes };
    },

    fetchMnist: async () => {
      const engine = await engineOf(1);
      mnist = { train: await fetchSplit(engine, 'train'), test: await fetchSplit(engine, 't10k') };
      return {};
    },

    /** Trains a new session on MNIST for `steps` and tests it: the seconds all that took, and the accuracy. */
    reach: async ({ threads, session: options, steps }) => {
      const engine = await engineOf(threads);
      const start = performance.now();
      const session = engine.createSession(options);
      try {
        session.setData('train', mnist.train);
        session.setData('test', mnist.test);
        session.trainSteps(steps);
        const { accuracy } = session.evaluate('test');
        return { seconds: (performance.now() - start) / 1000, accuracy };
      } finally {
        session.dispose();
      }
    },

    /** Names of the layers' tasks in tests/bench/layer_bench.cpp. */
    layers: async () => {
      const { default: createModule } = await import(layerBench);
      layers = await createModule();
      return Array.from({ length: layers._task_count() }, (_, i) => layers.UTF8ToString(layers._task_name(i)));
    },

    /** Seconds of one call of a task, over about `seconds`. */
    layer: ({ index, seconds }) => {
      let count = 1;
      let calls = 0;
      let taken = 0;
      const end = performance.now() + 1000 * seconds;
      for (;;) {
        const start = performance.now();
        layers._run_task(index, count);
        const now = performance.now();
        if (now - start < 2) {
          count *= 2;
          calls = taken = 0;
          continue;
        }
        calls += count;
        taken += now - start;
        if (now >= end) return taken / 1000 / calls;
      }
    },
  };
}
