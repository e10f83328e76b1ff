// SPDX-License-Identifier: MIT
//
// The model editor: a network as a list of layers that can be changed, with what it costs at every key.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { duration, grouped } from '../../shared/format';
import { fileSize } from '../../shared/format-small';
import { engine, runFacts } from '../../state/store';
import { Icon } from '../../ui/icons';
import { withNew } from './draft';
import { Info } from './info';
import { JsonPart } from './json-part';
import { KindOptions } from './layer-fields';
import { focusOn, LayerList, valuesOf } from './layer-list';
import {
  change,
  draft,
  epochSeconds,
  failure,
  history,
  isChanged,
  isTaking,
  keepable,
  keepsWeights,
  known,
  knownNow,
  open,
  opened,
  recipe,
  redo,
  said,
  speed,
  startFrom,
  trainThis,
  undo,
} from './state';
import type { ComponentChildren } from 'preact';
import '../../ui/fields.css';
import './editor.css';

const bytesPerValue = 4;

function onKey(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === 'z') (event.shiftKey ? redo : undo)();
  else if (key === 'y') redo();
  else return;
  event.preventDefault();
}

/** "Begin with": what is chosen takes the place of what is there. */
function Beginning() {
  const zoo = engine.value?.zoo ?? [];
  return (
    <label class="data-option">
      <span>Begin with</span>
      <select
        data-testid="editor-start"
        value=""
        onChange={({ currentTarget }) => {
          const { value } = currentTarget;
          currentTarget.value = '';
          startFrom(value);
        }}
      >
        <option value="" disabled hidden>
          Choose a network
        </option>
        {zoo.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

function Tools() {
  const { past, future } = history.value;
  return (
    <div class="editor-buttons">
      <Beginning />
      <label class="data-option editor-title">
        <span>Name</span>
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={draft.value.name}
          onInput={({ currentTarget }) => {
            change({ ...draft.value, name: currentTarget.value }, 'name');
          }}
        />
      </label>
      <button type="button" class="button" disabled={past.length === 0} title="Undo (Ctrl+Z)" onClick={undo}>
        <Icon name="undo" />
        Undo
      </button>
      <button type="button" class="button" disabled={future.length === 0} title="Redo (Ctrl+Shift+Z)" onClick={redo}>
        <Icon name="redo" />
        Redo
      </button>
      <Info about="the model editor" topic="editor" />
    </div>
  );
}

function Cost({ label, testid, children }: { label: string; testid: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-testid={testid}>{children}</dd>
    </div>
  );
}

function epochText(): string {
  const { value } = speed;
  if (value.is === 'measuring') return 'measuring …';
  if (value.is === 'failed') return 'not known';
  if (epochSeconds.value === null) return '–';
  return epochSeconds.value < 10 ? `${epochSeconds.value.toFixed(1)} s` : duration(epochSeconds.value);
}

/** What the network costs, beside what the one on the page does. */
function Costs() {
  const total = knownNow.value?.total ?? null;
  const layers = knownNow.value?.layers ?? [];
  const page = runFacts.value?.summary;
  const [first, second, third] = draft.value.input;
  const values = layers.reduce((sum, { shape }) => sum + valuesOf(shape), valuesOf([first, second, third]));
  const beside = (count: number | undefined): ComponentChildren =>
    isChanged.value && count !== undefined && <span class="quiet"> page: {grouped(count)}</span>;
  return (
    <section class="panel editor-costs" aria-label="What it costs">
      <dl>
        <Cost label="Parameters" testid="editor-parameters">
          {total === null ? '–' : grouped(total.parameters)}
          {beside(page?.parameters)}
        </Cost>
        <Cost label="Multiply-adds" testid="editor-macs">
          {total === null ? '–' : grouped(total.macs)}
          {beside(page?.macs)}
        </Cost>
        <Cost label="Memory" testid="editor-memory">
          {total === null ? '–' : fileSize(bytesPerValue * (total.parameters + values))}
        </Cost>
        <Cost label="One epoch" testid="editor-epoch">
          {epochText()}
        </Cost>
      </dl>
      <Info about="what the network costs" topic="cost" />
      {speed.value.is === 'failed' && <p class="quiet editor-note">It could not be measured: {speed.value.why}</p>}
    </section>
  );
}

/** Below the layer that is open, else at the end. */
function Adding() {
  const type = useSignal('conv2d');
  const add = (): void => {
    const { layers } = draft.value;
    const at = layers.findIndex(({ key }) => key === opened.value);
    const where = at === -1 ? layers.length : at + 1;
    const next = withNew(draft.value, where, type.value);
    const { key, name } = next.layers[where]!;
    focusOn(key);
    opened.value = key;
    said.value = `${name} is layer ${where + 1} of ${next.layers.length}.`;
    change(next);
  };
  const above = draft.value.layers.find(({ key }) => key === opened.value)?.name;
  return (
    <div class="editor-buttons">
      <label class="data-option">
        <span>New layer</span>
        <select
          data-testid="editor-kind"
          value={type.value}
          onChange={({ currentTarget }) => (type.value = currentTarget.value)}
        >
          <KindOptions />
        </select>
      </label>
      <button type="button" class="button" onClick={add}>
        Add {above === undefined ? 'at the end' : `below ${above}`}
      </button>
    </div>
  );
}

function Layers() {
  const { input } = draft.value;
  const problem = known.value?.described.problem ?? null;
  return (
    <section class="panel" aria-labelledby="editor-layers">
      <div class="with-info">
        <h3 id="editor-layers">Layers</h3> <Info about="the layers" topic="layers" />
      </div>
      <p class="editor-input">
        <span class="editor-name">input</span> <span class="quiet">{input.join('×')}, the image</span>
      </p>
      <LayerList />
      {problem?.layer === null && (
        <p class="editor-problem" data-testid="network-problem">
          {problem.text}
        </p>
      )}
      <Adding />
    </section>
  );
}

/** Opened by those who want it. */
function AsText() {
  const isOpen = useSignal(false);
  return (
    <section class="panel editor-text">
      <details onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
        <summary>As JSON</summary>
        {isOpen.value && <JsonPart />}
      </details>
      <Info about="the network as JSON" topic="text" />
    </section>
  );
}

function Training() {
  const total = knownNow.value?.total ?? null;
  const { length } = keepable.value;
  const withWeights = knownNow.value?.layers.filter(({ parameters }) => parameters > 0).length ?? 0;
  return (
    <section class="panel editor-train" aria-label="Training">
      <button
        type="button"
        class="button primary"
        data-testid="train-this"
        disabled={total === null || isTaking.value}
        onClick={() => void trainThis()}
      >
        Train this
      </button>
      <label class="editor-flag">
        <input
          type="checkbox"
          checked={keepsWeights.value}
          onChange={({ currentTarget }) => (keepsWeights.value = currentTarget.checked)}
        />
        <span>
          Keep the weights of layers that stay as they were{' '}
          <span class="quiet" data-testid="keepable">
            ({length} of {withWeights})
          </span>
        </span>
      </label>
      <Info about="training it" topic="train" />
      <p class="quiet editor-recipe">{recipe.value?.title}</p>
      {failure.value !== null && (
        <p role="alert" class="editor-problem" data-testid="editor-failure">
          {failure.value}
        </p>
      )}
    </section>
  );
}

export function Editor() {
  useEffect(open, []);
  useEffect(() => {
    document.addEventListener('keydown', onKey); // a button that is pressed for the last time loses the focus
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  return (
    <div class="model-editor fields" data-testid="model-editor">
      <Tools />
      <Costs />
      <Layers />
      <AsText />
      <Training />
      <p role="status" class="out-of-sight">
        {said.value}
      </p>
    </div>
  );
}
