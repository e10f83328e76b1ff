// SPDX-License-Identifier: MIT
//
// What the panels below "Look inside" ask the worker, and what it answers. Each answer says of which step it is and how long the worker
// was at it, by which the page paces itself. Null: something else was asked for meanwhile, or the run is over.

export interface Histogram {
  /** The bins are equally wide and reach from -reach to reach; 0 where all values are zero. */
  reach: number;
  /** Values in each bin; those beyond are in the outermost. */
  counts: Uint32Array;
  min: number;
  /** At the shares 0.05, 0.5 and 0.95 of the values. */
  percentiles: number[];
  max: number;
}

/** A square that covers part of the input image. */
export interface Patch {
  /** Pixels a side, odd. */
  size: number;
  /** From one patch to the next; a value stands for a square of so many pixels. */
  stride: number;
}

export interface Seen {
  step: number;
  /** Of the worker's time. */
  milliseconds: number;
}

/** Some of a layer's filters or units, by the weights with which it reads. */
export interface LayerWeights extends Seen {
  layer: string;
  /** Of the first filter or unit that is here. */
  first: number;
  /** Filters or units of the layer. */
  total: number;
  /** Of one filter or unit as in PyTorch's state_dict: [C, R, S], [inputs], or [] for a batch norm's. */
  shape: number[];
  /** Those of the filters that are here, one after another. */
  weight: Float32Array;
  /** One for each of them, where the layer has any. */
  bias: Float32Array | null;
  /** Of all the layer's weights. */
  min: number;
  max: number;
  /** The absolute value that all but the largest hundredth of them stay below. */
  strong: number;
}

/** What of the current input speaks for a class. */
export interface Evidence extends Seen {
  /** The digit: 28x28, 0 background .. 255 ink. */
  pixels: Uint8Array;
  label: number;
  /** 28x28. */
  values: Float32Array;
}

/** The gradient of the class's score (logit) by the pixels, from no ink (0) to full ink (1). */
export interface Saliency extends Evidence {
  score: number;
}

/** By how much the class's probability falls when the patch around a pixel is covered. */
export interface Occlusion extends Evidence {
  probability: number;
  patch: Patch;
}

/** The distribution of the numbers of each trainable layer. */
export interface Distributions extends Seen {
  /** Training images whose mean loss the gradients are of. */
  images: number;
  layers: {
    name: string;
    /** Null where all of them are NaN, or there are no data. */
    weights: Histogram | null;
    gradients: Histogram | null;
  }[];
}

/** Test images, and the current input among them, in a plane: by the activations that the last dense layer reads. */
export interface Embedding extends Seen {
  layer: string;
  /** Values that the plane is drawn from. */
  units: number;
  /** The share (0..1) of their variance along each of the two axes. */
  explained: number[];
  /** Of the test images. */
  indices: Uint32Array;
  labels: Uint8Array;
  /** [x, y] of each. */
  points: Float32Array;
  /** 28x28 bytes each, where they were asked for. */
  images: Uint8Array;
  /** Their activations, one image after another, where they were asked for. */
  rows: Float32Array;
  /** `neighbours`: the images whose activations are nearest, by their place in `indices`. */
  input: { place: [x: number, y: number]; neighbours: number[] } | null;
}

/** Why there is no plane: the activations are NaN or infinite, or no test image's differ from another's. */
export interface NoPlane extends Seen {
  because: 'not finite' | 'all the same';
}

interface Answered {
  /** 28x28. */
  pixels: Uint8Array;
  probabilities: Float32Array;
}

/** The current input, and the same one with each pixel changed by a little, in the direction that makes the next likeliest class likelier. */
export interface Nudged {
  step: number;
  before: Answered;
  after: Answered;
}

export interface InsightCalls {
  /** `size`: of the range from background to ink, 0..1. */
  nudge: { ask: { size: number }; answer: Nudged | null };
  /** The weights of filters or units `first` to `first + count - 1` of a layer. */
  kernels: { ask: { layer: string; first: number; count: number }; answer: LayerWeights | null };
  /** Of this class; null: of the one that it reads. */
  saliency: { ask: { label: number | null }; answer: Saliency | null };
  occlusion: { ask: { label: number | null; patch: Patch }; answer: Occlusion | null };
  distributions: { ask: object; answer: Distributions | null };
  embedding: { ask: { withImages: boolean; withRows: boolean }; answer: Embedding | NoPlane | null };
}
