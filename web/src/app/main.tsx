// SPDX-License-Identifier: MIT
//
// Draws the page and opens the engine behind it.

// The page's own styles come before those of its features.
import { beginOnFirstVisit } from '../client/run';
import { open } from './start';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import { render } from 'preact';
import { App } from './app';

render(<App />, document.getElementById('app')!);
void open().then(beginOnFirstVisit);
