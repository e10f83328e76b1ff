// SPDX-License-Identifier: MIT
//
// The layers of the network in their order, each with what follows from the whole: shape, parameters, multiply-adds, receptive field, memory.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { fileSize } from '../../shared/format-small';
import { grouped } from '../../shared/format';
import { layerTitle } from '../../state/layer-titles';
import { moved, without, withCopy } from './draft';
import { LayerFields } from './layer-fields';
import { change, draft, fields, known, opened, said } from './state';
import { summaryOf } from './values';
import type { LayerSummary } from 'tinycnn';
import type { DraftLayer } from './draft';

const bytesPerValue = 4;

export const valuesOf = ([channels, height, width]: readonly [number, number, number]): number =>
  channels * height * width;

/** Where the focus is to be once a change is drawn: on a control of a layer. */
let wanted: { key: number; control: string } | null = null;

const head = 'head';

export function focusOn(key: number, control = head): void {
  wanted = { key, control };
}

function move(at: number, by: number, control: string): void {
  const { key, name } = draft.value.layers[at]!;
  const to = at + by;
  const { length } = draft.value.layers;
  if (to < 0 || to >= length) return;
  focusOn(key, control);
  change(moved(draft.value, at, to));
  said.value = `${name} is layer ${to + 1} of ${length}.`;
}

function remove(at: number): void {
  const { layers } = draft.value;
  const next = layers[at + 1] ?? layers[at - 1];
  if (next !== undefined) focusOn(next.key);
  said.value = `${layers[at]!.name} was removed.`;
  change(without(draft.value, at));
}

function duplicate(at: number): void {
  const next = withCopy(draft.value, at);
  const copy = next.layers[at + 1]!;
  focusOn(copy.key);
  opened.value = copy.key;
  said.value = `${copy.name} is layer ${at + 2} of ${next.layers.length}.`;
  change(next);
}

/** The name of the control that has the focus, within its layer. */
const controlOf = ({ target }: Event): string => (target as HTMLElement).dataset.control ?? head;

function onKey(event: KeyboardEvent, at: number): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const isHead = controlOf(event) === head;
  if (event.altKey && step !== undefined) move(at, step, controlOf(event));
  else if (isHead && step !== undefined) {
    const next = draft.value.layers[at + step];
    if (next !== undefined)
      (event.currentTarget as HTMLElement)
        .parentElement!.querySelector<HTMLElement>(`[data-key="${next.key}"] [data-control="${head}"]`)
        ?.focus();
  } else if (isHead && event.key === 'Delete') remove(at);
  else return;
  event.preventDefault();
}

interface ActionProps {
  name: string;
  layer: string;
  sign: string;
  disabled?: boolean;
  onClick: () => void;
}

function Action({ name, layer, sign, disabled = false, onClick }: ActionProps) {
  return (
    <button
      type="button"
      class="editor-action"
      aria-label={`${name} ${layer}`}
      title={name}
      data-control={name}
      disabled={disabled}
      onClick={onClick}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path
          d={sign}
          fill="none"
          stroke="currentColor"
          stroke-width="1.7"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
    </button>
  );
}

const signs = {
  up: 'M8 13V3M3.500 7.500 8 3l4.500 4.500',
  down: 'M8 3v10M3.500 8.500 8 13l4.500-4.500',
  copy: 'M6 6h7v7H6zM3 10V3h7',
  gone: 'M4 4l8 8M12 4l-8 8',
};

function Actions({ layer: { name }, at }: { layer: DraftLayer; at: number }) {
  const last = draft.value.layers.length - 1;
  return (
    <div class="editor-actions">
      <Action
        name="Move up"
        layer={name}
        sign={signs.up}
        disabled={at === 0}
        onClick={() => {
          move(at, -1, at === 1 ? 'Move down' : 'Move up');
        }}
      />
      <Action
        name="Move down"
        layer={name}
        sign={signs.down}
        disabled={at === last}
        onClick={() => {
          move(at, 1, at === last - 1 ? 'Move up' : 'Move down');
        }}
      />
      <Action
        name="Duplicate"
        layer={name}
        sign={signs.copy}
        onClick={() => {
          duplicate(at);
        }}
      />
      <Action
        name="Remove"
        layer={name}
        sign={signs.gone}
        onClick={() => {
          remove(at);
        }}
      />
    </div>
  );
}

