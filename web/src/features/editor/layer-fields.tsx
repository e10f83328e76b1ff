// SPDX-License-Identifier: MIT
//
// The fields of one layer: what it is called, of which kind it is, what it reads, and its sizes. Every key changes the draft.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { layerTitle } from '../../state/layer-titles';
import { maxInputs, readable, renamed, retyped, withFrom, withValue } from './draft';
import { Info } from './info';
import { kindOf, kinds } from './kinds';
import { change, draft } from './state';
import { flagOf, isOn, textOf, valueIn } from './values';
import type { DraftLayer } from './draft';
import type { Field } from './kinds';

interface TextProps {
  label: string;
  value: string;
  placeholder?: string;
  isNumber?: boolean;
  /** Whether a text says the same as another. */
  same: (a: string, b: string) => boolean;
  onType: (text: string) => void;
}

/** What is typed stays as it was typed; the field follows only when the draft says something else. */
function TextField({ label, value, placeholder, isNumber = false, same, onType }: TextProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (!same(field.current!.value, value)) field.current!.value = value;
  });
  return (
    <label class="editor-field">
      <span>{label}</span>
      <input
        ref={field}
        type="text"
        autocomplete="off"
        spellcheck={false}
        inputMode={isNumber ? 'decimal' : 'text'}
        placeholder={placeholder}
        data-control={label}
        onInput={({ currentTarget }) => {
          onType(currentTarget.value);
        }}
      />
    </label>
  );
}

interface Props {
  layer: DraftLayer;
  at: number;
}

function Value({ layer, at, field }: Props & { field: Field }) {
  const { name, label, type, usual } = field;
  const value = layer.values[name];
  if (type === 'flag') {
    return (
      <label class="editor-flag">
        <input
          type="checkbox"
          data-control={label}
          checked={isOn(value, field)}
          onChange={({ currentTarget }) => {
            change(withValue(draft.value, at, name, flagOf(currentTarget.checked, field)));
          }}
        />
        {label}
      </label>
    );
  }
  return (
    <TextField
      label={label}
      isNumber
      value={textOf(value)}
      {...(usual === undefined ? {} : { placeholder: usual })}
      same={(a, b) => textOf(valueIn(a, field)) === b}
      onType={(text) => {
        change(withValue(draft.value, at, name, valueIn(text, field)), `${layer.key}.${name}`);
      }}
    />
  );
}

const theSame = (a: string, b: string): boolean => a === b;

const ofVectors = new Set(['batchNorm1d']);
const ofChannels = new Set(['dropout2d']);

/** Two kinds of one name are told apart. */
const kindTitle = (type: string): string =>
  `${layerTitle(type)}${ofVectors.has(type) ? ' (vector)' : ofChannels.has(type) ? ' (channels)' : ''}`;

export const KindOptions = () => (
  <>
    {kinds.map(({ type }) => (
      <option key={type} value={type}>
        {kindTitle(type)}
      </option>
    ))}
  </>
);

function Kind({ layer, at }: Props) {
  const { type } = layer;
  return (
    <label class="editor-field">
      <span>Kind</span>
      <select
        value={type}
        data-control="Kind"
        onChange={({ currentTarget }) => {
          change(retyped(draft.value, at, currentTarget.value));
        }}
      >
        {kinds.every((each) => each.type !== type) && <option value={type}>{layerTitle(type)}</option>}
        <KindOptions />
      </select>
    </label>
  );
}

const theOneBefore = '';

interface SourceProps extends Props {
  /** Which of several it is. */
  index: number;
}

function Source({ layer, at, index }: SourceProps) {
  const { joins } = kindOf(layer.type);
  const from = layer.from ?? [];
  const now = from[index] ?? theOneBefore;
  const names = readable(draft.value, at);
  return (
    <select
      aria-label={joins ? `Reads, ${index + 1} of ${from.length}` : 'Reads'}
      data-control={`reads ${index}`}
      value={now}
      onChange={({ currentTarget: { value } }) => {
        const next = value === theOneBefore ? null : from.length === 0 ? [value] : from.with(index, value);
        change(withFrom(draft.value, at, next));
      }}
    >
      {!joins && <option value={theOneBefore}>the layer above</option>}
      {now !== theOneBefore && !names.includes(now) && <option value={now}>{now} (not above)</option>}
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** What it reads; of those that read several, each. */
function Sources({ layer, at }: Props) {
  const { joins } = kindOf(layer.type);
  const from = layer.from ?? [];
  const count = joins ? Math.max(from.length, 1) : 1;
  return (
    <div class="editor-field editor-reads">
      <span aria-hidden="true">Reads</span>
      <div>
        {Array.from({ length: count }, (_, index) => (
          <Source key={index} layer={layer} at={at} index={index} />
        ))}
        {joins && from.length < maxInputs && (
          <button
            type="button"
            class="button small"
            onClick={() => {
              change(withFrom(draft.value, at, [...from, 'input']));
            }}
          >
            One more
          </button>
        )}
        {joins && from.length > 2 && (
          <button
            type="button"
            class="button small"
            onClick={() => {
              change(withFrom(draft.value, at, from.slice(0, -1)));
            }}
          >
            One less
          </button>
        )}
      </div>
    </div>
  );
}

export function LayerFields({ layer, at }: Props) {
  const { fields } = kindOf(layer.type, layer.values);
  return (
    <div class="editor-fields" role="group" aria-label={`Layer ${layer.name}`}>
      <TextField
        label="Name"
        value={layer.name}
        same={theSame}
        onType={(name) => {
          change(renamed(draft.value, at, name), `${layer.key}.name`);
        }}
      />
      <Kind layer={layer} at={at} />
      <Sources layer={layer} at={at} />
      {fields.map((field) => (
        <Value key={field.name} layer={layer} at={at} field={field} />
      ))}
      <Info about={`the fields of ${layer.name}`} topic="layer" />
    </div>
  );
}
