// SPDX-License-Identifier: MIT
//
// Draws the page and opens the engine behind it.

import { render } from 'preact';
import { open } from './controller';
import { beginOnFirstVisit } from './run-controller';
import { App } from './views/app';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/stage.css';
import './styles/results.css';

render(<App />, document.getElementById('app')!);
void open().then(beginOnFirstVisit);
