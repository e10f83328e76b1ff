// SPDX-License-Identifier: MIT
//
// Draws the page and opens the engine behind it.

import { render } from 'preact';
import { open } from '../client/controller';
import { beginOnFirstVisit } from '../client/run-controller';
import { App } from './app';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import './stage.css';
import '../features/results/results.css';

render(<App />, document.getElementById('app')!);
void open().then(beginOnFirstVisit);
