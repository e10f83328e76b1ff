// SPDX-License-Identifier: MIT
//
// What the export dialog holds: the network of now, and every form in which it can leave the page.

import { useEffect } from 'preact/hooks';
import { grouped } from '../../shared/format';
import { run } from '../../state/store';
import { Choice } from '../../ui/choice';
import { AnswerText, AskedPicture, isSameAnswer } from './answer-text';
import { chooseInput, close, failure, files, input, open, shown } from './export-state';
import { fileSize } from '../../shared/format-small';
import { groups } from './kinds';
import { PrunedPart } from './pruned';
import { Quantized } from './quantized';
import './files.css';
import type { FileState, Shown } from './export-state';
import type { Group, Item } from './kinds';
import type { FileInput } from '../../shared/protocol-files';

function Head({ now }: { now: Shown }) {
  const { facts, step, image } = now;
  const isOld = run.value.step !== step;
  return (
    <div class="asked" data-testid="export-network">
      {image !== null && <AskedPicture image={image} />}
      <div>
        <p>
          <strong>{facts.name}</strong> after step {grouped(step)}: {grouped(facts.parameters)} parameters,{' '}
          {grouped(facts.macs)} multiply-adds per image.
        </p>
        {image !== null && (
          <p data-testid="float-answer">
            {image.about}: the network on the page answers <AnswerText answer={facts.answer} classes={facts.classes} />.
          </p>
        )}
        {isOld && (
          <p>
            Training has gone on since.{' '}
            <button type="button" class="more" onClick={() => void open()}>
              Take the weights of now
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

/** How the network in the file answers, beside the one on the page. */
function Answered({ state, now }: { state: FileState | undefined; now: Shown }) {
  if (state?.phase !== 'made' || state.answer === undefined || now.image === null) return null;
  const { answer } = state;
  if (answer === null) return <span class="quiet">The same weights; nothing on this page can run this file.</span>;
  const { facts } = now;
  const isSame = isSameAnswer(answer, facts.answer);
  return (
    <>
      <AnswerText answer={answer} classes={facts.classes} />
      {isSame && <span class="quiet"> The same, bit for bit</span>}
    </>
  );
}

function Way({ item, state }: { item: Item; state: FileState | undefined }) {
  if (state?.phase === 'failed') return null;
  if (state?.phase !== 'made') return <span class="quiet">…</span>;
  return (
    <a class="button" href={state.url} download={state.name} data-testid={`download-${item.kind}`}>
      Download<span class="out-of-sight"> {item.title}</span>
    </a>
  );
}

function Row({ item, now }: { item: Item; now: Shown }) {
  const state = files.value.get(item.kind);
  return (
    <li data-testid={`item-${item.kind}`} aria-busy={state === undefined || state.phase === 'making'}>
      <div>
        <strong>{item.title}</strong>
        <p>{state?.phase === 'failed' ? state.why : item.purpose}</p>
      </div>
      <p class="file-answer">
        <Answered state={state} now={now} />
      </p>
      <p class="file-size">{state?.phase === 'made' && fileSize(state.size)}</p>
      <Way item={item} state={state} />
    </li>
  );
}

function InputChoice() {
  return (
    <Choice
      inLine
      label="ONNX and TensorFlow Lite read"
      testid="export-input"
      value={input.value}
      onPick={(wanted) => {
        chooseInput(wanted as FileInput);
      }}
    >
      <option value="bytes">pixels from 0 to 255</option>
      <option value="unit">pixels from 0 to 1</option>
      <option value="normalized">normalised pixels</option>
    </Choice>
  );
}

function Files({ group, now }: { group: Group; now: Shown }) {
  return (
    <section aria-labelledby={`files-${group.id}`}>
      <div class="panel-head">
        <h3 id={`files-${group.id}`}>{group.title}</h3>
        {group.id === 'programs' && <InputChoice />}
      </div>
      {group.about !== '' && <p class="quiet">{group.about}</p>}
      <ul class="files">
        {group.items.map((item) => (
          <Row key={item.kind} item={item} now={now} />
        ))}
      </ul>
      {group.id === 'int8' && now.calibration > 0 && <Quantized now={now} />}
    </section>
  );
}

export function ExportDialog() {
  useEffect(() => {
    void open();
    return close;
  }, []);
  const now = shown.value;
  if (failure.value !== null) {
    return (
      <p role="alert">
        {failure.value}{' '}
        <button type="button" class="more" onClick={() => void open()}>
          Try again
        </button>
      </p>
    );
  }
  if (now === null) {
    return (
      <p class="quiet" role="status">
        Copying the network …
      </p>
    );
  }
  return (
    <div class="file-parts">
      <Head now={now} />
      {groups.map((group) => (
        <Files key={group.id} group={group} now={now} />
      ))}
      <PrunedPart now={now} />
    </div>
  );
}
