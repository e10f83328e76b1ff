// SPDX-License-Identifier: MIT
//
// The article below the fold: what happens on this page, for a curious sixteen-year-old.

import { data, engine, runFacts } from '../state/store';
import { grouped } from '../state/format';

function Machine() {
  if (engine.value === null) return null;
  const { threads, simd, version } = engine.value;
  return (
    <p class="quiet">
      Engine {version}, {simd}, {threads === 1 ? 'one thread' : `${threads} threads`}.
    </p>
  );
}

export function Article() {
  const weights = runFacts.value === null ? 'thousands of' : grouped(runFacts.value.summary.parameters);
  const count = data.value.facts === null ? 'tens of thousands of' : grouped(data.value.facts.trainCount);
  return (
    <article class="article">
      <h2>What happens here</h2>
      <div class="article-columns">
        <section>
          <h3>It starts with noise</h3>
          <p>
            A neural network is a chain of simple sums with {weights} adjustable numbers in it: the weights. At first
            they are random, so its answers are blind guesses. The seed decides which random numbers it starts with: the
            same seed gives exactly the same run on every computer.
          </p>
        </section>
        <section>
          <h3>It learns from its mistakes</h3>
          <p>
            It is shown a few images at a time, a mini-batch, and guesses. The loss says how wrong the guesses were.
            Then every weight is moved a tiny bit in the direction that would have made the loss smaller. That is one
            step. Once it has seen all {count} images, an epoch is over.
          </p>
        </section>
        <section>
          <h3>It finds its own filters</h3>
          <p>
            Nobody tells it what an edge or a loop is. The convolutions begin as random filters and turn, step by step,
            into detectors for strokes in certain directions, because that helps. Blue means that a unit answers yes,
            orange no, and no colour that it does not care.
          </p>
        </section>
        <section>
          <h3>Is it honest?</h3>
          <p>
            Anyone can learn answers by heart. So after each epoch the network is tested on digits it never learns from.
            Your own handwriting is a harder test still: draw sloppily, draw small, cross your seven, and see.
          </p>
        </section>
      </div>
      <Machine />
    </article>
  );
}
