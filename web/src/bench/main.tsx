// SPDX-License-Identifier: MIT
//
// Draws the benchmark's page and opens the engine behind it.

import { render } from 'preact';
import { open } from './controller';
import { BenchPage } from './page';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/controls.css';
import '../styles/bench.css';

render(<BenchPage />, document.getElementById('app')!);
open();
