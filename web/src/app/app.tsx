// SPDX-License-Identifier: MIT
//
// The page from top to bottom: bar, data, then data -> layers -> answer from left to right, then how well it learns, then the article.

import { engine } from '../state/store';
import { Article } from '../features/article/article-place';
import { ControlBar } from '../features/control-bar/control-bar';
import { DataBrowser } from '../features/data-browser/data-browser';
import { DataPanel } from '../features/data/data-panel';
import { InputPanel } from '../features/input/input-panel';
import { LookInside } from '../features/insight/look-inside';
import { MyDigits } from '../features/my-digits/my-digits';
import { NetworkPanel } from '../features/network/network-panel';
import { OutputPanel } from '../features/output/output-panel';
import { Problem } from '../features/problem/problem';
import { Results } from '../features/results/results';
import { SettingsPanel } from '../features/settings/settings-panel';
import { ThemeSwitch } from '../ui/theme-switch';

function Foot() {
  const facts = engine.value;
  return (
    <footer class="foot">
      {facts !== null && (
        <span class="quiet">
          Engine {facts.version}, {facts.simd}, {facts.threads === 1 ? 'one thread' : `${facts.threads} threads`}.{' '}
        </span>
      )}
      <a href="./bench.html">How fast does this browser learn? Measure it</a>
    </footer>
  );
}

export function App() {
  return (
    <>
      <header class="masthead">
        <h1>TinyCNN</h1>
        <p>
          A tiny neural network learns to read handwriting in your browser. Watch every layer, then draw a digit.{' '}
          <a href="#article">How it works</a>
        </p>
        <ThemeSwitch />
      </header>
      <ControlBar />
      <main>
        <Problem />
        <DataPanel />
        <DataBrowser />
        <SettingsPanel />
        <MyDigits />
        <div class="stage">
          <InputPanel />
          <NetworkPanel />
          <OutputPanel />
        </div>
        <Results />
        <LookInside />
        <Article />
      </main>
      <Foot />
    </>
  );
}
