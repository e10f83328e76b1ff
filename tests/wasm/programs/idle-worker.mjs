// SPDX-License-Identifier: MIT
// Asks a worker once and leaves it running: the program must end all the same.
import { loadEngine } from 'tinycnn/worker';

const engine = await loadEngine({ threads: 2 });
const session = await engine.createSession({ model: 'tinycnn' });
console.log((await session.predict(new Uint8Array(784))).length);
