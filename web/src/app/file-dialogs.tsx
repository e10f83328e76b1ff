// SPDX-License-Identifier: MIT
//
// The dialogs in which a network leaves the page as a file, comes in from one, or is edited. The browser keeps the focus in them, closes them at
// Escape and gives the focus back. What they hold is loaded when the first is opened.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { dialog } from '../state/panels';
import { lazy, LazyPart } from '../ui/lazy-part';
import './file-dialogs.css';

const parts = {
  export: lazy(async () => (await import('../features/files/export-dialog')).ExportDialog),
  import: lazy(async () => (await import('../features/files/import-dialog')).ImportDialog),
  edit: lazy(async () => (await import('../features/editor/editor')).Editor),
};

const titles = { export: 'Export', import: 'Import', edit: 'Model editor' };

const close = (): void => {
  dialog.value = null;
};

export function FileDialogs() {
  const name = dialog.value;
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    if (name === null) element.current!.close();
    else if (!element.current!.open) element.current!.showModal();
  }, [name]);
  return (
    <dialog
      ref={element}
      class="file-dialog"
      aria-labelledby="dialog-heading"
      onCancel={(event) => {
        event.preventDefault(); // else it is closed before `dialog` says so, and the next click opens nothing
        close();
      }}
      onClose={() => {
        if (!element.current!.open) close();
      }}
      onClick={({ target }) => {
        if (target === element.current) close();
      }}
    >
      {name !== null && (
        <div>
          <div class="panel-head">
            <h2 id="dialog-heading">{titles[name]}</h2>
            <button type="button" class="button" onClick={close}>
              Close
            </button>
          </div>
          <LazyPart key={name} part={parts[name]} props={{}} />
        </div>
      )}
    </dialog>
  );
}
