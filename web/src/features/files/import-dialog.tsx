// SPDX-License-Identifier: MIT
//
// What the import dialog holds: where a file goes in, what network is in it, and the way to use that.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { grouped, percent } from '../../shared/format';
import { isImported, isOwn } from '../../shared/imported';
import { droppedNetwork } from '../../state/panels';
import { classNames, data, engine, noun } from '../../state/store';
import { Choice } from '../../ui/choice';
import { AnswerText, AskedPicture } from './answer-text';
import {
  asksWhose,
  chooseFile,
  chooseInput,
  chooseWhose,
  chosen,
  close,
  failure,
  found,
  foundRun,
  goOn,
  page,
  phase,
  use,
  weightsOf,
} from './import-state';
import './files.css';
import './import.css';
import type { ReadRun } from '../../client/kept/run-in-file';
import type { FileInput, ImportedFile, InputTrial } from '../../shared/protocol-files';

const formats: Readonly<Record<ImportedFile['format'], string>> = {
  onnx: 'ONNX',
  safetensors: 'safetensors',
  pytorch: 'PyTorch',
  json: 'JSON',
  checkpoint: 'Checkpoint',
};

const inputs: Readonly<Record<FileInput, string>> = {
  bytes: 'pixels from 0 to 255',
  unit: 'pixels from 0 to 1',
  normalized: 'pixels normalised by 0.1307 and 0.3081',
};

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Files that are dropped anywhere while the dialog is open are for it. */
function useDrop() {
  const isOver = useSignal(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      isOver.value = true;
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      isOver.value = false;
      const [file] = event.dataTransfer!.files;
      if (file !== undefined) void chooseFile(file);
    };
    document.addEventListener('dragover', over, true);
    document.addEventListener('dragleave', leave, true);
    document.addEventListener('drop', drop, true);
    return () => {
      document.removeEventListener('dragover', over, true);
      document.removeEventListener('dragleave', leave, true);
      document.removeEventListener('drop', drop, true);
    };
  }, []);
  return isOver;
}

function Chooser() {
  const file = useRef<HTMLInputElement>(null);
  const isOver = useDrop();
  return (
    <div class={`network-drop${isOver.value ? ' over' : ''}`}>
      <p>
        Drop a file here, or{' '}
        <button
          type="button"
          class="button"
          onClick={() => {
            file.current!.click();
          }}
        >
          Choose a file
        </button>
      </p>
      <p class="quiet">
        ONNX from PyTorch, Keras (tf2onnx) and others; weights as safetensors or PyTorch’s .pt; JSON and checkpoints of
        this page; runs with their history. Nothing in a file is executed, and it does not leave your device.
      </p>
      <input
        ref={file}
        type="file"
        hidden
        accept=".onnx,.pt,.pth,.safetensors,.json,.tinycnn,.tinyrun"
        aria-label="A file of a network or a run"
        data-testid="network-file"
        onChange={({ currentTarget }) => {
          const [first] = currentTarget.files ?? [];
          currentTarget.value = '';
          if (first !== undefined) void chooseFile(first);
        }}
      />
      {failure.value !== null && (
        <p role="alert" class="import-failure" data-testid="import-failure">
          {failure.value}
        </p>
      )}
    </div>
  );
}

