// SPDX-License-Identifier: MIT
//
// Where the data are: on their way, with a bar in bytes; here; or nowhere, with the way out.

import { loadPublished } from '../controller';
import { grouped, megabytes } from '../state/format';
import { data, engine, runSettings } from '../state/store';
import { FileChooser, openFileChooser } from './file-chooser';
import type { DatasetFacts } from '../protocol';
import type { LoadProgress } from '../data/raw-dataset';

function progressText({ phase, received, total, source }: LoadProgress): string {
  if (phase === 'download') return `Getting the digits from ${source}: ${megabytes(received)} of ${megabytes(total)}`;
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
  const { model, recipe } = runSettings.value;
  const entry = engine.value?.zoo.find(({ id }) => id === model);
  if (entry === undefined) return null;
  const { title, epochs } = recipe === 'best' ? entry.bestRecipe : entry.recipe;
  return (
    <p data-testid="recipe-text">
      {title}, {epochs === 1 ? 'one epoch' : `${epochs} epochs`}
    </p>
  );
}

function Present({ facts }: { facts: DatasetFacts }) {
  const { title, id, trainCount, testCount, origin, kept } = facts;
  const genuine = id === 'mnist' && origin === 'your disk' ? ' They are MNIST, byte for byte.' : '';
  const own = id === 'files' ? ' They are not MNIST.' : '';
  return (
    <div class="data-line">
      <p>
        <strong>{title}</strong>: {grouped(trainCount)} digits to learn from, {grouped(testCount)} others to test it;
        from {origin}
        {kept ? ', kept in this browser.' : '. Not kept in this browser.'}
        {genuine}
        {own}
      </p>
      <RecipeText />
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
          not.
        </p>
      </div>
      <div class="controls">
        <button type="button" class="button primary" onClick={openFileChooser}>
          Choose files
        </button>
        <button type="button" class="button" onClick={() => void loadPublished('mnist')}>
          Try the download again
        </button>
      </div>
    </div>
  );
}

export function DataPanel() {
  const { facts, progress, missing } = data.value;
  return (
    <section aria-label="Data" data-testid="data-progress" class="data">
      {progress !== null && <Progress progress={progress} />}
      {progress === null && facts !== null && <Present facts={facts} />}
      {progress === null && missing && <Missing />}
      {progress === null && facts === null && !missing && <p class="data-line">Opening the engine</p>}
      <FileChooser />
    </section>
  );
}
