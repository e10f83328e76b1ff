// SPDX-License-Identifier: MIT
// The npm package as a folder: what is built, with a manifest and a README for those who install it, and its tarball.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../support/paths.mjs';
import { lastLines, run } from '../support/processes.mjs';
import { SetupError } from '../support/report.mjs';

/** Of the checkout's manifest; the rest is for those who build it. */
const kept = ['name', 'version', 'description', 'license', 'type', 'engines', 'bin', 'exports', 'sideEffects'];

const keywords = [
  ...[
    'convolutional-neural-network',
    'training',
    'machine-learning',
    'webassembly',
    'simd',
    'mnist',
    'browser',
    'onnx',
  ],
];

/** The manifest of the package, whose files lie in `dist`. */
export function packageManifest(manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))) {
  const own = Object.fromEntries(kept.filter((name) => name in manifest).map((name) => [name, manifest[name]]));
  const moved = JSON.parse(JSON.stringify(own).replaceAll('./bindings/dist/', './dist/'));
  return { ...moved, files: ['dist', 'CHANGELOG.md'], keywords };
}

/** Writes the package into an emptied folder. */
export function writePackage(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(inRoot('bindings', 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(inRoot('bindings', 'README.md'), join(folder, 'README.md'));
  for (const name of ['LICENSE', 'CHANGELOG.md']) cpSync(inRoot(name), join(folder, name));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageManifest(), null, 2)}\n`);
  return folder;
}

/** Runs npm without a network, and without a word about funds and audits. Throws SetupError with its last lines. */
export async function npm(args, cwd) {
  const quiet = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const { code, stdout, output } = await run('npm', [...args, ...quiet], { cwd, env: { ...process.env, CI: '1' } });
  if (code !== 0) throw new SetupError(`npm ${args.join(' ')} failed.`, lastLines(output, 6));
  return stdout;
}

/** npm pack: { tarball, bytes, unpacked, files }, the tarball in the folder `into`. */
export async function packPackage(folder, into) {
  mkdirSync(into, { recursive: true });
  const [packed] = JSON.parse(await npm(['pack', '--json', '--pack-destination', into], folder));
  const { filename, size, unpackedSize, files } = packed;
  return { tarball: join(into, filename), bytes: size, unpacked: unpackedSize, files: files.map(({ path }) => path) };
}
