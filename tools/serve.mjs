// SPDX-License-Identifier: MIT
// Serves a built page until it is interrupted.
import { readOptions } from './support/options.mjs';
import { runMain } from './support/report.mjs';
import { readPort, serveUntilInterrupted } from './server/serve.mjs';

const usage = `node tools/serve.mjs [options] [folder]   serves a built page (web/dist)
  --port N          default: PORT, or 8080
  --base PATH       the path it is served from (/)
  --no-isolation    leaves out the headers that threads need`;

await runMain(async () => {
  const { values, positionals } = readOptions(usage, {
    allowPositionals: true,
    options: { port: { type: 'string' }, base: { type: 'string' }, 'no-isolation': { type: 'boolean' } },
  });
  await serveUntilInterrupted({
    ...(positionals[0] ? { folder: positionals[0] } : {}),
    port: readPort(values.port ?? process.env.PORT),
    base: values.base ?? '/',
    isolated: !values['no-isolation'],
  });
});
