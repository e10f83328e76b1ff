// SPDX-License-Identifier: MIT
/// <reference lib="esnext.disposable" preserve="true" />
// For `using session = engine.createSession(…)`, where the language has it.

/** Symbol.dispose, or an unused symbol where it does not exist yet. */
export const disposeSymbol: typeof Symbol.dispose =
  (Symbol as Partial<typeof Symbol>).dispose ?? (Symbol.for('tinycnn.dispose') as typeof Symbol.dispose);
