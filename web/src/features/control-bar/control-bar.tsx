// SPDX-License-Identifier: MIT
//
// The control bar: data, network and recipe; then the controls; then the state of the run.

import { loadGenerated, loadPublished } from '../../client/data';
import { choose, newSeed, pause, rewind, step, train } from '../../client/run';
import { computed } from '@preact/signals';
import { publishedDatasets } from '../../shared/published-datasets';
import { generatedId, generatedTitle } from '../../shared/generated';
import { data, engine, isAboutToStart, recipe, run, runNote, runSettings } from '../../state/store';
import { Choice } from '../../ui/choice';
import { openFileChooser, openFolderChooser } from '../../ui/file-chooser';
import { Icon } from '../../ui/icons';
import { Info } from './info';
import { RunFigures } from './run-figures';
import type { RecipeChoice } from '../../shared/protocol';
import './control-bar.css';

const fromDisk = 'from-disk';
const folderFromDisk = 'folder-from-disk';

function DatasetPicker() {
  const facts = data.value.facts;
  const own = facts?.id === 'files';
  const pick = (id: string): void => {
    if (id === fromDisk) openFileChooser();
    else if (id === folderFromDisk) openFolderChooser();
    else if (id === generatedId) void loadGenerated();
    else if (id !== facts?.id) void loadPublished(id);
  };
  return (
    <Choice label="Data" testid="dataset-picker" value={facts?.id ?? 'mnist'} onPick={pick}>
      {publishedDatasets.map(({ id, title }) => (
        <option value={id}>{title}</option>
      ))}
      <option value={generatedId}>{generatedTitle}</option>
      {own && <option value="files">{facts.title}</option>}
      <option value={fromDisk}>Files from disk…</option>
      <option value={folderFromDisk}>Folder from disk…</option>
    </Choice>
  );
}

function ModelPicker() {
  const { model } = runSettings.value;
  const zoo = engine.value?.zoo ?? [];
  return (
    <Choice label="Network" testid="model-picker" value={model} onPick={(id) => void choose({ model: id })}>
      {zoo.length === 0 && <option value={model}>TinyCNN</option>}
      {zoo.map(({ id, title }) => (
        <option value={id}>{title}</option>
      ))}
    </Choice>
  );
}

function RecipePicker() {
  return (
    <Choice
      label="Recipe"
      title={recipe.value?.title}
      testid="recipe-picker"
      value={runSettings.value.recipe}
      onPick={(choice) => void choose({ recipe: choice as RecipeChoice })}
    >
      <option value="recommended">Recommended</option>
      <option value="best">Best on MNIST</option>
      <option value="published">As published</option>
    </Choice>
  );
}

const isTraining = computed(() => run.value.phase === 'training');
const isUntouched = computed(() => run.value.step === 0);

const trainTitle = computed(() => {
  const { phase, facts } = run.value;
  if (phase !== 'finished' || facts === null) return 'Train on all training images, epoch after epoch';
  return facts.epochs === 1 ? 'Train for one more epoch' : `Train for ${facts.epochs} more epochs`;
});

function Controls() {
  const ready = engine.value !== null && data.value.facts !== null;
  const training = isTraining.value;
  const untouched = ready && !training && isUntouched.value;
  return (
    <div class="controls" role="group" aria-label="Training">
      <button
        type="button"
        class={`button primary train${untouched ? ' beckoning' : ''}`}
        disabled={!ready}
        title={training ? 'Pause training; nothing is lost' : trainTitle.value}
        onClick={() => void (training ? pause() : train())}
      >
        <Icon name={training ? 'pause' : 'play'} />
        {training ? 'Pause' : 'Train'}
      </button>
      <button
        type="button"
        class="button"
        disabled={!ready}
        title="Train on one mini-batch of images"
        onClick={() => void step()}
      >
        <Icon name="step" />
        Step
      </button>
      <button
        type="button"
        class="button"
        disabled={engine.value === null}
        title="Back to the initial weights of this seed"
        onClick={() => void rewind()}
      >
        <Icon name="rewind" />
        Rewind
      </button>
      <button
        type="button"
        class="button"
        disabled={engine.value === null}
        title="Start again from other random weights"
        onClick={() => void newSeed()}
      >
        <Icon name="seed" />
        New seed
      </button>
      <Info about="training" topic="training" />
    </div>
  );
}

/** Why training started or stopped automatically. */
function RunNote() {
  return (
    <p class="run-note" role="status" data-testid="run-note">
      {isAboutToStart.value ? 'Training starts automatically in a moment.' : runNote.value}
    </p>
  );
}

export function ControlBar() {
  return (
    <section class="bar" aria-label="Controls">
      <div class="choices">
        <DatasetPicker />
        <ModelPicker />
        <RecipePicker />
        <Info about="data, network and recipe" topic="choices" />
      </div>
      <Controls />
      <RunFigures />
      <RunNote />
    </section>
  );
}
