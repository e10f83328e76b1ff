// SPDX-License-Identifier: MIT
// Serves web/dist until interrupted, and says where; used by npm start and tools/serve.mjs.
import { existsSync } from 'node:fs';
import { inRoot } from '../support/paths.mjs';
import { SetupError, success } from '../support/report.mjs';
import { startServer } from './static-server.mjs';

const hostName = () => process.env.HOST || 'localhost';

export function readPort(text = process.env.PORT) {
  if (text === undefined || text === '') return 8080;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new SetupError(`PORT is "${text}", which is not a port number.`, [
    'Use one from 1 to 65535: PORT=8081 npm start',
  ]);
}

/** Throws at once if the port cannot be had, so that nobody waits for a build to learn it. */
export async function requireFreePort(port, host = hostName()) {
  const probe = await startServer({ folder: inRoot(), port, host }).catch((error) => {
    throw listenError(error, port);
  });
  await probe.close();
}

export async function serveUntilInterrupted(options = {}) {
  const folder = options.folder ?? inRoot('web', 'dist');
  const port = options.port ?? readPort();
  if (!existsSync(folder)) {
    throw new SetupError(`There is nothing to serve: ${folder} does not exist.`, ['Build it first: npm run build']);
  }
  const server = await startServer({ host: hostName(), ...options, folder, port }).catch((error) => {
    throw listenError(error, port);
  });
  success('Serving', `${server.url}   (Ctrl+C ends it)`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => server.close().then(() => process.exit(0)));
  }
  return server;
}

function listenError(error, port) {
  if (error.code === 'EADDRINUSE') {
    return new SetupError(`Port ${port} is taken by another program.`, [
      `End that program, or choose another port: PORT=${port + 1} npm start`,
    ]);
  }
  if (error.code === 'EACCES') {
    return new SetupError(`Port ${port} may not be opened by this user.`, [
      'Choose one above 1023: PORT=8080 npm start',
    ]);
  }
  return error;
}
