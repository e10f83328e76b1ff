// SPDX-License-Identifier: MIT
/// <reference lib="esnext.disposable" preserve="true" />
// `using session = engine.createSession(…)` where the language has it.

/** Symbol.dispose; where there is none yet, a symbol that nobody asks for. */
export const disposeSymbol: typeof Symbol.dispose =
  (Symbol as Partial<typeof Symbol>).dispose ?? (Symbol.for('tinycnn.dispose') as typeof Symbol.dispose);
