// SPDX-License-Identifier: MIT
// npm run machines: trains the golden runs on every machine that can be built for and run here, and compares the weights.
import { machinePackages, machines, nameOf, startOf, whyNot } from './setup/machines.mjs';
import { tryMachine } from './test/machines.mjs';
import { ensureSystemPackages, hasApt, refreshSystemLists } from './setup/system-packages.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';
import { markdownTable, writeSection } from './support/markdown.mjs';
import { readOptions } from './support/options.mjs';
import { failure, formatSeconds, heading, note, runMain, SetupError, step, success } from './support/report.mjs';

const usage = `npm run machines   trains the golden runs by GCC, and cross-built for 64-bit and 32-bit ARM under QEMU: the weights must be the same
  --only WORDS  only presets whose names contain one of these words, with commas between: aarch64,armv7
  --all         trains all of them also where the processor is emulated, which takes a quarter of an hour for each
  --docs        writes the table into docs/machines.md
  compilers and QEMU are installed with apt where that is possible`;

/** Builds of this machine by Clang, which npm test compares as well. */
const own = ['native-release', 'native-baseline'].map((preset) => ({ preset, packages: [] }));

const rowOf = (machine, { processor, compiler, vectors, same, count }) => ({
  processor,
  'CMake preset': machine.preset,
  compiler,
  vectors: vectors === 'emulated' ? 'none' : vectors,
  'run by': startOf(machine).length === 0 ? 'the processor itself' : startOf(machine).join(' '),
  'same golden hashes': `${same} of ${count}`,
});

async function tryAll(toolchain, { all, only }) {
  const rows = [];
  const words = only?.split(',');
  const isWanted = ({ preset }) => !words || words.some((word) => preset.includes(word));
  for (const machine of [...own, ...machines].filter(isWanted)) {
    const reason = whyNot(machine);
    if (reason) {
      note(nameOf(machine), reason);
      continue;
    }
    const job = step(nameOf(machine), 'building and training');
    try {
      const found = await tryMachine(machine, { toolchain, all, env: { ...process.env, ...toolchain } });
      rows.push(rowOf(machine, found));
      const text = `${found.same} of ${found.count} hashes are the same, trained in ${formatSeconds(found.milliseconds)}`;
      job[found.same === found.count ? 'done' : 'failed'](text);
    } catch (error) {
      job.failed('could not be built or run');
      throw error;
    }
  }
  return rows;
}

await runMain(async () => {
  const { values } = readOptions(usage, {
    options: {
      only: { type: 'string' },
      all: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
    },
  });
  if (values.docs && values.only) throw new SetupError('--docs writes the whole table: leave out --only.');
  heading('TinyCNN on other machines');
  const toolchain = await ensureToolchain({ native: true });
  if (hasApt()) {
    await refreshSystemLists(machinePackages);
    await ensureSystemPackages(machinePackages);
  }
  const rows = await tryAll(toolchain, { all: values.all, only: values.only });
  if (rows.length === 0) throw new SetupError('Nothing of this can be built and run here.');
  console.log(`\n${markdownTable(rows)}\n`);
  if (values.docs) success(await writeSection('machines', markdownTable(rows)), 'holds this table');
  const differ = rows.filter((row) => new Set(row['same golden hashes'].split(' of ')).size > 1);
  for (const row of differ) failure(row['CMake preset'], 'other weights');
  return differ.length === 0 ? 0 : 1;
});
