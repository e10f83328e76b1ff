// SPDX-License-Identifier: MIT
// What `<tiny-cnn>` tells the page.

/** `detail` of the event `prediction`. */
export interface Prediction {
  /** The class that fits best: its position and its name. */
  label: number;
  name: string;
  /** Of that class, and of all in the order of `session.classNames`; 0..1. */
  probability: number;
  probabilities: Float32Array;
  /** What the network reads: [28][28], 0 background to 255 ink. */
  pixels: Uint8Array;
  /** Whether it is of the example that is shown until somebody draws. */
  isExample: boolean;
}

/** `detail` of the event `trained`. */
export interface Trained {
  /** Mini-batches so far. */
  step: number;
  /** Running means over the last mini-batches: in nats, and 0..1. */
  loss: number;
  accuracy: number;
  /** On the test images, 0..1; null where there are none, and after a pause. */
  testAccuracy: number | null;
  /** False after a pause. */
  isComplete: boolean;
}

/** Events of `<tiny-cnn>`. None of them bubbles. */
export interface TinyCNNElementEventMap extends Omit<HTMLElementEventMap, 'error'> {
  /** After every change of the drawing or the network. */
  prediction: CustomEvent<Prediction>;
  /** When training has ended or paused. */
  trained: CustomEvent<Trained>;
  /** `message` is the sentence that the element shows, `error` the TinyCNNError. */
  error: ErrorEvent;
}
