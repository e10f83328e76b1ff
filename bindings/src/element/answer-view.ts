// SPDX-License-Identifier: MIT
// The class that fits best, by name, and the probabilities of all classes as bars.

import { make } from './make.js';
import { percent } from './texts.js';

/** A name longer than a letter or two is written smaller. */
const isLong = (name: string): boolean => Array.from(name).length > 2;

/** From this many classes on the bars stand in two columns, without figures. */
const MANY = 13;

interface Row {
  item: HTMLElement;
  fill: HTMLElement;
  share: HTMLElement;
}

export interface AnswerParts {
  output: HTMLElement;
  verdict: HTMLElement;
  list: HTMLElement;
}

export class AnswerView {
  readonly #parts: AnswerParts;
  #rows: Row[] = [];
  #names: readonly string[] = [];

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /** Another network's classes. */
  show(names: readonly string[]): void {
    this.#names = names;
    const { list } = this.#parts;
    list.classList.toggle('many', names.length >= MANY);
    list.classList.toggle('named', names.some(isLong));
    this.#rows = names.map((name) => {
      const fill = make('span', { class: 'fill', part: 'bar' });
      const share = make('span', { class: 'share' });
      const label = make('span', { class: 'class-name', title: name }, name);
      const track = make('span', { class: 'track', 'aria-hidden': 'true' }, fill);
      return { item: make('li', { part: 'probability' }, label, track, share), fill, share };
    });
    list.replaceChildren(...this.#rows.map(({ item }) => item));
    this.update(null, 'Nothing drawn yet');
  }

  /** `verdict`: a few words below the answer. */
  update(probabilities: Float32Array | null, verdict: string): void {
    const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    const { output, verdict: words } = this.#parts;
    output.textContent = this.#names[best] ?? '';
    output.classList.toggle('long', isLong(output.textContent));
    words.textContent = verdict;
    this.#rows.forEach(({ item, fill, share }, i) => {
      const value = probabilities?.[i] ?? 0;
      item.classList.toggle('best', i === best);
      fill.style.transform = `scaleX(${Number.isFinite(value) ? value.toFixed(4) : 0})`;
      share.textContent = probabilities ? percent(value, 1) : '–';
    });
  }
}
