// SPDX-License-Identifier: MIT
//
// The network as JSON: to read, to change, and as a file.

import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { saveFile } from '../../ui/save-file';
import { draftOf, specOf } from './draft';
import { jsonOf, specIn, TextError } from './json-text';
import { change, draft } from './state';
import type { Draft } from './draft';

/** No network that fits is as long. */
const maxBytes = 2_000_000;

const textOf = (of: Draft): string => `${jsonOf(specOf(of))}\n`;

export function JsonPart() {
  const area = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const wrong = useSignal<string | null>(null);
  /** The draft that the text is about, as far as the text is one. */
  const about = useRef<Draft | null>(null);
  const now = draft.value;
  useLayoutEffect(() => {
    if (now === about.current) return;
    about.current = now;
    area.current!.value = textOf(now);
    wrong.value = null;
  }, [now]);

  const take = (text: string, from: string | null): void => {
    try {
      const { of, normalize, loss } = draft.value;
      const next = draftOf(specIn(text), { of, ...(normalize && { normalize }), ...(loss && { loss }) });
      about.current = from === null ? next : null;
      wrong.value = null;
      change(next, from === null ? 'json' : null);
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      wrong.value = from === null ? error.message : `${from}: ${error.message}`;
    }
  };

  const read = async (chosen: File): Promise<void> => {
    if (chosen.size > maxBytes) wrong.value = `${chosen.name}: expected a file of at most 2 MB.`;
    else take(await chosen.text(), chosen.name);
  };

  return (
    <div class="editor-json">
      <div class="editor-buttons">
        <button
          type="button"
          class="button"
          onClick={() => {
            file.current!.click();
          }}
        >
          Open a file
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            saveFile(
              new Blob([textOf(draft.value)], { type: 'application/json' }),
              `${draft.value.name || 'network'}.json`,
            );
          }}
        >
          Save as a file
        </button>
      </div>
      <input
        ref={file}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label="A file of a network as JSON"
        data-testid="editor-file"
        onChange={({ currentTarget }) => {
          const [first] = currentTarget.files ?? [];
          currentTarget.value = '';
          if (first !== undefined) void read(first);
        }}
      />
      {wrong.value !== null && (
        <p role="alert" class="editor-problem" data-testid="json-problem">
          {wrong.value}
        </p>
      )}
      <textarea
        ref={area}
        aria-label="The network as JSON"
        aria-invalid={wrong.value !== null}
        spellcheck={false}
        autocomplete="off"
        rows={14}
        onInput={({ currentTarget }) => {
          take(currentTarget.value, null);
        }}
      />
    </div>
  );
}
