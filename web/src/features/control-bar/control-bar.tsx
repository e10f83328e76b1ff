// SPDX-License-Identifier: MIT
//
// What is trained: the data and the network, chosen in the page's bar.

import { loadGenerated, loadPublished } from '../../client/data';
import { choose } from '../../client/run';
import { publishedDatasets } from '../../shared/published-datasets';
import { generatedId, generatedTitle } from '../../shared/generated';
import { dialog } from '../../state/panels';
import { data, engine, runSettings } from '../../state/store';
import { Choice } from '../../ui/choice';
import { openFileChooser, openFolderChooser } from '../../ui/file-chooser';
import { Info } from './info';
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
    <Choice inLine label="Data" testid="dataset-picker" value={facts?.id ?? 'mnist'} onPick={pick}>
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
  const pick = (id: string): void => {
    if (id === fromDisk) dialog.value = 'import';
    else void choose({ model: id });
  };
  return (
    <Choice inLine label="Network" testid="model-picker" value={model} onPick={pick}>
      {zoo.length === 0 && <option value={model}>TinyCNN</option>}
      {zoo.map(({ id, title }) => (
        <option value={id}>{title}</option>
      ))}
      <option value={fromDisk}>File from disk…</option>
    </Choice>
  );
}

export function ControlBar() {
  return (
    <div class="choices" role="group" aria-label="What is trained">
      <DatasetPicker />
      <ModelPicker />
      <button type="button" class="button" disabled={engine.value === null} onClick={() => (dialog.value = 'edit')}>
        Edit
      </button>
      <Info about="data and network" topic="choices" />
    </div>
  );
}
