// SPDX-License-Identifier: MIT
//
// How fast a network trains here: for a moment, on noise, by the recipe that it would be trained by.

import { turn } from '../turn';
import type { Engine, LabelledImages, ModelSpec } from 'tinycnn';
import type { MeasureAsk } from '../../shared/protocol-editor';

const side = 28;
const images = 1024;
const warmUpMilliseconds = 80;
const milliseconds = 400;
/** Between two looks at whether it is still wanted. */
const callMilliseconds = 25;

/** Ink here and there, always the same. */
function noise(classes: number): LabelledImages {
  const pixels = Uint8Array.from({ length: images * side * side }, (_, i) => {
    const mixed = (i * 2_654_435_761) >>> 24;
    return mixed > 200 ? mixed : 0;
  });
  const labels = Uint8Array.from({ length: images }, (_, i) => i % classes);
  return { images: pixels, labels, height: side, width: side };
}

/** It is stopped by ending the worker. */
export async function measure(
  engine: Engine,
  { spec, options, classNames }: Omit<MeasureAsk, 'threads'>,
): Promise<{ imagesPerSecond: number }> {
  const session = engine.createSession({ model: spec as ModelSpec, classNames, ...options });
  try {
    const { batchSize = 16 } = options;
    session.setData('train', noise(classNames.length));
    let steps = 1;
    let counted = 0;
    let since: number | null = null;
    const begun = performance.now();
    for (let now = begun; since === null || now - since < milliseconds;) {
      const before = performance.now();
      session.trainSteps(steps);
      now = performance.now();
      if (since !== null) counted += steps;
      else if (now - begun >= warmUpMilliseconds) since = now;
      if (now - before < callMilliseconds) steps *= 2;
      await turn();
    }
    return { imagesPerSecond: (1000 * counted * batchSize) / (performance.now() - since) };
  } finally {
    session.dispose();
  }
}
