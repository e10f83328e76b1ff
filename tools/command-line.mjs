// SPDX-License-Identifier: MIT
// npm run command-line: runs a session of the command line and writes it, with the command's help, into docs/command-line.md, and its
// beginning into the README.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage } from './build/stages.mjs';
import { writeSection } from './support/markdown.mjs';
import { readOptions } from './support/options.mjs';
import { inRoot } from './support/paths.mjs';
import { run } from './support/processes.mjs';
import { heading, runMain, SetupError, step, success } from './support/report.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';
import { greyPng } from '../tests/support/png.mjs';

const usage = `npm run command-line   runs a session of the command line and writes it into docs/command-line.md`;

/** What the README shows of it. */
const inReadme = ['tinycnn --help', 'tinycnn train', 'tinycnn predict'];

/** Each in the same folder; three.png is a digit that the engine has drawn. */
const session = [
  'tinycnn --help',
  'tinycnn train --data generated --epochs 2',
  'tinycnn evaluate model.tinycnn --data generated',
  'tinycnn predict model.tinycnn three.png',
  'tinycnn quantize model.tinycnn --data generated --out digits.tflite',
  'tinycnn export model.tinycnn --out digits.onnx',
  'tinycnn train --data generated --epoch 2',
];

async function drawThree(folder) {
  const { loadEngine } = await import('tinycnn');
  const engine = await loadEngine({ threads: 1 });
  const { strokes, pen } = engine.generateStrokes({ seed: 5, index: 0, label: 3 });
  const { pixels } = engine.renderStrokes(strokes, pen);
  engine.dispose();
  writeFileSync(join(folder, 'three.png'), greyPng(pixels, 28, 28));
}

/** The last one is mistyped, to show what is said then. */
const isMistyped = (line) => line === session.at(-1);

/** Runs a line of the session; what a reader would see of it at the end, without progress. */
async function shown(line, folder) {
  const [, ...args] = line.split(' ');
  const program = inRoot('bindings', 'dist', 'cli', 'tinycnn.js');
  const { code, stdout, output } = await run(process.execPath, [program, ...args], { cwd: folder });
  if ((code === 0) === isMistyped(line)) throw new SetupError(`${line} ended with ${code}.`, output.split('\n'));
  return `$ ${line}\n${(isMistyped(line) ? output : stdout).trim()}`;
}

await runMain(async () => {
  readOptions(usage);
  heading('TinyCNN command line');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-session-'));
  try {
    await drawThree(folder);
    const parts = [];
    for (const line of session) {
      const job = step(line, 'running');
      parts.push(await shown(line, folder));
      job.done();
    }
    const fenced = (lines) => `\`\`\`text\n${lines.join('\n\n')}\n\`\`\``;
    success('Written', await writeSection('command-line', fenced(parts)));
    const first = inReadme.map((begin) => parts.find((part) => part.startsWith(`$ ${begin}`)));
    success('Written', await writeSection('session', fenced(first)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
