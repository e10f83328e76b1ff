// SPDX-License-Identifier: MIT
// What must be true of the package's files. Each check gives sentences about what is wrong, none where all is well.
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { listAll } from './list-all.mjs';
import { root } from '../support/paths.mjs';

const expected = [
  ...['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'],
  ...['simd', 'simd-threads', 'relaxed-threads'].flatMap((variant) =>
    ['js', 'wasm'].map((end) => `dist/tinycnn-${variant}.${end}`),
  ),
  ...['formats', 'imports'].map((name) => `dist/tinycnn-${name}.wasm`),
  ...['index', 'worker', 'element'].flatMap((name) => ['js', 'js.map', 'd.ts'].map((end) => `dist/${name}.${end}`)),
  ...['dist/worker-thread.js', 'dist/features.LICENSE.txt', 'dist/cli/tinycnn.js', 'dist/cli/LICENSES.txt'],
];

const known =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.*\.(js|wasm|d\.ts|js\.map|LICENSE\.txt)|dist\/cli\/LICENSES\.txt)$/;

/** Files that a manifest names. */
const namedFiles = ({ exports, bin }) =>
  [...Object.values(exports), bin].flatMap((each) => (typeof each === 'string' ? [each] : Object.values(each)));

const importsOf = (path) => ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles.map(({ fileName }) => fileName);

/** Imports of other packages, and of files that are not there. */
function wrongImports(folder, file) {
  const path = join(folder, file);
  return importsOf(path).flatMap((name) => {
    if (isBuiltin(name)) return [];
    if (!name.startsWith('.')) return [`${file} imports the package '${name}'`];
    const target = join(dirname(path), name);
    const found = file.endsWith('.d.ts')
      ? existsSync(target.replace(/\.js$/, '.d.ts')) || existsSync(target)
      : existsSync(target);
    return found ? [] : [`${file} imports ${name}, which is not there`];
  });
}

function wrongSourceMap(folder, file) {
  const { sources, sourcesContent } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const whole = sources.length > 0 && sources.length === sourcesContent?.length && sourcesContent.every(Boolean);
  return whole ? [] : [`${file} does not hold its sources`];
}

/** A path of this machine, which says where the package was built. */
const holdsPath = (folder, file) => readFileSync(join(folder, file)).includes(root);

/** Sentences about what is wrong with the files of a package that lies in `folder`. */
export function problemsOfContents(folder) {
  const files = listAll(folder).map((path) => relative(folder, path).replaceAll('\\', '/'));
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const there = new Set(files);
  const scripts = files.filter((file) => /\.(js|d\.ts)$/.test(file) && !/tinycnn-[\w-]+\.js$/.test(file));
  return [
    ...expected.filter((file) => !there.has(file)).map((file) => `${file} is missing`),
    ...files.filter((file) => !known.test(file)).map((file) => `${file} does not belong into the package`),
    ...namedFiles(manifest)
      .filter((file) => !there.has(file.replace('./', '')))
      .map((file) => `package.json names ${file}, which is not there`),
    ...['dependencies', 'peerDependencies', 'optionalDependencies', 'scripts', 'devDependencies']
      .filter((name) => name in manifest)
      .map((name) => `package.json has ${name}`),
    ...scripts.flatMap((file) => wrongImports(folder, file)),
    ...files.filter((file) => file.endsWith('.map')).flatMap((file) => wrongSourceMap(folder, file)),
    ...files.filter((file) => holdsPath(folder, file)).map((file) => `${file} holds a path of this machine`),
  ];
}

/** Sentences about what is wrong with the version and the list of changes. `released`: whether the version's own section must be there. */
export function problemsOfVersion({ version, engineVersion, cmake, changelog, released }) {
  const inCMake = /project\(tinycnn VERSION ([\d.]+)/.exec(cmake)?.[1];
  const sections = [...changelog.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  const [top = 'none'] = sections;
  const isNamed = top.startsWith(version);
  const below = changelog.slice(changelog.indexOf(`## ${top}`)).split(/^## /m)[1] ?? '';
  return [
    ...(/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) ? [] : [`package.json: ${version} is no semantic version`]),
    ...(inCMake === version ? [] : [`CMakeLists.txt says ${inCMake}, package.json ${version}`]),
    ...(engineVersion === version ? [] : [`the engine says ${engineVersion}, package.json ${version}`]),
    ...(isNamed || (!released && top === 'Unreleased')
      ? []
      : [`CHANGELOG.md begins with '${top}', not with '${version}'`]),
    ...(/^- /m.test(below) ? [] : [`CHANGELOG.md says nothing about ${top}`]),
  ];
}
