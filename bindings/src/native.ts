// SPDX-License-Identifier: MIT
// Calls into WebAssembly. Nothing is thrown across Embind: every binding returns { value } or { error, code }. Any other failure, such as
// a trap, becomes a TinyCNNError as well.

import { TinyCNNError, type ErrorCode } from './errors.js';

/** What every binding returns; see guarded() in the C++ bindings. */
interface Outcome {
  value?: unknown;
  error?: string;
  /** Present if the error is of another kind than the caller's default code. */
  code?: ErrorCode;
}

function outcomeOf(binding: () => unknown): Outcome {
  try {
    return binding() as Outcome;
  } catch (error) {
    if (error instanceof TinyCNNError) throw error;
    throw new TinyCNNError('internal', `[engine] ${String(error)}`, { cause: error });
  }
}

/** Returns the value of a binding, or throws its error; `code` is used if the binding gives none: the core refused the arguments. */
export function call(code: ErrorCode, binding: () => unknown): unknown {
  const outcome = outcomeOf(binding);
  if (outcome.error !== undefined) throw new TinyCNNError(outcome.code ?? code, outcome.error);
  return outcome.value;
}
