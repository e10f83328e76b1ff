// SPDX-License-Identifier: MIT
// Light or dark, as the element's own `color-scheme` says, and its colours as numbers for canvases.

import { colorTable, readColor } from './colors.js';

const NAMES = ['negative', 'zero', 'positive', 'ink', 'ink-soft'] as const;

export interface Palette {
  /** Of the layers. */
  table: Uint32Array;
  /** CSS colours of what is drawn, and of an example. */
  ink: string;
  inkSoft: string;
}

export class Theme {
  readonly #root: HTMLElement;
  /** Its colour is that of text in the used colour scheme. */
  readonly #probe: HTMLElement;
  readonly #samples: HTMLElement;
  readonly #changed: () => void;
  #seen = '';
  #palette: Palette | undefined;

  /** `changed`: called when the colours are others than before. */
  constructor(root: HTMLElement, changed: () => void) {
    this.#root = root;
    this.#changed = changed;
    this.#samples = document.createElement('span');
    this.#samples.className = 'samples';
    this.#samples.setAttribute('aria-hidden', 'true');
    this.#samples.append(
      ...NAMES.map((name) => Object.assign(document.createElement('i'), { className: `sample-${name}` })),
    );
    this.#probe = Object.assign(document.createElement('i'), { className: 'probe' });
    this.#samples.append(this.#probe);
    root.append(this.#samples);
    // the probe has a transition, so that a page's switch to its other colours is told
    this.#samples.addEventListener('transitionend', this.check);
  }

  watch(signal: AbortSignal): void {
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', this.check, { signal });
    }
    this.check();
  }

  /** Looks at the colours again. */
  readonly check = (): void => {
    const [red, green, blue] = readColor(getComputedStyle(this.#probe).color);
    this.#root.classList.toggle('dark', red + green + blue > 382);
    const seen = NAMES.map((_, i) => getComputedStyle(this.#samples.children[i]!).color).join();
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#palette = undefined;
    this.#changed();
  };

  get palette(): Palette {
    return (this.#palette ??= this.#read());
  }

  #read(): Palette {
    const css = NAMES.map((_, i) => getComputedStyle(this.#samples.children[i]!).color);
    const [negative, zero, positive] = css.map(readColor);
    return { table: colorTable(negative!, zero!, positive!), ink: css[3]!, inkSoft: css[4]! };
  }
}
