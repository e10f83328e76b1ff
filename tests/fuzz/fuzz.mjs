// SPDX-License-Identifier: MIT
// npm run fuzz: every target natively by libFuzzer with sanitizers, and in 32-bit WebAssembly, where sizes can wrap around that natively
// cannot. What is found lies in build/fuzz/found; a file of it that is added to tests/fuzz/corpus becomes a test of every build.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPreset } from '../../tools/build/stages.mjs';
import { ensureToolchain } from '../../tools/setup/toolchain.mjs';
import { chosenOf, positiveInteger, readOptions } from '../../tools/support/options.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { failure, heading, runMain, success } from '../../tools/support/report.mjs';

const targets = ['model_spec', 'checkpoint', 'onnx', 'safetensors', 'torch_file', 'json'];
const usage = `npm run fuzz   fuzzes model specs, checkpoints and the readers of files, natively and in WebAssembly
  --seconds N      for about so long in all (default 120)
  --seed N         of WebAssembly's inputs (default: another one each time)
  --only TARGET    this target alone (${targets.join(', ')}); may be given more than once`;

const corpusOf = (target) => inRoot('tests', 'fuzz', 'corpus', target);
const found = inRoot('build', 'fuzz', 'found');

/** Runs a program; resolves with its exit code, its last line on stdout and the end of what it wrote to stderr. */
function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: inRoot(), env: { ...process.env, ...env } });
    let [lines, errors] = ['', ''];
    child.stdout.on('data', (data) => (lines = (lines + data).slice(-20_000)));
    child.stderr.on('data', (data) => (errors = (errors + data).slice(-5_000)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, last: lines.trimEnd().split('\n').at(-1), lines, errors }));
  });
}

async function fuzzNatively(target, seconds, env) {
  const grown = inRoot('build', 'fuzz', 'corpus', target);
  mkdirSync(grown, { recursive: true });
  const options = [`-max_total_time=${seconds}`, '-max_len=4096', '-timeout=20', '-rss_limit_mb=4096'];
  const program = inRoot('build', 'fuzz', 'tests', `fuzz_${target}`);
  const prefix = `-artifact_prefix=${join(found, `${target}-`)}`;
  const { code, errors } = await run(program, [...options, prefix, grown, corpusOf(target)], env);
  if (code !== 0) return { ok: false, text: `${target}, natively: see ${found}\n${errors}` };
  const runs = /stat::number_of_executed_units:\s*(\d+)|Done (\d+) runs/.exec(errors);
  return { ok: true, text: `${target}, natively: ${runs?.[1] ?? runs?.[2] ?? 'all'} inputs` };
}

async function fuzzInWasm(target, seconds, seed, env) {
  const program = inRoot('build', 'wasm-fuzz', 'tests', `fuzz_${target}.js`);
  const files = [corpusOf(target), inRoot('build', 'fuzz', 'corpus', target)].flatMap((folder) =>
    readdirSync(folder).map((file) => join(folder, file)),
  );
  const drive = (time, first) =>
    run(process.execPath, [program, String(time), String(seed), String(first), ...files], env);
  const { code, last, errors } = await drive(seconds, 0);
  if (code === 0) return { ok: true, text: `${target}, in WebAssembly: ${last} inputs of seed ${seed}` };
  const [, hex = ''] = /^input ([0-9a-f]*)$/m.exec((await drive(0, last)).lines) ?? [];
  const file = join(found, `${target}-wasm-${seed}-${last}`);
  writeFileSync(file, Buffer.from(hex, 'hex'));
  return { ok: false, text: `${target}, in WebAssembly: input ${last} of seed ${seed}, see ${file}\n${errors}` };
}

await runMain(async () => {
  const { values } = readOptions(usage, {
    options: { seconds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string', multiple: true } },
  });
  const chosen = chosenOf(values, 'only', targets);
  const seconds = Math.ceil((positiveInteger(values, 'seconds') ?? 120) / (2 * chosen.length));
  const seed = positiveInteger(values, 'seed') ?? (Date.now() % 1_000_000) + 1;
  heading('TinyCNN fuzzing');
  const env = await ensureToolchain({ wasm: true, native: true });
  const programs = chosen.map((target) => `fuzz_${target}`);
  for (const preset of ['fuzz', 'wasm-fuzz']) await buildPreset(preset, env, programs);
  mkdirSync(found, { recursive: true });
  let ok = true;
  for (const target of chosen) {
    for (const outcome of [await fuzzNatively(target, seconds, env), await fuzzInWasm(target, seconds, seed, env)]) {
      (outcome.ok ? success : failure)('Fuzzing', outcome.text);
      ok &&= outcome.ok;
    }
  }
  return ok ? 0 : 1;
});
