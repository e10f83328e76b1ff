// SPDX-License-Identifier: MIT
// Disposes an engine of two threads: the program must end by itself.
import { loadEngine } from 'tinycnn';

const engine = await loadEngine({ threads: 2 });
console.log(engine.createSession({ model: 'tinycnn' }).predict(new Uint8Array(784)).length);
engine.dispose();
