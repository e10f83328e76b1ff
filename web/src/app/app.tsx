// SPDX-License-Identifier: MIT
//
// The page from top to bottom: bar, what is happening, then input -> layers -> answer from left to right; below that one tab at a time and
// the article; and a drawer beside it all.

import { isOpen, panelIds, setOpen } from '../state/panels';
import { engine, threadsInUse } from '../state/store';
import { inWords } from '../state/threads';
import { Article } from '../features/article/article-place';
import { ControlBar } from '../features/control-bar/control-bar';
import { DataPanel } from '../features/data/data-panel';
import { InputPanel } from '../features/input/input-panel';
import { KeepDrawing } from '../features/my-digits/my-digits';
import { NetworkPanel } from '../features/network/network-panel';
import { OutputPanel } from '../features/output/output-panel';
import { Problem } from '../features/problem/problem';
import { Story } from '../features/story/story';
import { TimeMachine } from '../features/time-machine/place';
import { explains } from '../ui/theme';
import { ToggleButton } from '../ui/toggle-button';
import { Drawer } from './drawer';
import { ErrorBoundary } from './error-boundary';
import { FileDialogs } from './file-dialogs';
import { Lesson } from './lesson-place';
import { Tabs } from './tabs';
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
      <a href="./bench.html" target="_blank" rel="noopener">
        How fast does this browser train? Measure it <span class="quiet">(in a new tab)</span>
      </a>
      {facts !== null && (
        <span class="quiet">
          Engine {facts.version}, {facts.simd}, {inWords(threadsInUse.value)}
        </span>
      )}
    </footer>
  );
}

/** Marks everything on the page that can be asked about. */
const ExplainSwitch = () => (
  <button
    type="button"
    class="button"
    aria-pressed={explains.value}
    title="Marks everything on the page that can be explained"
    onClick={() => (explains.value = !explains.value)}
  >
    Explain
  </button>
);

const SettingsButton = () => (
  <ToggleButton
    id="settings-button"
    open={isOpen('settings')}
    onToggle={(open) => {
      setOpen('settings', open);
    }}
    controls={panelIds.settings}
  >
    Settings
  </ToggleButton>
);

export function App() {
  return (
    <>
      <SkipLink />
      <header class="masthead">
        <h1>TinyCNN</h1>
        <Part name="The choice of data and network" of={ControlBar} />
        <span class="room" />
        <a class="to-article" href="#article">
          How it works
        </a>
        <ExplainSwitch />
        <SettingsButton />
      </header>
      <main>
        <Part name="The training" of={Story} />
        <Part name="The time machine" of={TimeMachine} />
        <div class="stage">
          <Part name="The input" of={Input} />
          <Part name="The network" of={NetworkPanel} />
          <Part name="The prediction" of={OutputPanel} />
        </div>
        <Part name="The data" of={DataPanel} />
        <Tabs />
        <Part name="The article" of={Article} />
      </main>
      <Part name="The settings" of={Drawer} />
      <Part name="The files" of={FileDialogs} />
      <Part name="The lesson" of={Lesson} />
      <Part name="The message" of={Problem} />
      <Foot />
    </>
  );
}
