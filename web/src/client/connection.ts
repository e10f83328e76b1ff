// SPDX-License-Identifier: MIT
//
// The page's one worker. What its events and its loss are to lead to is said by start.ts.

import { Client } from './worker-client';
import type { ClientEvents } from './worker-client';

let handlers: ClientEvents | null = null;

/** Whom the worker's events and its loss are told from now on. */
export const listen = (to: ClientEvents): void => {
  handlers = to;
};

const client = new Client({
  event: (event) => handlers?.event(event),
  lost: (loss) => handlers?.lost(loss),
});

export const request = client.request.bind(client);
export const replaceWorker = client.replace.bind(client);
export const restartWorker = client.restart.bind(client);
