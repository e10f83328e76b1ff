// SPDX-License-Identifier: MIT
// The one error type of the package. Its `code` is stable and meant for programs; its text is meant for people and may change.

/**
 * - `invalid-option`: an option or argument is unknown, missing, of the wrong type or out of range
 * - `invalid-spec`: a model's spec is inconsistent or too large
 * - `invalid-data`: images, labels, pixels, strokes, weights or the bytes of an IDX file are invalid
 * - `invalid-checkpoint`: the bytes are not a checkpoint, are damaged, or belong to another model
 * - `missing-data`: the call needs a data set that has not been set with `setData`
 * - `out-of-memory`: the model, batch or data set needs more memory than is available; the session and the engine stay usable
 * - `busy`: `fit` was called while another `fit` of the session runs
 * - `aborted`: the caller's AbortSignal ended the call
 * - `disposed`: the session or engine was disposed before the call or during it
 * - `unsupported`: this browser or version of Node cannot run the engine
 * - `load-failed`: the engine's files could not be loaded
 * - `internal`: a bug in TinyCNN; load a new engine before you continue
 */
export type ErrorCode =
  | 'invalid-option'
  | 'invalid-spec'
  | 'invalid-data'
  | 'invalid-checkpoint'
  | 'missing-data'
  | 'out-of-memory'
  | 'busy'
  | 'aborted'
  | 'disposed'
  | 'unsupported'
  | 'load-failed'
  | 'internal';

/** Everything that the package throws. The text says where in brackets, what was expected and what was found. */
export class TinyCNNError extends Error {
  override readonly name = 'TinyCNNError';

  /** `code`: which kind of failure it is; `message`: for people; `options.cause`: what led to it. */
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
