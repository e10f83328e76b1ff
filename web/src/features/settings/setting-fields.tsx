// SPDX-License-Identifier: MIT
//
// A setting: its label, what it is about, and a list of words to pick from.

import { useId } from 'preact/hooks';
import { Info } from './info';
import type { ComponentChildren } from 'preact';
import type { Topic } from './texts';

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
