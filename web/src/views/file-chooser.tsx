// SPDX-License-Identifier: MIT
//
// Files from the visitor's disk: by the browser's file dialog, or dropped anywhere on the page.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { loadFromFiles } from '../controller';

let input: HTMLInputElement | null = null;
const dragging = signal(false);

export const openFileChooser = (): void => input?.click();

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

function useDrop(): void {
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      dragging.value = true;
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) dragging.value = false;
    };
    const drop = (event: DragEvent): void => {
      dragging.value = false;
      const files = event.dataTransfer?.files;
      if (files === undefined || files.length === 0) return;
      event.preventDefault();
      void loadFromFiles([...files]);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
}

export function FileChooser() {
  const element = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input = element.current;
    return () => (input = null);
  }, []);
  useDrop();
  return (
    <>
      <input
        ref={element}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (files.length > 0) void loadFromFiles(files);
        }}
      />
      {dragging.value && (
        <div class="drop-veil" aria-hidden="true">
          <p>Drop the four IDX files here</p>
        </div>
      )}
    </>
  );
}