function WhoseChoice() {
  const whose = weightsOf.value;
  const zoo = (engine.value?.zoo ?? []).filter(({ id }) => !isImported(id) && !isOwn(id));
  return (
    <Choice
      inLine
      label="These are the weights of"
      testid="weights-of"
      value={whose.of === 'page' ? '' : whose.id}
      onPick={(id) => {
        chooseWhose(id === '' ? { of: 'page' } : { of: 'zoo', id });
      }}
    >
      <option value="">the network on the page</option>
      {zoo.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </Choice>
  );
}

const trialText = ({ input, correct, count, loss }: InputTrial): string =>
  `${inputs[input]}: ${percent(correct / count, 1)} correct, loss ${loss.toFixed(2)}`;

/** A file that does not say what its network reads: what was found, and another choice. */
function InputChoice({ of: { input, trials } }: { of: ImportedFile }) {
  if (input === null) return null;
  return (
    <>
      <Choice
        inLine
        label="It reads"
        testid="import-input"
        value={input}
        onPick={(wanted) => void chooseInput(wanted as FileInput)}
      >
        {(Object.entries(inputs) as [FileInput, string][]).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </Choice>
      {trials.length > 0 && (
        <div class="quiet">
          <p>
            The file does not say so. Tried on {grouped(trials[0]!.count)} test {noun.value.many}; the lowest loss fits
            best:
          </p>
          <ul class="import-notes">
            {trials.map((trial) => (
              <li key={trial.input}>{trialText(trial)}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

const listed = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 10).join(', ')}, …, ${names.at(-1)!}` : names.join(', ');

/** What its outputs stand for on this page. */
function classesText({ summary, classNames: own }: ImportedFile): string {
  const names = classNames.value;
  const count = summary.layers.at(-1)!.shape[0];
  const title = data.value.facts?.title ?? 'The page';
  const called = own === null ? '' : ` (${listed(own)})`;
  if (count !== names.length)
    return `It tells ${count} classes apart${called}, but ${title} has ${names.length}: its last layer will start untrained, all others keep their weights.`;
  if (own !== null && own.join('\n') !== names.join('\n'))
    return `Its classes are called ${listed(own)}; here they stand for the classes of ${title} (${listed(names)}).`;
  return own === null
    ? `Its outputs are taken to be the classes of ${title} in their order (${listed(names)}).`
    : `Its classes are those of ${title} (${listed(names)}).`;
}

const classesOf = ({ summary, classNames: own }: ImportedFile): readonly string[] => {
  const count = summary.layers.at(-1)!.shape[0];
  return own ?? (count === classNames.value.length ? classNames.value : []);
};

function Answers({ file }: { file: ImportedFile }) {
  const { facts, image } = page.value ?? { facts: null, image: null };
  if (facts === null || image === null) return null;
  return (
    <div class="asked">
      <AskedPicture image={image} />
      <div>
        <p data-testid="import-answer">
          {image.about}: the network in the file answers <AnswerText answer={file.answer} classes={classesOf(file)} />.
        </p>
        <p data-testid="page-answer">
          The network on the page answers <AnswerText answer={facts.answer} classes={facts.classes} />.
        </p>
      </div>
    </div>
  );
}

function Found({ file, name }: { file: ImportedFile; name: string }) {
  const { summary, notes, accuracy } = file;
  const { parameters, macs, layers } = summary;
  const { many } = noun.value;
  return (
    <section aria-labelledby="found-heading" data-testid="import-found">
      <h3 id="found-heading">{name}</h3>
      <p>
        {formats[file.format]}: {grouped(layers.length)} layers, {grouped(parameters)} parameters, {grouped(macs)}{' '}
        multiply-adds per image.
        {accuracy !== null &&
          ` It classifies ${percent(accuracy.correct / accuracy.count, 1)} of ${grouped(accuracy.count)} test ${many} correctly.`}
      </p>
      <Answers file={file} />
      <InputChoice of={file} />
      <p class="quiet">{classesText(file)}</p>
      {notes.length > 0 && (
        <ul class="import-notes" aria-label="Notes on the file">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <p>
        <button
          type="button"
          class="button primary"
          data-testid="use-network"
          disabled={phase.value !== 'idle'}
          onClick={() => void use()}
        >
          Use this network
        </button>{' '}
        <span class="quiet">
          It takes the place of the network on the page, which starts anew when you choose it again.
        </span>
      </p>
    </section>
  );
}

function FoundRun({ run: { kept, past }, name }: { run: ReadRun; name: string }) {
  const { network, data: learned, step, known } = kept;
  const last = known.evaluations.at(-1);
  const steps = past.moments.length;
  return (
    <section aria-labelledby="found-heading" data-testid="import-run">
      <h3 id="found-heading">{name}</h3>
      <p>
        A run: {network} on {learned.title}, {grouped(step)} steps.
        {last !== undefined &&
          ` After step ${grouped(last.step)} it classified ${percent(last.accuracy, 2)} of the test images correctly.`}
        {steps > 0 && ` ${grouped(steps)} of its moments can be looked back at.`}
      </p>
      <p>
        <button
          type="button"
          class="button primary"
          data-testid="go-on-with-run"
          disabled={phase.value !== 'idle'}
          onClick={() => void goOn()}
        >
          Go on with this run
        </button>{' '}
        <span class="quiet">It takes the place of the run on the page, which this browser keeps.</span>
      </p>
    </section>
  );
}

export function ImportDialog() {
  useEffect(() => close, []);
  const dropped = droppedNetwork.value;
  useEffect(() => {
    if (dropped === null) return;
    droppedNetwork.value = null;
    void chooseFile(dropped);
  }, [dropped]);
  const file = found.value;
  const ofRun = foundRun.value;
  return (
    <div class="file-parts">
      <Chooser />
      <p role="status" class={phase.value === 'idle' ? 'out-of-sight' : 'quiet'}>
        {phase.value === 'reading' && `Reading ${chosen.value?.fileName ?? 'the file'} …`}
        {phase.value === 'taking' && (ofRun === null ? 'Setting the network up …' : 'Bringing the run back …')}
        {phase.value === 'idle' && file !== null && 'The network in the file can be used.'}
        {phase.value === 'idle' && ofRun !== null && 'The page can go on with the run in the file.'}
      </p>
      {asksWhose.value && <WhoseChoice />}
      {file !== null && <Found file={file} name={chosen.value!.name} />}
      {ofRun !== null && <FoundRun run={ofRun} name={chosen.value!.name} />}
    </div>
  );
}
