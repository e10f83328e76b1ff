// SPDX-License-Identifier: MIT
//
// Draws the benchmark's page and opens the engine behind it.

import { render } from 'preact';
import { open } from '../client/bench';
import { BenchPage } from '../features/bench/page';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import '../features/bench/bench.css';

render(<BenchPage />, document.getElementById('app')!);
open();
