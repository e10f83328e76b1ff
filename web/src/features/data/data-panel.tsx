// SPDX-License-Identifier: MIT
//
// Where the data are: on their way, with a bar in bytes; here; or nowhere, with the way out.

import { loadFromFiles, loadPublished } from '../../client/controller';
import { generatedId } from '../../shared/generated';
import { grouped, megabytes } from '../../shared/format';
import { data, engine, isGivenUp, noun, runFacts, runSettings } from '../../state/store';
import { recipeOf } from '../../shared/recipes';
import { FileChooser, openFileChooser, openFolderChooser } from '../../ui/file-chooser';
import { DataOptions } from './data-options';

import type { DatasetFacts } from '../../shared/protocol';
import type { LoadProgress } from '../../shared/dataset';

function progressText({ phase, received, total, source }: LoadProgress): string {
  if (phase === 'download') return `Getting the digits from ${source}: ${megabytes(received)} of ${megabytes(total)}`;
  if (phase === 'draw') return `Drawing digits by itself: ${grouped(received)} of ${grouped(total)}`;
  if (phase === 'decode') return `Reading images from ${source}: ${grouped(received)} of ${grouped(total)}`;
  if (phase === 'check') return `Checking the bytes from ${source}`;
  return `Reading the digits from ${source}`;
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
  const { model, recipe, changes } = runSettings.value;
  const entry = engine.value?.zoo.find(({ id }) => id === model);
  if (entry === undefined) return null;
  const { title, epochs, augment } = recipeOf(entry, recipe);
  const mixes = (augment?.generated ?? 0) > 0;
  return (
    <p data-testid="recipe-text">
      Recipe{Object.keys(changes).length > 0 && ', before your changes'}: {title},{' '}
      {epochs === 1 ? 'one epoch' : `${epochs} epochs`}
      {mixes && noun.value.one !== 'digit' && '. Digits made here are mixed in among digits only.'}
    </p>
  );
}

/** From where, and whether they will be there the next time. */
function keptText({ id, origin, kept, notKept }: DatasetFacts): string {
  if (id === generatedId) return `drawn by ${origin} itself.`;
  if (kept) return `from ${origin}, kept in this browser.`;
  return `from ${origin}. Not kept in this browser${notKept === null ? '' : `: ${notKept}`}.`;
}

function Counts({ facts }: { facts: DatasetFacts }) {
  const { title, classes, trainCount, testCount } = facts;
  const held = runFacts.value?.validationCount ?? 0;
  const { many } = noun.value;
  return (
    <>
      <strong>{title}</strong>: {grouped(trainCount - held)} {many} to learn from, {grouped(testCount)} others to test
      it
      {held > 0 && `, ${grouped(held)} held out to choose by`}
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
      <DataOptions facts={facts} />
    </div>
  );
}

function WaysToData() {
  return (
    <div class="controls">
      <button type="button" class="button" onClick={openFileChooser}>
        Choose files
      </button>
      <button type="button" class="button" onClick={openFolderChooser}>
        Choose a folder
      </button>
      <button type="button" class="button" onClick={() => void loadPublished('mnist')}>
        Try the download again
      </button>
    </div>
  );
}

/** Another data set was wanted and could not be had: these digits take its place, and the visitor should know. */
function Substitute({ inPlaceOf }: { inPlaceOf: string }) {
  return (
    <div class="data-missing" role="status">
      <div>
        <h2>It learns from digits made here</h2>
        <p>
          {navigator.onLine ? 'No source could deliver MNIST.' : 'This device has no network.'} So the page has drawn
          digits by itself: the network can learn from them and read yours. If you have MNIST’s four files, or images of
          your own, choose them or drop them on this page.
        </p>
        <details class="quiet">
          <summary>What each source answered</summary>
          {inPlaceOf}
        </details>
      </div>
      <WaysToData />
    </div>
  );
}

function Missing() {
  return (
    <div class="data-missing">
      <div>
        <h2>There is no data to learn from</h2>
        <p>
          {navigator.onLine ? 'No source could deliver MNIST.' : 'This device has no network.'} If you have the four
          MNIST files, choose them or drop them on this page: two of images, two of labels, in any order, gzipped or
          not. Images of your own do as well: PNG or JPEG in one folder for each class, also in a zip, or a CSV table.
        </p>
      </div>
      <WaysToData />
    </div>
  );
}

export function DataPanel() {
  const { facts, progress, missing } = data.value;
  return (
    <section aria-label="Data" data-testid="data-progress" class="data">
      {progress !== null && <Progress progress={progress} />}
      {progress === null && facts !== null && <Present facts={facts} />}
      {progress === null && typeof facts?.inPlaceOf === 'string' && <Substitute inPlaceOf={facts.inPlaceOf} />}
      {progress === null && missing && !isGivenUp.value && <Missing />}
      {progress === null && facts === null && !missing && <p class="data-line">Opening the engine</p>}
      {isGivenUp.value && facts === null && <p class="data-line">The engine could not be started.</p>}
      <FileChooser onFiles={loadFromFiles}>Drop images in folders, a zip, a CSV table or IDX files here</FileChooser>
    </section>
  );
}
