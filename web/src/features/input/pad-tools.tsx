// SPDX-License-Identifier: MIT
//
// What can be done with a drawing: back and forth by strokes, away with it, and once more as it was drawn.

import { command } from '../../client/command';
import { clearDigit, redo, undo } from '../../client/input';
import { useEffect } from 'preact/hooks';
import { pad } from '../../state/store';
import { lazy } from '../../ui/lazy-part';
import { Icon } from '../../ui/icons';
import type { IconName } from '../../ui/icons';

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

const replayModule = lazy(() => import('./replay'));

const startReplay = command(async () => {
  (await replayModule.load()).startReplay();
});

interface ToolProps {
  name: string;
  keys?: string;
  icon: IconName;
  disabled: boolean;
  onClick: () => void;
}

function Tool({ name, keys, icon, disabled, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="button"
      aria-label={name}
      title={keys === undefined ? name : `${name} (${keys})`}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
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
    <div class="digit-controls">
      <Tool name="Undo" keys="Ctrl+Z" icon="undo" disabled={past.length === 0} onClick={undo} />
      <Tool name="Redo" keys="Ctrl+Shift+Z" icon="redo" disabled={future.length === 0} onClick={redo} />
      <Tool name="Replay" icon="replay" disabled={strokes.length === 0} onClick={() => void startReplay()} />
      <button type="button" class="button" onClick={() => void clearDigit()}>
        Clear
      </button>
    </div>
  );
}
