// SPDX-License-Identifier: MIT
//
// Errors in words. Pure.

/** What an error says as a sentence, without the name of the function of the engine that it comes from. */
export function sentence(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/^\[[^\]]*\] /, '');
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
