// SPDX-License-Identifier: MIT
//
// The way from a map to its opened channel and back: a copy of the picture flies from the one place to the other. Without motion for
// those who have asked for less of it.

import { effect } from '@preact/signals';
import { networkView } from '../../state/store';
import { lessMotion } from '../../shared/motion';
import type { Unit } from '../../state/network-view';

const milliseconds = 280;
/** What is opened may have to be loaded first; after this there is nothing to fly to. */
const longestWait = 1500;

const openedPicture = '[data-testid="detail-output"] canvas';

/** The picture of one channel in the network; a contact sheet has none of its own for each. */
const mapOf = ({ layer, index }: Unit): string => `[data-unit="${layer}/${index}"] canvas`;

/** The picture as it is now, in its place on the screen. */
function copyOf(source: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [source.width, source.height];
  copy.getContext('2d')!.drawImage(source, 0, 0);
  copy.className = 'pixels zoom';
  place(copy, source.getBoundingClientRect());
  return copy;
}

function place({ style }: HTMLElement, { left, top, width, height }: DOMRect): void {
  Object.assign(style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
}

async function appears(selector: string): Promise<HTMLElement | null> {
  const until = performance.now() + longestWait;
  for (;;) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null || performance.now() > until) return found;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

async function fly(copy: HTMLCanvasElement, to: string): Promise<void> {
  document.body.append(copy);
  try {
    const target = await appears(to);
    if (target === null) return;
    const [from, end] = [copy.getBoundingClientRect(), target.getBoundingClientRect()];
    const scale = `scale(${end.width / from.width}, ${end.height / from.height})`;
    const transform = `translate(${end.left - from.left}px, ${end.top - from.top}px) ${scale}`;
    await copy.animate([{ transform: 'none' }, { transform }], {
      duration: milliseconds,
      easing: 'cubic-bezier(.3,0,.1,1)',
    }).finished;
  } finally {
    copy.remove();
  }
}

/** Follows what is opened and closed, until the returned function is called. */
export function zoomBetween(): () => void {
  let before = networkView.peek().opened;
  return effect(() => {
    const { opened } = networkView.value;
    const [from, to] = [before, opened];
    before = opened;
    if ((from === null) === (to === null) || lessMotion()) return;
    // the page is drawn anew after this: what is there now is where it begins
    const source = document.querySelector<HTMLCanvasElement>(to === null ? openedPicture : mapOf(to));
    if (source !== null) void fly(copyOf(source), to === null ? mapOf(from!) : openedPicture);
  });
}
