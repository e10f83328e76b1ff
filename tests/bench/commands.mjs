// SPDX-License-Identifier: MIT
//
// The usage and the options of the measuring programs, apart from them, so that `npm run bench -- --help` answers before anything is built.

import { allRaces } from './races.mjs';

export const benchCommand = {
  usage: `npm run bench   measures kernels, training steps and predictions natively, in Node and in Chromium, in turns
  --model ID         of the zoo; may be given more than once (default all)
  --environment E    native, Node or Chromium; may be given more than once (default all)
  --threads N,M      numbers of threads (default 1 to the number of cores, at most 4)
  --rounds N         rounds, each of one turn per environment, model and number of threads (default 5)
  --seconds S        length of a turn of training (default 0.4)
  --images N         images of the synthetic data set (default 8000)
  --from-step N      training from step N on instead of from fresh weights; not native
  --against FOLDER   instead of all that: how fast training is beside an earlier build in that checkout (Node and native)
  --no-layers        leave the kernels out
  --json FILE        where everything measured goes (default build/bench/bench.json)
  --docs             also write the tables into docs/benchmarks.md
  --reference        also make these the reference figures of the site's bench.html`,
  config: {
    allowNegative: true,
    options: {
      model: { type: 'string', multiple: true },
      environment: { type: 'string', multiple: true },
      threads: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '0.4' },
      images: { type: 'string', default: '8000' },
      'from-step': { type: 'string' },
      against: { type: 'string' },
      layers: { type: 'boolean', default: true },
      json: { type: 'string', default: 'build/bench/bench.json' },
      docs: { type: 'boolean', default: false },
      reference: { type: 'boolean', default: false },
    },
  },
};

export const peersCommand = {
  usage: `npm run bench:peers   trains models in Chromium and in peers, in turns, and prints images per second, their ratios and peak memory
  --rounds N         rounds, each of one turn per peer (default 5)
  --seconds S        length of a turn (default 1.5)
  --model ID         only this model of the comparison; may be given more than once
  --batch N          TinyCNN at this batch size instead of the whole comparison; may be given more than once
  --images N         images of the data set (default 8000)
  --genann FOLDER    the source of Genann, to be compiled (default $GENANN_DIR)
  --no-web           leave the peers in the browser (TensorFlow.js, jax-js) out
  --assert R         fail unless TinyCNN is at least R times as fast as PyTorch as installed, in the first comparison
  --assert-best R    the same against PyTorch at its best
  --json FILE        also write every measurement and version as JSON ('-': to standard output, instead of the table)
  --docs             also write the tables into docs/benchmarks.md
  --reference        also make these the reference figures of the site's bench.html`,
  config: {
    allowNegative: true,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1.5' },
      model: { type: 'string', multiple: true },
      batch: { type: 'string', multiple: true },
      images: { type: 'string', default: '8000' },
      genann: { type: 'string' },
      web: { type: 'boolean', default: true },
      assert: { type: 'string' },
      'assert-best': { type: 'string' },
      json: { type: 'string' },
      docs: { type: 'boolean', default: false },
      reference: { type: 'boolean', default: false },
    },
  },
};

export const timeToCommand = {
  usage: `npm run bench:time-to   trains to a test accuracy in Chromium on MNIST and prints how long that takes
  --seeds N          seeds 1 to N (default 10)
  --threads N        (default 2)
  --race ID          one of ${allRaces.map(({ id }) => id).join(', ')}; may be given more than once (default all)
  --json FILE        where everything measured goes (default build/bench/time-to.json)
  --docs             also write the tables into docs/benchmarks.md`,
  config: {
    options: {
      seeds: { type: 'string', default: '10' },
      threads: { type: 'string', default: '2' },
      race: { type: 'string', multiple: true },
      json: { type: 'string', default: 'build/bench/time-to.json' },
      docs: { type: 'boolean', default: false },
    },
  },
};
