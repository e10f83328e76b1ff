// SPDX-License-Identifier: MIT
// Commands that a build cannot do without.
import { run } from '../support/processes.mjs';
import { SetupError } from '../support/report.mjs';

/** Carries the tool's whole output. */
export class BuildError extends SetupError {
  constructor(name, output) {
    super(`${name} failed:`, output.trimEnd().split('\n'));
    this.output = output;
  }
}

/** `run`, but throws a BuildError where the command fails. */
export async function must(title, command, args, options) {
  const result = await run(command, args, options);
  if (result.code !== 0) throw new BuildError(title, result.output);
  return result;
}
