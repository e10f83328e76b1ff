// SPDX-License-Identifier: MIT
//
// Pictures of the digit at hand: what every layer answers to it. At most one frame is on its way to the screen, and frames take at most
// a tenth of the worker's time, so that showing never slows learning much.

import type { Session } from 'tinycnn';
import type { Frame, LinkStrengths } from '../protocol';

const kLeastInterval = 50;
/** Weights change slowly. */
export const kLinksInterval = 300;
const kShareOfTime = 0.1;

/** The sum over each kernel of every convolution: what the line between two channels stands for. */
export function linkStrengths(session: Session): LinkStrengths[] {
  const kernels = session.parameters().filter(({ shape }) => shape.length === 4);
  return kernels.map(({ name, shape, data }) => {
    const [to = 0, from = 0, height = 0, width = 0] = shape;
    const size = height * width;
    const values = new Float32Array(to * from);
    data.forEach((weight, i) => (values[Math.floor(i / size)]! += weight));
    return { layer: name.slice(0, name.lastIndexOf('.')), to, from, values };
  });
}

export function frameOf(session: Session, pixels: Uint8Array): Frame {
  const layers = session.allActivations(pixels);
  const probabilities = layers.at(-1)!.data.slice();
  return { step: session.step, layers, probabilities };
}

export const frameBuffers = (frame: Frame): Transferable[] =>
  frame.layers.map(({ data }) => data.buffer as ArrayBuffer);

export class FrameClock {
  #onItsWay = false;
  #notBefore = 0;

  /** The last frame has been drawn. */
  drawn(): void {
    this.#onItsWay = false;
  }

  due(now: number): boolean {
    return !this.#onItsWay && now >= this.#notBefore;
  }

  sent(now: number, cost: number): void {
    this.#onItsWay = true;
    this.#notBefore = now + Math.max(kLeastInterval, cost / kShareOfTime);
  }
}
