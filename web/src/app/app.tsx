// SPDX-License-Identifier: MIT
//
// The page from top to bottom: bar, data, then data -> layers -> answer from left to right, then how well it learns, then the article.

import { engine, threadsInUse } from '../state/store';
import { inWords } from '../state/threads';
import { Article } from '../features/article/article-place';
import { ControlBar } from '../features/control-bar/control-bar';
import { DataBrowser } from '../features/data-browser/data-browser';
import { DataPanel } from '../features/data/data-panel';
import { InputPanel } from '../features/input/input-panel';
import { LookInside } from '../features/insight/look-inside';
import { KeepDrawing, MyDigits } from '../features/my-digits/my-digits';
import { NetworkPanel } from '../features/network/network-panel';
import { OutputPanel } from '../features/output/output-panel';
import { Problem } from '../features/problem/problem';
import { Results } from '../features/results/results';
import { SettingsPanel } from '../features/settings/settings-panel';
import { ThemeSwitch } from '../features/theme/theme-switch';
import { ErrorBoundary } from './error-boundary';
import type { ComponentType } from 'preact';
import './stage.css';

/** One feature, whose failure stays its own. */
function Part({ name, of: Feature }: { name: string; of: ComponentType }) {
  return (
    <ErrorBoundary name={name}>
      <Feature />
    </ErrorBoundary>
  );
}

const Input = () => (
  <InputPanel>
    <KeepDrawing />
  </InputPanel>
);

/** Past everything that can be set, for who goes by keyboard; no entry of the browser's history. */
const SkipLink = () => (
  <a
    class="skip-link"
    href="#pad"
    onClick={(event) => {
      event.preventDefault();
      document.getElementById('pad')?.focus();
    }}
  >
    Skip to drawing
  </a>
);

function Foot() {
  const facts = engine.value;
  return (
    <footer class="foot">
      {facts !== null && (
        <span class="quiet">
          Engine {facts.version}, {facts.simd}, {inWords(threadsInUse.value)}.{' '}
        </span>
      )}
      <a href="./bench.html" target="_blank" rel="noopener">
        How fast does this browser train? Measure it <span class="quiet">(in a new tab)</span>
      </a>
    </footer>
  );
}

export function App() {
  return (
    <>
      <SkipLink />
      <header class="masthead">
        <h1>TinyCNN</h1>
        <p>
          A tiny neural network learns to recognise handwriting in your browser. Watch every layer, then draw a digit.{' '}
          <a href="#article">How it works</a>
        </p>
        <Part name="The theme switch" of={ThemeSwitch} />
      </header>
      <Part name="The control bar" of={ControlBar} />
      <Part name="The message" of={Problem} />
      <main>
        <Part name="The data" of={DataPanel} />
        <Part name="The data browser" of={DataBrowser} />
        <Part name="The settings" of={SettingsPanel} />
        <Part name="Your digits" of={MyDigits} />
        <div class="stage">
          <Part name="The input" of={Input} />
          <Part name="The network" of={NetworkPanel} />
          <Part name="The prediction" of={OutputPanel} />
        </div>
        <Part name="The results" of={Results} />
        <Part name="The view inside the network" of={LookInside} />
        <Part name="The article" of={Article} />
      </main>
      <Foot />
    </>
  );
}
