// SPDX-License-Identifier: MIT
// npm run bench:instructions: counts the instructions of some training steps with valgrind and says how they stand to the committed
// figures, which npm test guards.
import { buildPreset } from '../build/stages.mjs';
import {
  compareInstructions,
  countInstructions,
  countedPreset,
  countedTarget,
  whyUncountable,
  writeFigures,
} from '../test/instructions.mjs';
import { readOptions } from '../support/options.mjs';
import { failure, heading, note, runMain, SetupError, success } from '../support/report.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';

const usage = `npm run bench:instructions   counts the instructions of some training steps and compares them with the committed figures
  --write           makes the counts the new figures`;

await runMain(async () => {
  const { values } = readOptions(usage, { options: { write: { type: 'boolean', default: false } } });
  heading('TinyCNN instruction counts');
  const env = await ensureToolchain({ native: true, counts: true });
  const why = whyUncountable();
  if (why) throw new SetupError(`Nothing can be counted here: ${why}.`);
  await buildPreset(countedPreset, env, [countedTarget]);
  const options = { env: { ...process.env, ...env } };
  if (values.write) {
    const counted = await countInstructions(options);
    writeFigures(counted);
    for (const [model, count] of Object.entries(counted.instructions)) success(model, count.toLocaleString('en'));
    return 0;
  }
  const { skip, verdicts } = await compareInstructions(options);
  if (skip) return note('Not compared', skip);
  for (const { ok, text } of verdicts) (ok ? success : failure)('Count', text);
  return verdicts.every(({ ok }) => ok) ? 0 : 1;
});
