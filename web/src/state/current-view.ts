// SPDX-License-Identifier: MIT
//
// What is set and looked at as a whole: as the page's address says it, and fitted to the network and the data that there are.

import { batch, computed } from '@preact/signals';
import { publishedDatasets } from '../shared/published-datasets';
import { generatedId } from '../shared/generated';
import { isImported } from '../shared/imported';
import { inside } from './inside-view';
import { lesson } from './lesson';
import { panels } from './panels';
import { firstLink, toHash } from './page-link';
import { fitted, firstView, toViewHash } from './view-link';
import {
  currentInput,
  classNames,
  curveView,
  data,
  examples,
  noExamples,
  networkView,
  runFacts,
  runSettings,
  stopRule,
} from './store';
import type { ViewLink } from './view-link';
import type { DataSource, RunSettings } from '../shared/protocol';

export const view = computed((): ViewLink => {
  const { range, opened, backwards, unfolded } = networkView.value;
  const shown = currentInput.value;
  return {
    ...{ range, opened, backwards, unfolded: [...unfolded], ...curveView.value },
    ...{ panels: panels.value, inside: inside.value },
    examples: examples.value.filter,
    digit: shown.kind === 'test' ? shown.index : firstView.digit,
    stop: stopRule.value,
  };
});

/** A text, so that it changes only when there is something else to say. */
const viewHash = computed(() => toViewHash(view.value));

/** The data set that a link names; MNIST if there is none of that name. */
export function sourceNamed(id: string | null): DataSource {
  if (id === generatedId) return { kind: 'generated' };
  const known = publishedDatasets.find((each) => each.id === id);
  return { kind: 'published', id: known?.id ?? 'mnist', orGenerated: true };
}

export const isSame = (a: DataSource, b: DataSource): boolean =>
  a.kind === b.kind && a.kind !== 'files' && (a.kind !== 'published' || b.kind !== 'published' || a.id === b.id);

/** A data set that a link can bring: the visitor's own files are nobody else's. */
const shared = computed(() => {
  const { facts } = data.value;
  return facts === null || facts.id === 'files' || facts.inPlaceOf !== null ? null : facts.id;
});

/** No link can bring a network from a file. */
export const linkable = (settings: RunSettings): RunSettings =>
  isImported(settings.model) ? { ...settings, model: firstLink.settings.model } : settings;

/** What the page's address says behind '#'. */
export const pageHash = computed(() =>
  [
    toHash({ data: shared.value, settings: linkable(runSettings.value) }),
    viewHash.value,
    lesson.value === null ? '' : `lesson=${lesson.value}`,
  ]
    .filter((part) => part !== '')
    .join('&'),
);

/** Lets go of what is looked at and is not there any more, since the network or the data are others. */
export function fitView(): void {
  showView(view.peek());
}

/** As far as it is there. */
export const fittedView = (view: ViewLink): ViewLink =>
  fitted(view, {
    layers: runFacts.value?.summary.layers ?? [],
    classes: classNames.value.length,
    testCount: data.value.facts?.testCount ?? 0,
  });

/** Looks at what a link says, as far as it is there. */
export function showView(view: ViewLink): void {
  const { range, opened, backwards, unfolded, smoothing, logarithmic, ...rest } = fittedView(view);
  batch(() => {
    networkView.value = { range, opened, backwards, pointed: null, unfolded: new Set(unfolded) };
    curveView.value = { smoothing, logarithmic };
    examples.value = { ...noExamples, filter: rest.examples };
    panels.value = rest.panels;
    inside.value = rest.inside;
    stopRule.value = rest.stop;
  });
}
