// SPDX-License-Identifier: MIT
//
// What can be done with a drawing: back and forth by strokes, away with it, once more as it was drawn, and how wide the pen is.

import { useEffect } from 'preact/hooks';
import { clearDigit } from '../controller';
import { redo, startReplay, undo } from '../pad';
import { pad, penWidth } from '../state/store';

const kNarrowest = 6;
const kWidest = 40;

/** Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y), Cmd on a Mac; where text is edited they stay the text's. */
function onKey(event: KeyboardEvent): void {
  const key = event.key.toLowerCase();
  const edits =
    event.target instanceof HTMLElement && event.target.closest('input:not([type=range]), textarea') !== null;
  if (!(event.ctrlKey || event.metaKey) || event.altKey || edits || (key !== 'z' && key !== 'y')) return;
  event.preventDefault();
  if (key === 'y' || event.shiftKey) redo();
  else undo();
}

export function PadTools() {
  const { strokes, past, future } = pad.value;
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  return (
    <>
      <div class="digit-controls">
        <button type="button" class="button" disabled={past.length === 0} onClick={undo} title="Ctrl+Z">
          Undo
        </button>
        <button type="button" class="button" disabled={future.length === 0} onClick={redo} title="Ctrl+Shift+Z">
          Redo
        </button>
        <button type="button" class="button" onClick={clearDigit}>
          Clear
        </button>
      </div>
      <div class="digit-controls">
        <label class="pen-width">
          Pen
          <input
            type="range"
            min={kNarrowest}
            max={kWidest}
            value={penWidth.value}
            aria-label="Width of the pen"
            onInput={({ currentTarget }) => (penWidth.value = Number(currentTarget.value))}
          />
        </label>
        <button type="button" class="button" disabled={strokes.length === 0} onClick={startReplay}>
          Replay
        </button>
      </div>
    </>
  );
}
