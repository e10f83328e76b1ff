// SPDX-License-Identifier: MIT
// Calls into WebAssembly. Nothing is thrown across Embind: every binding returns { value } or { error, code }, and what goes wrong
// besides becomes an error of the package as well.

import { TinyCNNError, type ErrorCode } from './errors.js';

/** What every binding returns; see guarded() in the C++ bindings. */
interface Outcome {
  value?: unknown;
  error?: string;
  /** Where it is not what the caller expects of an error. */
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

/** The value of a binding's outcome; or throws its error, with `code` where the core has refused what it was given. */
export function call(code: ErrorCode, binding: () => unknown): unknown {
  const outcome = outcomeOf(binding);
  if (outcome.error !== undefined) throw new TinyCNNError(outcome.code ?? code, outcome.error);
  return outcome.value;
}