const shapeText = ([channels, height, width]: LayerSummary['shape']): string =>
  height * width === 1 ? `${channels}` : `${channels}×${height}×${width}`;

function Figure({ label, children }: { label: string; children: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Figures({ summary }: { summary: LayerSummary | null }) {
  const field = summary === null ? undefined : fields.value?.get(summary.name);
  const text = (of: (each: LayerSummary) => string): string => (summary === null ? '–' : of(summary));
  return (
    <dl class="editor-figures">
      <Figure label="Output">{text(({ shape }) => shapeText(shape))}</Figure>
      <Figure label="Parameters">{text(({ parameters }) => grouped(parameters))}</Figure>
      <Figure label="Multiply-adds">{text(({ macs }) => grouped(macs))}</Figure>
      <Figure label="Sees">{field === undefined ? '–' : `${field[0]}×${field[1]}`}</Figure>
      <Figure label="Memory">{text(({ shape }) => fileSize(bytesPerValue * valuesOf(shape)))}</Figure>
    </dl>
  );
}

function Row({ layer, at }: { layer: DraftLayer; at: number }) {
  const { key, name, type, from, values } = layer;
  const described = known.value?.described ?? null;
  const summary = described?.layers.find((each) => each.name === name) ?? null;
  const problem = described?.problem?.layer === at ? described.problem.text : null;
  const isLast = at === draft.value.layers.length - 1;
  const isOpen = opened.value === key;
  const said = [layerTitle(type), summaryOf(type, values)].filter((part) => part !== '' && part !== name).join(', ');
  return (
    <li
      class={`editor-layer${problem === null ? '' : ' wrong'}${isOpen ? ' open' : ''}`}
      data-key={key}
      data-testid={`layer-${name}`}
      onKeyDown={(event) => {
        onKey(event, at);
      }}
    >
      <div class="editor-line">
        <button
          type="button"
          class="editor-head"
          aria-expanded={isOpen}
          aria-describedby={problem === null ? undefined : `problem-${key}`}
          data-control={head}
          onClick={() => {
            opened.value = isOpen ? null : key;
          }}
        >
          <span class="editor-name">{name === '' ? '(no name)' : name}</span> <span class="quiet">{said}</span>
          {from !== null && <span class="editor-from">reads {from.join(' and ')}</span>}
        </button>
        <Figures summary={problem === null ? summary : null} />
        <Actions layer={layer} at={at} />
      </div>
      {problem !== null && (
        <p class="editor-problem" id={`problem-${key}`} data-testid="layer-problem">
          {problem}
        </p>
      )}
      {isLast && described?.outputs !== null && described?.outputs !== undefined && (
        <p class="quiet editor-note">
          Trained with {summary?.shape[0]} outputs, one for each class of the data, instead of {described.outputs}.
        </p>
      )}
      {isOpen && <LayerFields layer={layer} at={at} />}
    </li>
  );
}

export function LayerList() {
  const list = useRef<HTMLOListElement>(null);
  const { layers } = draft.value;
  useLayoutEffect(() => {
    if (wanted === null) return;
    const { key, control } = wanted;
    wanted = null;
    const row = list.current!.querySelector(`[data-key="${key}"]`);
    row?.querySelector<HTMLElement>(`[data-control="${control}"]`)?.focus();
  });
  return (
    <ol ref={list} class="editor-layers" aria-label="Layers">
      {layers.map((layer, at) => (
        <Row key={layer.key} layer={layer} at={at} />
      ))}
    </ol>
  );
}
