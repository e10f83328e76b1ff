// SPDX-License-Identifier: MIT
// What `npm run sweep -- dense-361-sigmoid --docs` and its siblings write into docs/sweep.md, and one into the README: the best, the heat map, and how long it took.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { heatMapOf } from 'tinycnn/sweep';
import { heatMapSvg } from '../../bindings/cli/heat-map.mjs';
import { sectionFiles, writeSection } from '../support/markdown.mjs';
import { inRoot } from '../support/paths.mjs';
import { formatSeconds, SetupError, success } from '../support/report.mjs';
import { rankingTable, seedsTable } from './sweep-table.mjs';

const shownBest = 5;
const shownInReadme = 'dense-361-halving';

/** The name of a sweep's section. Throws SetupError where the documentation has none. */
export function placeInDocs({ name }) {
  if (sectionFiles[`sweep-${name}`]) return `sweep-${name}`;
  throw new SetupError(`--docs: ${name} has no place in the documentation.`);
}

/**
 * @param {import('tinycnn/sweep').SweepProgress} progress
 * @param {number | null} milliseconds of the whole sweep; null where parts of it were run before
 */
export async function writeDocs(progress, milliseconds) {
  const { sweep, trials, results, ranking } = progress;
  const hasSeeds = 'seed' in sweep.vary;
  const heatMap = hasSeeds ? null : heatMapOf(sweep, ranking);
  const file = `pictures/sweep-${sweep.name}.svg`;
  if (heatMap) {
    mkdirSync(inRoot('docs', 'pictures'), { recursive: true });
    writeFileSync(inRoot('docs', file), heatMapSvg(heatMap, sweep));
  }
  const judged = sweep.validation === 0 ? 'the test images' : 'held-out training images';
  const { all } = progress.work;
  const took =
    milliseconds === null ? '' : ` It took ${formatSeconds(milliseconds)} on ${availableParallelism()} cores.`;
  const text = [
    ...(heatMap ? [`![Heat map of ${sweep.name}](${file})`, ''] : []),
    hasSeeds ? seedsTable(progress) : rankingTable(progress, shownBest),
    '',
    `${hasSeeds ? `Mean and standard deviation over the seeds` : `The best ${shownBest} of ${trials.length} networks`}, by ${judged}; ${results.length} results, ${Math.round(all)} epochs of training in all.${took}`,
  ].join('\n');
  success('Written', await writeSection(placeInDocs(sweep), text));
  if (sweep.name === shownInReadme) {
    success('Written', await writeSection('sweep', text.replace('](pictures/', '](docs/pictures/')));
  }
}
