// SPDX-License-Identifier: MIT
//
// The visitor's own digits: as small pictures, to be shown again or removed, learned from, exported and imported.

import { attempt } from '../../client/command';
import { fineTune } from '../../client/fine-tune';
import { showDrawing } from '../../client/drawings';
import { add, myDigits, notKept, remove } from '../../client/own-digits';
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { replaced } from '../../state/fit-drawing';
import { emptyPad } from '../../state/pad-state';
import { dark, token } from '../../ui/theme';
import { paintInk } from '../../ui/ink';
import { saveFile } from '../../ui/save-file';
import { Info } from './info';
import { fromFile, toFile } from './file';
import type { FineTuned } from '../../shared/protocol';
import type { KeptDigit } from '../../client/own-digits';
import type { MyDigit } from '../../shared/own-digit';
import './my-digits.css';

const thumbnail = 96;
/** More of them would be no overview; all are learned from and exported. */
const maxShown = 60;

const isLearning = signal(false);
const learned = signal<FineTuned | null>(null);

function Thumbnail({ strokes }: { strokes: MyDigit['strokes'] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = dark.value;
  useEffect(() => {
    const drawing = replaced(emptyPad, strokes).strokes;
    paintInk(canvas.current!.getContext('2d')!, drawing, { pen: 24, color: token('--ink') });
  }, [strokes, theme]);
  return <canvas ref={canvas} width={thumbnail} height={thumbnail} aria-hidden="true" />;
}

function Digit({ digit }: { digit: KeptDigit }) {
  const name = `your ${digit.label}`;
  return (
    <li>
      <button
        type="button"
        class="my-digit"
        aria-label={`Show ${name} on the pad`}
        onClick={() => {
          showDrawing(digit.strokes);
        }}
      >
        <Thumbnail strokes={digit.strokes} />
        <span>{digit.label}</span>
      </button>
      <button type="button" class="my-digit-remove" aria-label={`Remove ${name}`} onClick={() => void remove(digit.id)}>
        ×
      </button>
    </li>
  );
}

const learn = (): Promise<void> =>
  attempt(async () => {
    isLearning.value = true;
    learned.value = null;
    try {
      learned.value = await fineTune(myDigits.value.map(({ label, strokes }) => ({ label, strokes })));
    } finally {
      isLearning.value = false;
    }
  });

const save = (): void => {
  saveFile(new Blob([toFile(myDigits.value)], { type: 'application/json' }), 'my-digits.json');
};

const read = (file: File): Promise<void> =>
  attempt(async () => {
    const found = fromFile(await file.text());
    await add(found);
  });

function Import() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button" onClick={() => input.current?.click()}>
        Import digits
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="A file of digits"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) void read(file);
          currentTarget.value = '';
        }}
      />
    </>
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function Outcome() {
  if (isLearning.value) return <p role="status">Learning your digits…</p>;
  if (learned.value === null) return null;
  const { count, read: own, accuracy } = learned.value;
  return (
    <p role="status" data-testid="learned">
      The network now classifies <strong>{own.after}</strong> of your {count} digits correctly ({own.before} before).
      Accuracy on test images: {percent(accuracy.after)} ({percent(accuracy.before)} before).
    </p>
  );
}

export default function Panel({ onClose }: { onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const digits = myDigits.value;
  const none = digits.length === 0;
  return (
    <section class="panel my-digits" aria-labelledby="my-digits-heading">
      <div class="panel-head">
        <div class="with-info">
          <h2 id="my-digits-heading" ref={heading} tabIndex={-1}>
            Your digits
          </h2>
          <Info about="your own digits" topic="ownDigits" />
        </div>
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </div>
      <p>
        {none
          ? 'Draw a digit, choose its label and press Keep. The network can then learn your handwriting.'
          : `You have ${digits.length} ${digits.length === 1 ? 'digit' : 'digits'} of your own, stored only in this browser. The network learns them in a few seconds.`}{' '}
        {notKept.value}
      </p>
      <div class="controls">
        <button type="button" class="button primary" disabled={none || isLearning.value} onClick={() => void learn()}>
          Learn my digits
        </button>
        <button type="button" class="button" disabled={none} onClick={save}>
          Export digits
        </button>
        <Import />
      </div>
      <Outcome />
      <ul>
        {digits.slice(-maxShown).map((digit) => (
          <Digit key={digit.id} digit={digit} />
        ))}
      </ul>
    </section>
  );
}
