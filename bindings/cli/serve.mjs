// SPDX-License-Identifier: MIT
// tinycnn serve: a folder on localhost, cross-origin isolated.
import { statSync } from 'node:fs';
import { isolationHeaders } from '../../tools/server/headers.mjs';
import { startServer } from '../../tools/server/static-server.mjs';
import { Failure, inWords } from './errors.mjs';

const defaultPort = 8080;

const untilStopped = () =>
  new Promise((stopped) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopped(undefined));
  });

async function start(folder, port) {
  try {
    if (!statSync(folder).isDirectory()) throw new Failure(`${folder} is a file; serve takes a folder.`);
    return await startServer({ folder, port, headers: isolationHeaders });
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error.code === 'EADDRINUSE')
      throw new Failure(`Port ${port} is in use.`, ['Give another one with --port; 0 takes a free one.']);
    throw new Failure(`${folder} cannot be served: ${inWords(error)}`);
  }
}

export async function run({ values, positionals: [folder = '.'], output }) {
  const server = await start(folder, values.port ?? defaultPort);
  output.tell(`${folder} is served on ${server.url} until Ctrl+C`, { url: server.url, folder });
  await untilStopped();
  await server.close();
}
