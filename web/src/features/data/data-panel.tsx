// SPDX-License-Identifier: MIT
//
// A line below the network about its data: loading, with a progress bar in bytes; loaded; or not available, with what to do.

import { loadFromFiles } from '../../client/data';
import { generatedId } from '../../shared/generated';
import { grouped, megabytes } from '../../shared/format';
import { goToTab, openImport } from '../../state/panels';
import { data, isGivenUp, noun, recipeAsIs, runFacts, runSettings } from '../../state/store';
import { FileChooser } from '../../ui/file-chooser';
import { lazy, LazyPart } from '../../ui/lazy-part';
import { Info } from './info';
import type { DatasetFacts } from '../../shared/protocol';
import type { LoadProgress } from '../../shared/dataset';
import type { DroppedFile } from '../../shared/source-file';
import './data.css';

const ways = () => import('./missing');
const substitute = lazy(async () => (await ways()).Substitute);
const missingData = lazy(async () => (await ways()).Missing);

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

/** A single file of a network or a run is no data. */
function take(files: readonly DroppedFile[]): void {
  const [first, ...rest] = files;
  const isNetwork = rest.length === 0 && /\.(onnx|pth?|safetensors|json|tinycnn|tinyrun)$/i.test(first!.path);
  if (isNetwork && first!.file !== null) openImport(first!.file);
  else void loadFromFiles(files);
}

export function DataPanel() {
  const { facts, progress, missing } = data.value;
  return (
    <section aria-label="Data in use" data-testid="data-progress" class="data">
      {progress !== null && <Progress progress={progress} />}
      {progress === null && facts !== null && <Present facts={facts} />}
      {progress === null && facts?.inPlaceOf && <LazyPart part={substitute} props={facts.inPlaceOf} />}
      {progress === null && missing !== null && !isGivenUp.value && (
        <LazyPart part={missingData} props={{ id: missing }} />
      )}
      {progress === null && facts === null && missing === null && <p class="data-line">Starting the engine</p>}
      {isGivenUp.value && facts === null && <p class="data-line">The engine could not be started.</p>}
      <FileChooser onFiles={take}>Drop images in folders, a zip, a CSV table, IDX files or a network here</FileChooser>
    </section>
  );
}
