// SPDX-License-Identifier: MIT
// What is in the element's shadow tree: the pad, the layers, the answer, the button that trains. Knows nothing of engines.

import { AnswerView } from './answer-view.js';
import { LayersView } from './layers-view.js';
import { make } from './make.js';
import { Pad } from './pad.js';
import { styles } from './styles.js';
import { Theme } from './theme.js';

/** Parts that can be shown. */
export const PARTS = ['pad', 'layers', 'answer', 'train'] as const;
export type PartName = (typeof PARTS)[number];

export interface ViewEvents {
  drawn: () => void;
  beforeStroke: () => void;
  clear: () => void;
  example: () => void;
  train: () => void;
  rewind: () => void;
}

const button = (text: string, part: string, onClick: () => void): HTMLButtonElement => {
  const made = make('button', { type: 'button', part: `button ${part}` }, text);
  made.addEventListener('click', onClick);
  return made;
};

let sheet: CSSStyleSheet | undefined;

/** One for all elements; unlike a <style> it is allowed whatever a page's content security policy says. */
function sharedSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
  }
  return sheet;
}

export class View {
  readonly pad: Pad;
  readonly layers: LayersView;
  readonly answer: AnswerView;
  readonly #theme: Theme;
  readonly #root: HTMLElement;
  readonly #parts: Readonly<Record<PartName, HTMLElement>>;
  readonly #grid = make('div', { class: 'grid' });
  readonly #message = make('p', { class: 'message', part: 'message' });
  readonly #canvas = make('canvas', { part: 'pad', role: 'application', tabindex: '0' });
  readonly #hint = make('p', { class: 'hint', 'aria-hidden': 'true' });
  readonly #spoken = make('p', { class: 'out-of-sight', role: 'status' });
  readonly #example: HTMLButtonElement;
  readonly #train: HTMLButtonElement;
  readonly #rewind: HTMLButtonElement;
  readonly #trainText = make('p');
  readonly #progress = make('progress', { 'aria-label': 'Training', max: '1' });
  readonly #resizes: ResizeObserver;
  #watching = new AbortController();
  #isExample = false;

  constructor(shadow: ShadowRoot, events: ViewEvents) {
    shadow.adoptedStyleSheets = [sharedSheet()];
    // Its texts are English whatever the page's language is.
    const attributes = { class: 'root', part: 'root', lang: 'en', dir: 'ltr', role: 'group' };
    this.#root = make('div', { ...attributes, 'aria-label': 'Neural network' });
    const color = () => (this.#isExample ? this.#theme.palette.inkSoft : this.#theme.palette.ink);

    const tip = make('span', { class: 'tip', hidden: '' });
    const help = make('p', { class: 'keys', id: 'keys', role: 'status', hidden: '' });
    this.#canvas.setAttribute('aria-describedby', help.id);
    this.#example = button('Example', 'example', events.example);
    const buttons = make('div', { class: 'buttons' }, this.#example, button('Clear', 'clear', events.clear));
    const paper = make('div', { class: 'paper' }, this.#canvas, this.#hint, tip, help);
    this.pad = new Pad({ canvas: this.#canvas, tip, help }, color, events.drawn);
    this.pad.beforeStroke = events.beforeStroke;

    const list = make('div', { class: 'layers', part: 'layers', role: 'region', 'aria-label': 'Layers' });
    this.layers = new LayersView(list, () => this.#theme.palette.table);

    const output = make('output', { class: 'prediction', part: 'prediction', 'aria-live': 'off' });
    output.setAttribute('aria-label', 'Answer');
    const verdict = make('p', { class: 'verdict' });
    const bars = make('ol', { class: 'probabilities', part: 'probabilities', 'aria-label': 'Probabilities' });
    this.answer = new AnswerView({ output, verdict, list: bars });

    this.#train = button('Train', 'train', events.train);
    this.#train.classList.add('primary');
    this.#rewind = button('Rewind', 'rewind', events.rewind);

    this.#parts = {
      pad: make('div', { class: 'pad' }, paper, buttons),
      layers: list,
      answer: make('div', { class: 'answer', part: 'answer' }, make('div', {}, output, verdict), bars),
      train: make('div', { class: 'train', part: 'train' }, this.#train, this.#rewind, this.#trainText, this.#progress),
    };
    this.#grid.append(...Object.values(this.#parts));
    this.#root.append(this.#message, this.#grid, this.#spoken);
    shadow.append(this.#root);
    this.#theme = new Theme(this.#root, () => {
      this.#paint();
    });
    // in a frame of its own: what it changes may change the sizes that are watched
    this.#resizes = new ResizeObserver(() => {
      requestAnimationFrame(() => {
        this.#fit();
      });
    });
    this.showProgress(null);
    this.setHint('none');
    this.isOfDigits = true;
  }

  #paint(): void {
    this.pad.paint();
    this.layers.paint();
  }

  #fit(): void {
    const { layers } = this.#parts;
    this.layers.flat = getComputedStyle(layers).flexDirection === 'column';
    // what can be scrolled must be reached by keys too
    const scrolls = layers.scrollWidth > layers.clientWidth;
    layers.classList.toggle('scrolls', scrolls);
    if (scrolls) layers.tabIndex = 0;
    else layers.removeAttribute('tabindex');
    this.pad.resize();
  }

  /** While the element is in a document. */
  connect(): void {
    this.#watching.abort();
    this.#watching = new AbortController();
    this.#theme.watch(this.#watching.signal);
    this.#resizes.observe(this.#root);
    this.#resizes.observe(this.#parts.layers);
  }

  disconnect(): void {
    this.#watching.abort();
    this.#resizes.disconnect();
  }

  /** Shows these parts, if there is a network to show. */
  showParts(wanted: ReadonlySet<PartName>): void {
    for (const name of PARTS) {
      this.#parts[name].hidden = !wanted.has(name);
      this.#root.classList.toggle(`without-${name}`, !wanted.has(name));
    }
    this.#grid.hidden = wanted.size === 0;
    this.#theme.check();
    this.#fit();
  }

  /** A sentence instead of, or above, the parts; none for an empty one. */
  say(text: string, isError = false): void {
    this.#message.hidden = text === '';
    this.#message.classList.toggle('error', isError);
    this.#message.setAttribute('role', isError ? 'alert' : 'status');
    this.#message.textContent = text;
  }

  /** For screen readers alone. */
  speak(text: string): void {
    this.#spoken.textContent = text;
  }

  /** What stands on the pad: nothing, an example, or somebody's drawing. */
  setHint(kind: 'empty' | 'example' | 'none'): void {
    this.#isExample = kind === 'example';
    this.#hint.hidden = kind === 'none';
    this.#hint.classList.toggle('empty', kind === 'empty');
    this.#hint.textContent = kind === 'example' ? 'An example. Draw your own.' : 'Draw here';
    this.pad.paint();
  }

  /** Of other things, such as letters, there are no examples. */
  set isOfDigits(is: boolean) {
    this.#example.hidden = !is;
    this.#canvas.setAttribute('aria-label', is ? 'Draw a digit' : 'Draw here');
  }

  /** `share`: of the training that is under way, 0..1; null: none is. */
  showProgress(share: number | null): void {
    this.#train.textContent = share === null ? 'Train' : 'Pause';
    this.#progress.hidden = share === null;
    this.#progress.value = share ?? 0;
  }

  showTraining(text: string, canRewind: boolean): void {
    this.#trainText.textContent = text;
    this.#rewind.hidden = !canRewind;
  }
}
