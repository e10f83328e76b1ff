// SPDX-License-Identifier: MIT
//
// What stands below the network, one part at a time: curves, mistakes, all runs, the inside of the network, the data, the visitor's own digits.

import { useEffect, useRef } from 'preact/hooks';
import { goToTab, openTab, panelIds, presentTab, tabNames, tabWanted } from '../state/panels';
import { DataBrowser } from '../features/data-browser/data-browser';
import { LookInside } from '../features/insight/look-inside';
import { MyDigits } from '../features/my-digits/my-digits';
import { lazy, LazyPart } from '../ui/lazy-part';
import { noun } from '../state/store';
import { destination } from '../ui/arrow-keys';
import { ErrorBoundary } from './error-boundary';
import './below.css';
import { lessMotion } from '../shared/motion';
import type { ComponentType } from 'preact';
import type { TabName } from '../state/panels';
import type { load } from './tab-parts';

/** Loaded when it comes onto the screen. */
function place(name: keyof typeof load) {
  const part = lazy(async () => (await import('./tab-parts')).load[name]());
  return () => <LazyPart part={part} props={{}} begins={{ within: '0px' }} place="tab-place" />;
}

const parts: Readonly<Record<TabName, { title: () => string; of: ComponentType }>> = {
  curves: { title: () => 'Curves', of: place('curves') },
  mistakes: { title: () => 'Mistakes', of: place('mistakes') },
  runs: { title: () => 'Runs', of: place('runs') },
  inside: { title: () => 'Inside the network', of: LookInside },
  data: { title: () => 'Data', of: DataBrowser },
  mine: { title: () => `Your ${noun.value.many}`, of: MyDigits },
  search: { title: () => 'Search', of: place('search') },
};

const idOf = (name: TabName): string => `tab-${name}`;

/** The arrow keys move along the tabs, which take one tab stop. */
function onKey(event: KeyboardEvent): void {
  const to = destination(event.key, tabNames.indexOf(presentTab.value), { count: tabNames.length });
  if (to === null) return;
  event.preventDefault();
  openTab(tabNames[to]!);
  document.getElementById(idOf(tabNames[to]!))?.focus({ preventScroll: true });
}

function Tab({ name }: { name: TabName }) {
  const selected = presentTab.value === name;
  return (
    <button
      type="button"
      role="tab"
      id={idOf(name)}
      class="below-tab"
      aria-selected={selected}
      aria-controls="tab-panel"
      tabIndex={selected ? 0 : -1}
      onClick={() => {
        goToTab(name);
      }}
    >
      {parts[name].title()}
    </button>
  );
}

export function Tabs() {
  const element = useRef<HTMLElement>(null);
  const wanted = tabWanted.value;
  useEffect(() => {
    if (wanted === 0) return;
    element.current!.scrollIntoView({ block: 'start', behavior: lessMotion() ? 'auto' : 'smooth' });
  }, [wanted]);
  const name = presentTab.value;
  const { title, of: Part } = parts[name];
  return (
    <section ref={element} class="below" id={panelIds.tabs} aria-label="More about this network">
      <div class="below-tabs" role="tablist" aria-label="More about this network" onKeyDown={onKey}>
        {tabNames.map((each) => (
          <Tab key={each} name={each} />
        ))}
      </div>
      <div id="tab-panel" class="below-panel" role="tabpanel" aria-labelledby={idOf(name)}>
        <ErrorBoundary key={name} name={title()}>
          <Part />
        </ErrorBoundary>
      </div>
    </section>
  );
}
