// SPDX-License-Identifier: MIT
//
// A setting: its label, what it is about, and a field for a number or a word, where what cannot be is put back.

import { useEffect, useId, useRef } from 'preact/hooks';
import { Info } from './info';
import type { ComponentChildren } from 'preact';
import type { Topic } from '../explained/topic';

export function Field({
  label,
  topic,
  children,
}: {
  label: string;
  topic: Topic;
  children: (id: string) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="setting" data-setting={label.toLowerCase().replaceAll(' ', '-')}>
      <span class="setting-label">
        <label for={id}>{label}</label>
        <Info about={label.toLowerCase()} topic={topic} />
      </span>
      {children(id)}
    </div>
  );
}

interface NumberProps {
  id: string;
  value: number;
  least: number;
  most: number;
  whole?: boolean;
  offered: readonly number[];
  onPick: (value: number) => void;
}

/** A number that is typed or picked from a list; what is no such number is put back. */
export function NumberField({ id, value, least, most, whole = false, offered, onPick }: NumberProps) {
  const field = useRef<HTMLInputElement>(null);
  // only when the value is another one: what is being typed stays while the page moves on
  useEffect(() => {
    field.current!.value = String(value);
  }, [value]);
  return (
    <>
      <input
        ref={field}
        id={id}
        type="number"
        list={`${id}-offered`}
        min={least}
        max={most}
        step={whole ? 1 : 'any'}
        onChange={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          const fits = typed >= least && typed <= most && (!whole || Number.isInteger(typed));
          if (fits) onPick(typed);
          else event.currentTarget.value = String(value);
        }}
      />
      <datalist id={`${id}-offered`}>
        {offered.map((each) => (
          <option value={String(each)} />
        ))}
      </datalist>
    </>
  );
}

interface WordProps<Word extends string> {
  id: string;
  value: Word;
  words: Readonly<Record<Word, string>>;
  onPick: (word: Word) => void;
}

export function WordField<Word extends string>({ id, value, words, onPick }: WordProps<Word>) {
  return (
    <select
      id={id}
      value={value}
      onChange={(event) => {
        onPick(event.currentTarget.value as Word);
      }}
    >
      {(Object.entries(words) as [Word, string][]).map(([word, said]) => (
        <option value={word}>{said}</option>
      ))}
    </select>
  );
}
