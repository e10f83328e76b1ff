// SPDX-License-Identifier: MIT
// Serves a built page: node tools/serve.mjs [--port n] [--base /path/] [--no-isolation] [folder]. Default: web/dist on PORT or 8080.
import { parseArgs } from 'node:util';
import { runMain } from './lib/report.mjs';
import { readPort, serveUntilInterrupted } from './lib/serve.mjs';

await runMain(async () => {
  const { values, positionals } = parseArgs({
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
