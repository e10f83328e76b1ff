// SPDX-License-Identifier: MIT
// Runs one of our own programs with everything it says going straight to the person at the keyboard.
import { spawn } from 'node:child_process';

/** Resolves with its exit code. */
export function runScript(script, args, env) {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env }, stdio: 'inherit' });
  return new Promise((ended) => child.on('close', (code) => ended(code ?? 1)));
}
