// SPDX-License-Identifier: MIT
//
// Prints the zoo as make_fixtures.py wants it: each model with dropout off and a rate that trains.

import { loadEngine } from 'tinycnn';
import { zooForParity } from './zoo-weights.mjs';

const engine = await loadEngine({ threads: 1 });
console.log(JSON.stringify(zooForParity(engine)));
process.exit();
