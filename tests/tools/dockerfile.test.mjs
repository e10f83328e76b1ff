// SPDX-License-Identifier: MIT
// The Dockerfile as far as it can be checked without Docker: it is written in instructions that Docker knows, what it copies is there, and
// its last stage, made by hand, serves the page from files that it cannot write, knows whether it is well, and ends when it is told to.
import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  copiedFromBuild,
  dockerCommand,
  dockerIgnored,
  dockerInstructions,
  dockerStages,
} from '../../tools/support/dockerfile.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { run } from '../../tools/support/processes.mjs';

const stages = dockerStages();
const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'];
const last = new Map(stages.at(-1));

test('every instruction is one that Docker knows, and each stage begins from a pinned Debian', () => {
  const instructions = dockerInstructions();
  assert.equal(instructions[0][0], 'FROM');
  for (const [name] of instructions) assert.ok(known.includes(name), name);
  for (const [[, image]] of stages) assert.match(image, /^node:\d+-trixie-slim( AS build)?$/);
});

test('it builds by the scripts that npm start and npm run data use', () => {
  const commands = stages[0].filter(([name]) => name === 'RUN').map(([, command]) => command);
  const scripts = Object.values(JSON.parse(readFileSync(inRoot('package.json'), 'utf8')).scripts);
  assert.equal(commands.length, 2);
  for (const command of commands) assert.ok(scripts.includes(command), command);
});

test('it does not copy what the build and the tests make', () => {
  const ignored = dockerIgnored();
  for (const made of readFileSync(inRoot('.gitignore'), 'utf8').match(/^\/\S+(?=\/$)/gm)) {
    assert.ok(ignored.includes(made.slice(1)), made);
  }
});

test('it does not serve as root', () => {
  assert.equal(last.get('USER'), 'node');
});

/** The last stage's files, copied as its COPY lines say; `dist` in the place of the built page. */
function makeLastStage(t) {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-image-'));
  t.after(() => {
    setMode(folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [name, argument] of stages.at(-1)) {
    if (name !== 'COPY') continue;
    const { source, target } = copiedFromBuild(argument);
    const to = join(folder, target, target.endsWith('/') ? basename(source) : '');
    mkdirSync(join(to, '..'), { recursive: true });
    if (source === 'web/dist') mkdirSync(to);
    else cpSync(inRoot(source), to, { recursive: true });
  }
  writeFileSync(join(folder, 'web/dist/index.html'), '<!doctype html>');
  setMode(folder, 0o555);
  return folder;
}

function setMode(folder, mode) {
  chmodSync(folder, mode);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setMode(path, mode);
    else chmodSync(path, mode & 0o444);
  }
}

test('its last stage serves the page, knows whether it is well, and ends when it is told to', async (t) => {
  const folder = makeLastStage(t);
  // HOST=0.0.0.0 as in the image; the port is a free one
  const env = { PATH: process.env.PATH, HOST: '0.0.0.0', PORT: '0', NODE_ENV: 'production' };
  assert.equal(last.get('ENV'), 'HOST=0.0.0.0 PORT=8080 NODE_ENV=production');
  assert.equal(last.get('EXPOSE'), '8080');
  const [command, ...args] = dockerCommand(last.get('CMD'));
  // root may write anywhere: as another user what is read-only is so
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const server = spawn(command, args, { cwd: folder, env, ...user });
  t.after(() => server.kill('SIGKILL'));
  let said = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (said += chunk));
  const end = new Promise((resolve) => server.on('close', (code) => resolve(code)));
  const address = /http:\/\/0\.0\.0\.0:(\d+)\//;
  while (!address.test(said) && server.exitCode === null) await delay(20);
  const port = address.exec(said)?.[1];
  assert.ok(port, said);
  const response = await fetch(`http://localhost:${port}/`);
  assert.equal(await response.text(), '<!doctype html>');
  assert.equal(response.headers.get('cross-origin-embedder-policy'), 'require-corp');
  const [probe, ...probeArgs] = dockerCommand(last.get('HEALTHCHECK'));
  const health = async () => (await run(probe, probeArgs, { cwd: folder, env: { ...env, PORT: port } })).code;
  assert.equal(await health(), 0);
  server.kill('SIGTERM');
  assert.equal(await end, 0);
  assert.equal(await health(), 1);
});
