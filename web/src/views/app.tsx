// SPDX-License-Identifier: MIT
//
// The page from top to bottom: bar, data, then data -> layers -> answer from left to right, then how well it learns, then the article.

import { Article } from './article';
import { ControlBar } from './control-bar';
import { DataPanel } from './data-panel';
import { InputPanel } from './input-panel';
import { NetworkPanel } from './network-panel';
import { OutputPanel } from './output-panel';
import { Problem } from './problem';
import { Results } from './results';

export function App() {
  return (
    <>
      <header class="masthead">
        <h1>TinyCNN</h1>
        <p>
          A small neural network learns to read handwritten digits, here in this browser tab. Watch every layer while it learns, then
          draw a digit yourself. <span class="quiet">Nothing you draw leaves your device.</span>
        </p>
      </header>
      <ControlBar />
      <main>
        <Problem />
        <DataPanel />
        <div class="stage">
          <InputPanel />
          <NetworkPanel />
          <OutputPanel />
        </div>
        <Results />
        <Article />
      </main>
    </>
  );
}
