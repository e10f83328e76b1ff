// SPDX-License-Identifier: MIT
//
// The test images by what the last evaluation took them for: those of one cell of the confusion matrix, or all mistakes, the surest
// first. How sure the network is comes from its weights as they are when somebody looks. Loaded when somebody does.

import type { LabelledImages, Session } from 'tinycnn';
import { Pace } from './pace';
import { turn } from './turn';
import type { Example, ExampleFilter, Examples as Found } from '../shared/protocol';

/** More are counted, not ranked: reading an image takes a large network many milliseconds. */
const maxRanked = 600;
const maxAtOnce = 200;

export class Examples {
  readonly #pace = new Pace(maxAtOnce);
  readonly #confidence = new Map<number, number>();

  /** predicted: the class of each test image by the last evaluation. */
  constructor(
    private readonly session: Session,
    private readonly test: LabelledImages,
    private readonly predicted: Uint8Array,
  ) {}

  /** Up to `count` of them; null once `current` no longer holds. */
  async find(filter: ExampleFilter, count: number, current: () => boolean): Promise<Found | null> {
    const { predicted } = this;
    const all = this.#matching(predicted, filter);
    const ranked = all.slice(0, maxRanked);
    for (let first = 0; first < ranked.length;) {
      const part = ranked.slice(first, first + this.#pace.units);
      const from = performance.now();
      for (const index of part) this.#rate(index, predicted[index]!);
      this.#pace.learn(part.length, performance.now() - from);
      first += part.length;
      await turn();
      if (!current()) return null;
    }
    const surest = ranked.sort((a, b) => this.#confidence.get(b)! - this.#confidence.get(a)! || a - b);
    return { total: all.length, examples: surest.slice(0, count).map((index) => this.#example(index, predicted)) };
  }

  #matching(predicted: Uint8Array, filter: ExampleFilter): number[] {
    const { labels } = this.test;
    const indices: number[] = [];
    for (let i = 0; i < predicted.length; ++i) {
      const isWanted =
        filter === 'mistakes'
          ? labels[i] !== predicted[i]
          : labels[i] === filter.label && predicted[i] === filter.predicted;
      if (isWanted) indices.push(i);
    }
    return indices;
  }

  #pixels(index: number): Uint8Array {
    const size = this.test.height * this.test.width;
    return this.test.images.slice(index * size, (index + 1) * size);
  }

  #rate(index: number, predicted: number): void {
    if (this.#confidence.has(index)) return;
    this.#confidence.set(index, this.session.predict(this.#pixels(index))[predicted]!);
  }

  #example(index: number, predicted: Uint8Array): Example {
    return {
      index,
      label: this.test.labels[index]!,
      predicted: predicted[index]!,
      confidence: this.#confidence.get(index)!,
      pixels: this.#pixels(index),
    };
  }
}
