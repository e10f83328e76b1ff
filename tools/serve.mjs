// SPDX-License-Identifier: MIT
// Serves a built page until it is interrupted.
import { chosenOf, readOptions } from './support/options.mjs';
import { runMain } from './support/report.mjs';
import { isolationHeaders, pageHeaders } from './server/headers.mjs';
import { readPort, serveUntilInterrupted } from './server/serve.mjs';

const usage = `node tools/serve.mjs [options] [folder]   serves a built page (web/dist)
  --port N          default: PORT, or 8080
  --base PATH       the path it is served from (/)
  --headers KIND    page: all of them (default), isolation: those that threads need, or none`;

const headers = { page: pageHeaders(), isolation: isolationHeaders, none: {} };

await runMain(async () => {
  const { values, positionals } = readOptions(usage, {
    allowPositionals: true,
    options: { port: { type: 'string' }, base: { type: 'string' }, headers: { type: 'string' } },
  });
  const [kind] = chosenOf({ headers: [values.headers ?? 'page'] }, 'headers', Object.keys(headers));
  await serveUntilInterrupted({
    ...(positionals[0] ? { folder: positionals[0] } : {}),
    port: readPort(values.port ?? process.env.PORT),
    base: values.base ?? '/',
    headers: headers[kind],
  });
});
