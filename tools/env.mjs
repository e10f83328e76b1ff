// SPDX-License-Identifier: MIT
// eval "$(node tools/env.mjs)" gives a shell the toolchain that the tools use. Only `export` lines go to stdout.
import { readOptions } from './support/options.mjs';
import { runMain } from './support/report.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

const usage = `node tools/env.mjs   prints the toolchain's environment variables: eval "$(node tools/env.mjs)"
  what is missing is installed first`;

await runMain(async () => {
  readOptions(usage);
  console.log = console.error; // set-up's own words, if there is something to install
  const env = await ensureToolchain({ wasm: true, native: true, browser: true, checks: true }, { quiet: true });
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  for (const [name, value] of Object.entries(env)) {
    process.stdout.write(`export ${name}=${quote(value)}\n`);
  }
});
