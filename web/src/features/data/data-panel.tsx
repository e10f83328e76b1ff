// SPDX-License-Identifier: MIT
//
// A line below the network about its data: loading, with a progress bar in bytes; loaded; or not available, with what to do.

import { loadFromFiles, loadPublished } from '../../client/data';
import { publishedDatasets } from '../../shared/published-datasets';
import { generatedId } from '../../shared/generated';
import { grouped, megabytes } from '../../shared/format';
import { goToTab } from '../../state/panels';
import { data, isGivenUp, noun, recipeAsIs, runFacts, runSettings } from '../../state/store';
import { FileChooser, openFileChooser, openFolderChooser } from '../../ui/file-chooser';
import { Info } from './info';
import type { DatasetFacts } from '../../shared/protocol';
import type { LoadProgress, Unavailable } from '../../shared/dataset';
import './data.css';

function progressText({ phase, received, total, source, title = 'the files' }: LoadProgress): string {
  if (phase === 'download') return `Downloading ${title} from ${source}: ${megabytes(received)} of ${megabytes(total)}`;
  if (phase === 'draw') return `Drawing digits: ${grouped(received)} of ${grouped(total)}`;
  if (phase === 'decode') return `Decoding images from ${source}: ${grouped(received)} of ${grouped(total)}`;
  if (phase === 'check') return `Checking ${title} from ${source}`;
  return `Reading ${title} from ${source}`;
}

function Progress({ progress }: { progress: LoadProgress }) {
  const { received, total } = progress;
  return (
    <div class="data-line">
      <progress aria-label="Data loaded" max={total === 0 ? 1 : total} value={total === 0 ? undefined : received} />
      <span>{progressText(progress)}</span>
    </div>
  );
}

/** What the chosen recipe is, in its own words. */
function RecipeText() {
  const { changes } = runSettings.value;
  if (recipeAsIs.value === null) return null;
  const { title, epochs } = recipeAsIs.value;
  return (
    <p data-testid="recipe-text">
      Recipe{Object.keys(changes).length > 0 && ' (before your changes)'}: {title},{' '}
      {epochs === 1 ? '1 epoch' : `${epochs} epochs`}
    </p>
  );
}

/** Where the data came from, and whether the browser keeps them. */
function keptText({ id, origin, kept, notKept }: DatasetFacts): string {
  if (id === generatedId) return `drawn by ${origin}.`;
  if (kept) return `from ${origin}, stored in this browser.`;
  return `from ${origin}. Not stored in this browser${notKept === null ? '' : `: ${notKept}`}.`;
}

function Counts({ facts }: { facts: DatasetFacts }) {
  const { title, classes, trainCount, testCount } = facts;
  const held = runFacts.value?.validationCount ?? 0;
  const used = runFacts.value?.trainCount ?? trainCount - held;
  const { many } = noun.value;
  return (
    <>
      <strong>{title}</strong>: {grouped(used)} training {many}, {grouped(testCount)} test {many}
      {held > 0 && `, ${grouped(held)} validation ${many}`}
      {classes.length !== 10 && `, ${classes.length} classes`};{' '}
    </>
  );
}

function Present({ facts }: { facts: DatasetFacts }) {
  return (
    <div class="data-line">
      <div class="data-text">
        <p>
          <Counts facts={facts} />
          {keptText(facts)} {facts.notes.join(' ')}
        </p>
        <RecipeText />
      </div>
      <Info about="the data" topic="data" />
      <button
        type="button"
        class="more"
        onClick={() => {
          goToTab('data');
        }}
      >
        Look at the data
      </button>
    </div>
  );
}

function WaysToData({ id }: { id: string }) {
  return (
    <div class="controls">
      <button type="button" class="button" onClick={openFileChooser}>
        Choose files
      </button>
      <button type="button" class="button" onClick={openFolderChooser}>
        Choose a folder
      </button>
      <button type="button" class="button" onClick={() => void loadPublished(id)}>
        Try the download again
      </button>
    </div>
  );
}

const titleOf = (id: string): string => publishedDatasets.find((each) => each.id === id)?.title ?? id;

const whyNot = (id: string): string =>
  navigator.onLine ? `No source could deliver ${titleOf(id)}.` : 'This device is offline.';

/** Another data set was wanted and could not be loaded: these digits take its place, and the visitor should know. */
function Substitute({ id, reasons }: Unavailable) {
  return (
    <div class="data-missing" role="status">
      <div>
        <h2>The network learns from synthetic digits</h2>
        <p>
          {whyNot(id)} The page has drawn digits itself instead: the network can learn from them and then classify the
          digits that you draw. If you have the four files of {titleOf(id)}, or images of your own, choose them or drop
          them on this page.
        </p>
        <details class="quiet">
          <summary>What each source answered</summary>
          {reasons}
        </details>
      </div>
      <WaysToData id={id} />
    </div>
  );
}

function Missing({ id }: { id: string }) {
  return (
    <div class="data-missing">
      <div>
        <h2>There is no data to learn from</h2>
        <p>
          {whyNot(id)} If you have the four files of {titleOf(id)}, choose them or drop them on this page: two of images
          and two of labels, in any order, gzipped or not. You can also use images of your own: PNG or JPEG files in one
          folder for each class (as a folder or a zip archive), or a CSV table.
        </p>
      </div>
      <WaysToData id={id} />
    </div>
  );
}

export function DataPanel() {
  const { facts, progress, missing } = data.value;
  return (
    <section aria-label="Data in use" data-testid="data-progress" class="data">
      {progress !== null && <Progress progress={progress} />}
      {progress === null && facts !== null && <Present facts={facts} />}
      {progress === null && facts?.inPlaceOf && <Substitute {...facts.inPlaceOf} />}
      {progress === null && missing !== null && !isGivenUp.value && <Missing id={missing} />}
      {progress === null && facts === null && missing === null && <p class="data-line">Starting the engine</p>}
      {isGivenUp.value && facts === null && <p class="data-line">The engine could not be started.</p>}
      <FileChooser onFiles={loadFromFiles}>Drop images in folders, a zip, a CSV table or IDX files here</FileChooser>
    </section>
  );
}
