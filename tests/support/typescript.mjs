// SPDX-License-Identifier: MIT
// `node --import tests/support/typescript.mjs FILE` runs TypeScript of this project, as Node 20 does not by itself: types are removed by the
// compiler that Vite brings, `tinycnn` is the built package, and imports may leave out the ending, as they do for Vite.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
