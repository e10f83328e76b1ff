// SPDX-License-Identifier: MIT
//
// The program of the worker that trains. It is a file of its own with nothing in it, because parts that are loaded later import from what is
// loaded at first, and WebKit evaluates a worker's own file a second time for whoever imports from it.

import { listen } from './handlers';

listen();
