// SPDX-License-Identifier: MIT
// Packages of a newer Debian, unpacked privately into the cache folder: the system's own packages stay as they are.
// apt fetches them with separate lists and checks the archive's signature; we check each SHA-256 once more. A package
// is unpacked aside and renamed, so a folder that exists is complete, whatever interrupted the run before.
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { findDebianMirror, readAptSources } from './apt-sources.mjs';
import { inCache } from '../support/paths.mjs';
import { lastLines, run } from '../support/processes.mjs';
import { formatBytes, SetupError, step } from '../support/report.mjs';
import { readOsRelease, showAptStatus } from './system-packages.mjs';

/** The Debian that packages come from unless another is asked for. */
const usualSuite = 'trixie';
const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const stampParts = '.tinycnn.json';

/** Parts that no build of ours reads: documentation, tests, and the libraries for position-independent wasm and for links with -flto (1.2 GB). */
const leftOut = [
  './usr/share/doc',
  './usr/share/locale',
  './usr/share/emscripten/docs',
  './usr/share/emscripten/test',
  './usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/lto',
  './usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/pic',
  './usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/lto-pic',
];

export const suiteFolder = (suite) => inCache(`debian-${suite}`);
export const packageFolder = (name, suite = usualSuite) => join(suiteFolder(suite), name);
const isUnpackedFrom = (suite, name) => existsSync(join(packageFolder(name, suite), stampParts));
export const isUnpacked = (name) => isUnpackedFrom(usualSuite, name);

/** Makes sure of `names` (each in packageFolder(name)), which are for `purpose`. Call it under the set-up lock. */
export async function ensureUnpacked(names, purpose = 'Emscripten') {
  const missing = names.filter((name) => !isUnpacked(name));
  if (missing.length > 0) await fetchAndUnpack(usualSuite, purpose, () => missing);
}

/** Makes sure of one package of another suite with all that it depends on, the C library included, which it is unpacked after. Call it
 * under the set-up lock. */
export async function ensureUnpackedWhole(name, suite) {
  if (isUnpackedFrom(suite, name)) return;
  await fetchAndUnpack(suite, name, async (apt) => {
    const names = await withDependencies(apt, name);
    return [...names.filter((each) => each !== name && !isUnpackedFrom(suite, each)), name];
  });
}

async function fetchAndUnpack(suite, purpose, choose) {
  removeLeftovers(suite);
  const apt = await preparePrivateApt(suite, purpose);
  const wanted = await locate(apt, await choose(apt));
  requireDiskSpace(wanted);
  await download(apt, wanted);
  for (const item of wanted) await unpack(item, join(apt.debs, item.file), suite);
  rmSync(apt.folder, { recursive: true, force: true });
}

