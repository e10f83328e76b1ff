// SPDX-License-Identifier: MIT
// The same bits on other machines and by another compiler: builds the program that trains the golden runs for each of them, runs it, for
// other processors under QEMU, and compares the hashes of all weights with the committed ones.
import { readFileSync } from 'node:fs';
import { buildPreset } from '../build/stages.mjs';
import { machines, nameOf, startOf, whyNot } from '../setup/machines.mjs';
import { inRoot } from '../support/paths.mjs';
import { lastLines, run } from '../support/processes.mjs';

const program = 'golden_hashes';

/** { name of a run: hash } of the header that the program prints. */
export const hashesIn = (text) =>
  Object.fromEntries([...text.matchAll(/^ *(0x[0-9A-F]{16}), {2}\/\/ (.+)$/gm)].map(([, hash, name]) => [name, hash]));

/** How many runs the header that the program prints says it has. */
export const countIn = (text) => Number(/std::array<std::uint64_t, (\d+)>/.exec(text)?.[1]);

const committedHashes = () => hashesIn(readFileSync(inRoot('tests', 'core', 'golden_hashes.h'), 'utf8'));

async function runProgram(machine, args, { env = process.env, timeoutSeconds = 3600 } = {}) {
  const [command, ...words] = [...startOf(machine), inRoot('build', machine.preset, 'tests', program), ...args];
  const { code, stdout, output, milliseconds } = await run(command, words, { env, timeoutSeconds });
  if (code !== 0) throw new Error([`${command} ${words.join(' ')}`, ...lastLines(output)].join('\n'));
  return { stdout, milliseconds };
}

/**
 * What a machine that can be tried here makes of the golden runs; of few and small ones where it is emulated, unless `all`. `toolchain`: the
 * environment that builds need. Rejects where it cannot be built or run.
 * @param {import('../setup/machines.mjs').Machine} machine
 * @param {{ toolchain: any, all?: boolean, env?: any, timeoutSeconds?: number }} options
 */
export async function tryMachine(machine, { toolchain, all = false, ...options }) {
  await buildPreset(machine.preset, toolchain, [program]);
  const few = startOf(machine).length > 0 && !all ? ['--quick'] : []; // the program knows which those are
  const { stdout, milliseconds } = await runProgram(machine, few, options);
  const [compiler, processor, vectors] = (await runProgram(machine, ['--build'], options)).stdout.trim().split('\t');
  const [found, wanted] = [Object.entries(hashesIn(stdout)), committedHashes()];
  const same = found.filter(([name, hash]) => wanted[name] === hash).length;
  const count = few.length > 0 ? countIn(stdout) : Object.keys(wanted).length;
  return { same, count, compiler, processor, vectors, milliseconds };
}

/**
 * The suite of npm test.
 * @param {{ toolchain: any, onProgress?: (text: string) => void, env?: any, timeoutSeconds?: number }} options
 */
export async function runMachines({ onProgress = (_text) => {}, ...options }) {
  const result = { passed: 0, failed: 0, skipped: [], output: '' };
  for (const machine of machines.filter(({ isSlow = false }) => !isSlow)) {
    const name = nameOf(machine);
    const reason = whyNot(machine);
    if (reason) {
      result.skipped.push({ name: `golden hashes, ${name}`, reason });
      continue;
    }
    onProgress(name);
    try {
      const { same, count } = await tryMachine(machine, options);
      if (same === count) {
        ++result.passed;
        continue;
      }
      result.output += `${name}: ${same} of ${count} golden hashes are those of tests/core/golden_hashes.h\n`;
    } catch (error) {
      result.output += `${name}: ${error.output ?? error.message}\n`;
    }
    ++result.failed;
  }
  return result;
}
