// SPDX-License-Identifier: MIT
//
// Files and folders from the visitor's disk: by the browser's dialogs, or dropped anywhere on the page.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren, RefObject } from 'preact';
import type { DroppedFile } from '../shared/source-file';
import './file-chooser.css';

const inputs: { files: HTMLInputElement | null; folder: HTMLInputElement | null } = { files: null, folder: null };
const dragging = signal(false);

export const openFileChooser = (): void => inputs.files?.click();
export const openFolderChooser = (): void => inputs.folder?.click();

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

const chosenFile = (file: File): DroppedFile => ({ path: file.webkitRelativePath || file.name, file });

/** The entries must be asked for before the first wait: the browser forgets them after the event. */
async function dropped(transfer: DataTransfer): Promise<DroppedFile[]> {
  const files = [...transfer.files].map(chosenFile);
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.some((entry) => entry.isDirectory)) return files;
  const { filesBelow } = await import('./dropped-folders');
  return (await Promise.all(entries.map(filesBelow))).flat();
}

type OnFiles = (files: readonly DroppedFile[]) => unknown;

function useDrop(onFiles: OnFiles): void {
  const latest = useRef(onFiles);
  latest.current = onFiles;
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
      const transfer = event.dataTransfer;
      if (transfer === null || transfer.files.length === 0) return;
      event.preventDefault();
      void dropped(transfer).then((files) => latest.current(files));
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

interface ChooserProps {
  element: RefObject<HTMLInputElement | null>;
  folder: boolean;
  onFiles: OnFiles;
}

function Chooser({ element, folder, onFiles }: ChooserProps) {
  return (
    <input
      ref={element}
      type="file"
      multiple
      hidden
      {...(folder ? { webkitdirectory: true } : {})}
      data-testid={folder ? 'folder-input' : 'file-input'}
      onChange={(event) => {
        const files = [...(event.currentTarget.files ?? [])].map(chosenFile);
        event.currentTarget.value = '';
        if (files.length > 0) onFiles(files);
      }}
    />
  );
}

/** `children` are shown while files are dragged over the page. */
export function FileChooser({ onFiles, children }: { onFiles: OnFiles; children: ComponentChildren }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => {
    inputs.files = files.current;
    inputs.folder = folder.current;
    return () => {
      inputs.files = inputs.folder = null;
    };
  }, []);
  useDrop(onFiles);
  return (
    <>
      <Chooser element={files} folder={false} onFiles={onFiles} />
      <Chooser element={folder} folder onFiles={onFiles} />
      {dragging.value && (
        <div class="drop-veil" aria-hidden="true">
          <p>{children}</p>
        </div>
      )}
    </>
  );
}