/** What apt would install for a package on an empty system. */
async function withDependencies(apt, name) {
  const { output } = await run('apt-get', [...apt.options, '--print-uris', '--no-install-recommends', 'install', name]);
  return [...output.matchAll(/^'[^']+' ([^_\s]+)_\S+ \d+/gm)].map((m) => m[1]);
}

function removeLeftovers(suite) {
  const folder = suiteFolder(suite);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.partial')) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Where to fetch from: TINYCNN_DEBIAN_MIRROR, else the mirror that this machine's own apt uses. */
export function chooseMirror() {
  if (process.env.TINYCNN_DEBIAN_MIRROR) {
    return { uri: process.env.TINYCNN_DEBIAN_MIRROR, signedBy: debianKeyring };
  }
  const os = readOsRelease();
  const mirror = os.ID === 'debian' ? findDebianMirror(readAptSources(), os.VERSION_CODENAME) : null;
  if (!mirror) {
    throw new SetupError('No Debian mirror found in this machine’s apt sources.', [
      'Set TINYCNN_DEBIAN_MIRROR to the address of one (with the package debian-archive-keyring installed),',
      'or install Emscripten 3.1.69 or newer yourself: put emcc on PATH, or set EMSDK to your emsdk folder.',
    ]);
  }
  return mirror;
}

async function preparePrivateApt(suite, purpose) {
  const { uri, signedBy } = chooseMirror();
  const keyring = [signedBy, debianKeyring].find((path) => path && existsSync(path));
  if (!keyring) {
    throw new SetupError(`Debian’s keyring is missing (${debianKeyring}).`, [
      'Install it to have the archive’s signature checked: apt-get install debian-archive-keyring',
    ]);
  }
  const folder = inCache('apt');
  const debs = join(folder, 'debs');
  for (const name of ['lists/partial', 'cache/archives/partial', 'debs', 'empty']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const sources = join(folder, 'debian.sources');
  writeFileSync(sources, `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\nSigned-By: ${keyring}\n`);
  const settings = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Acquire::http::Timeout': '30',
    'Acquire::https::Timeout': '30',
    // the fetching user must be able to write into the cache folder, which may be private to its owner
    ...(process.getuid() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
  };
  const options = ['-q', ...Object.entries(settings).flatMap(([k, v]) => ['-o', `${k}=${v}`])];
  const job = step('Debian archive', `lists of ${suite}, for ${purpose}`);
  const update = await run('apt-get', [...options, '-o', 'APT::Status-Fd=3', 'update'], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    statusLine: (text) => showAptStatus(job, text),
  });
  // apt-get update leaves with 0 when a fetch failed; such lines start with W: or E:
  if (update.code !== 0 || /^(E:|W: (Failed|GPG))/m.test(update.output)) {
    job.failed('not reachable, or its signature does not fit');
    throw new SetupError(`apt could not read ${uri} (${suite}).`, [
      ...lastLines(update.output, 5),
      'Check your internet connection (and the proxy that apt uses), then run this again: it resumes where it stopped.',
    ]);
  }
  job.done('lists read, signature checked');
  return { folder, debs, options, suite };
}

/** File name, size, SHA-256 and version of each package, from apt's signed lists. */
async function locate(apt, names) {
  const { output, code } = await run(
    'apt-get',
    [...apt.options, '--print-uris', 'download', ...names],
    { cwd: join(apt.folder, 'empty') }, // apt names no address for what already lies in the current folder
  );
  const found = [...output.matchAll(/^'[^']+' (\S+) (\d+) SHA256:([0-9a-f]{64})$/gm)].map((m) => {
    const [name, version] = decodeURIComponent(m[1])
      .replace(/\.deb$/, '')
      .split('_');
    return { name, version, file: m[1], bytes: Number(m[2]), sha256: m[3] };
  });
  const items = names.map((wanted) => found.find(({ name }) => name === wanted)).filter(Boolean);
  if (code !== 0 || items.length !== names.length) {
    throw new SetupError(`Not in Debian ${apt.suite}’s lists: ${names.join(', ')}.`, [
      ...lastLines(output, 5),
      'The mirror may be incomplete: TINYCNN_DEBIAN_MIRROR may name another.',
    ]);
  }
  return items;
}

/** Throws with both numbers if the cache's disk cannot take these packages. */
export function requireDiskSpace(items) {
  const packed = items.reduce((sum, item) => sum + item.bytes, 0);
  const needed = packed * 5; // the packages themselves plus what they unpack to, measured 4.5 times
  mkdirSync(inCache(), { recursive: true });
  const { bavail, bsize } = statfsSync(inCache());
  if (bavail * bsize < needed) {
    throw new SetupError(
      `Too little disk space in ${inCache()}: ${formatBytes(bavail * bsize)} free, ${formatBytes(needed)} needed.`,
      ['Free some, or set TINYCNN_CACHE to a folder on a larger disk.'],
    );
  }
}

async function download(apt, items) {
  const total = items.reduce((sum, item) => sum + item.bytes, 0);
  const job = step('Download', `${items.length} Debian packages, ${formatBytes(total)}`);
  const todo = [];
  for (const item of items) {
    const path = join(apt.debs, item.file);
    if (await hasSha256(path, item.sha256)) continue;
    todo.push(item);
    // apt goes on with a shorter file, but takes one of full length for complete
    if (existsSync(path) && statSync(path).size >= item.bytes) rmSync(path);
  }
  const result =
    todo.length === 0
      ? { code: 0, output: '' }
      : await run(
          'apt-get',
          [
            ...apt.options,
            ...['-o', 'APT::Status-Fd=3', 'download'],
            ...todo.map((item) => `${item.name}=${item.version.replace('%3a', ':')}`),
          ],
          {
            cwd: apt.debs,
            statusLine: (text) => {
              const share = Number(/^dlstatus:\d+:([\d.]+)/.exec(text)?.[1] ?? 0) / 100;
              job.progress(`${formatBytes(share * total)} of ${formatBytes(total)}`, share);
            },
          },
        );
  for (const item of items) {
    const path = join(apt.debs, item.file);
    if (await hasSha256(path, item.sha256)) continue;
    const there = existsSync(path);
    job.failed(there ? `${item.file} is damaged or incomplete` : `${item.file} did not arrive`);
    throw new SetupError('The download from the Debian mirror failed.', [
      ...lastLines(result.output, 5),
      'Run this again: it resumes where it stopped.',
    ]);
  }
  job.done(`${formatBytes(total)}, SHA-256 checked`);
}

export async function sha256OfFile(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function hasSha256(path, wanted) {
  return existsSync(path) && (await sha256OfFile(path)) === wanted;
}

async function unpack(item, deb, suite) {
  const folder = packageFolder(item.name, suite);
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  const job = step(item.name, item.bytes > 1e7 ? 'unpacking' : undefined);
  const total = await unpackedBytes(deb);
  const problem = await pipeDebToTar(deb, partial, (bytes) =>
    job.progress(`unpacked ${formatBytes(bytes)} of ${formatBytes(total)}`, bytes / total),
  );
  if (problem) {
    rmSync(partial, { recursive: true, force: true });
    job.failed('could not be unpacked');
    throw new SetupError(`${basename(deb)} could not be unpacked.`, [problem]);
  }
  writeFileSync(join(partial, stampParts), `${JSON.stringify(item, null, 2)}\n`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  job.done(`${decodeURIComponent(item.version)} unpacked`);
}

async function unpackedBytes(deb) {
  const { stdout } = await run('dpkg-deb', ['--field', deb, 'Installed-Size']);
  return Number(stdout) * 1024 || statSync(deb).size * 6;
}

/** dpkg-deb | tar, with the bytes counted on their way; resolves with a message if either fails. */
function pipeDebToTar(deb, folder, onBytes) {
  return new Promise((resolve) => {
    const source = spawn('dpkg-deb', ['--fsys-tarfile', deb], { stdio: ['ignore', 'pipe', 'pipe'] });
    const excludes = leftOut.map((path) => `--exclude=${path}`);
    const target = spawn('tar', ['-x', '--no-same-owner', '-C', folder, ...excludes], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const messages = [];
    let bytes = 0;
    let open = 2;
    let failed = false;
    source.stdout.on('data', (chunk) => onBytes((bytes += chunk.length)));
    source.stdout.pipe(target.stdin);
    target.stdin.on('error', () => source.kill());
    for (const child of [source, target]) {
      child.stderr.on('data', (chunk) => messages.push(chunk.toString()));
      child.on('error', (error) => messages.push(error.message));
      child.on('close', (code) => {
        failed ||= code !== 0;
        if (--open === 0) resolve(failed ? messages.join('').trim() || 'interrupted' : null);
      });
    }
  });
}
