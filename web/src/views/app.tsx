// SPDX-License-Identifier: MIT
//
// The page from top to bottom: bar, data, then data -> layers -> answer from left to right, then how well it learns, then the article.

import { engine } from '../state/store';
import { Article } from './article';
import { ControlBar } from './control-bar';
import { DataBrowser } from './data-browser';
import { DataPanel } from './data-panel';
import { InputPanel } from './input-panel';
import { LookInside } from './look-inside';
import { MyDigits } from './my-digits';
import { NetworkPanel } from './network-panel';
import { OutputPanel } from './output-panel';
import { Problem } from './problem';
import { Results } from './results';
import { SettingsPanel } from './settings-panel';
import { ThemeSwitch } from './theme-switch';

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
