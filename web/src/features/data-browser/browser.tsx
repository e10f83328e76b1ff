// SPDX-License-Identifier: MIT
//
// The data browser: classes with their mean images and counts, samples of each, also misclassified ones, and augmented versions of one
// training image.

import { useEffect, useRef } from 'preact/hooks';
import { data, runFacts } from '../../state/store';
import { useRovingFocus } from '../../ui/arrow-keys';
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

function Tabs() {
  // as everywhere, arrow keys open the tabs that they lead to (WAI-ARIA tabs pattern)
  const { keys } = useRovingFocus({ count: tabs.length, wraps: true }, (index) => {
    tab.value = tabs[index]!.id;
  });
  return (
    <div class="tabs" role="tablist" aria-label="View" {...keys}>
      {tabs.map(({ id, title }, index) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          data-index={index}
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
