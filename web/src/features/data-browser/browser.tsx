// SPDX-License-Identifier: MIT
//
// The data browser: classes with their mean images and counts, samples of each, also misclassified ones, and augmented versions of one
// training image.

import { useEffect, useRef } from 'preact/hooks';
import { data, runFacts } from '../../state/store';
import { Info } from './info';
import { ClassesTab } from './classes-tab';
import { DistortedTab } from './distorted-tab';
import { SamplesTab } from './samples-tab';
import { forget, tab } from './state';
import type { Tab } from './state';
import './browser.css';

const tabs: readonly { id: Tab; title: string }[] = [
  { id: 'classes', title: 'Classes' },
  { id: 'samples', title: 'Samples' },
  { id: 'distorted', title: 'Augmented' },
];

/** Arrow keys go from tab to tab, as everywhere (WAI-ARIA tabs pattern). */
function onKey(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const at = tabs.findIndex(({ id }) => id === tab.value);
  const next = Number.isFinite(step) ? (at + step + tabs.length) % tabs.length : step < 0 ? 0 : tabs.length - 1;
  tab.value = tabs[next]!.id;
  (event.currentTarget as HTMLElement).querySelectorAll('button')[next]?.focus();
}

function Tabs() {
  return (
    <div class="tabs" role="tablist" aria-label="View" onKeyDown={onKey}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-selected={tab.value === id}
          aria-controls="data-browser-panel"
          tabIndex={tab.value === id ? 0 : -1}
          onClick={() => (tab.value = id)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

const panels = { classes: ClassesTab, samples: SamplesTab, distorted: DistortedTab } as const;

export default function Browser({ onClose }: { onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const Panel = panels[tab.value];
  const { facts } = data.value;
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => forget, [facts, runFacts.value]);
  return (
    <section class="panel browser" aria-labelledby="browser-heading" data-testid="data-browser">
      <div class="panel-head">
        <h2 id="browser-heading" ref={heading} tabIndex={-1}>
          Training and test data: {facts?.title}
        </h2>
        <div class="with-info">
          <Tabs />
          <Info about="the data browser" topic="dataBrowser" />
        </div>
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </div>
      <div id="data-browser-panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`} tabIndex={0}>
        <Panel key={`${facts?.title ?? ''}/${facts?.trainCount ?? 0}`} />
      </div>
    </section>
  );
}
