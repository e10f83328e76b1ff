// SPDX-License-Identifier: MIT
//
// Draws the page and opens the engine behind it; then has the page kept, so that it works without a network.

// The page's own styles come before those of its features.
import { beginOnFirstVisit, isOwnWork } from '../client/run';
import { timeMachine } from '../features/time-machine/place';
import { open } from './start';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import { render } from 'preact';
import { isAboutToStart, isUnderWay, run } from '../state/store';
import { when } from '../state/when';
import { App } from './app';

const ignore = (): void => undefined; // without this the page works as it is

const loadTimeMachine = (): void => {
  timeMachine.load().catch(ignore); // it says so itself
};

/** On a first visit nothing is loaded besides before there is something to see, or it is the visitor who decides when there will be. */
const hasSeenSomething = (): boolean => {
  const { phase, step } = run.value;
  return isUnderWay.value || (phase !== 'training' && (step > 0 || (!isAboutToStart.value && isOwnWork())));
};

async function goOn(): Promise<void> {
  if (beginOnFirstVisit()) await when(hasSeenSomething);
  loadTimeMachine();
  await (await import('./offline')).keepOffline();
}

render(<App />, document.getElementById('app')!);
if (!crossOriginIsolated) import('./offline').then(({ isolate }) => isolate()).catch(ignore);
void open().then(() => goOn().catch(ignore));
