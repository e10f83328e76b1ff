// SPDX-License-Identifier: MIT
// The Dockerfile's instructions, for those who carry them out without Docker.
import { readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';

const folder = ['tools', 'hosts'];

/** [instruction, argument] of each, without comments, on one line. */
export function dockerInstructions() {
  return readFileSync(inRoot(...folder, 'Dockerfile'), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => /^(\S+)\s+(.*)$/.exec(line).slice(1));
}

/** The instructions of each stage, in order; the first is its FROM. */
export function dockerStages() {
  const stages = [];
  for (const instruction of dockerInstructions()) {
    if (instruction[0] === 'FROM') stages.push([]);
    stages.at(-1).push(instruction);
  }
  return stages;
}

/** Paths and patterns that a build does not copy. */
export const dockerIgnored = () =>
  readFileSync(inRoot(...folder, 'Dockerfile.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

/** `COPY --from=build /tinycnn/SOURCE TARGET`: { source, target }, relative to the checkout's root and to the image's folder. */
export function copiedFromBuild(argument) {
  const [, source, target] = /^--from=build \/tinycnn\/(\S+) (\S+)$/.exec(argument);
  return { source, target };
}

/** The words of CMD or of HEALTHCHECK's CMD, which are written as JSON. */
export const dockerCommand = (argument) => JSON.parse(argument.slice(argument.indexOf('[')));
