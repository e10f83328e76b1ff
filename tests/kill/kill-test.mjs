// SPDX-License-Identifier: MIT
// npm run kill-test: training that is disturbed at random moments in every way that tabs, workers, browsers and storage have to end, also
// while the page is being opened again. Each run goes on and ends with the weights of an undisturbed one, bit for bit.
import { buildAll } from '../../tools/build/stages.mjs';
import { ensureNodeModules } from '../../tools/setup/node-modules.mjs';
import { ensureToolchain } from '../../tools/setup/toolchain.mjs';
import { positiveInteger, readOptions } from '../../tools/support/options.mjs';
import { failure, heading, note, runMain, step, success } from '../../tools/support/report.mjs';
import { disturbedRuns } from './runs.mjs';

const usage = `npm run kill-test   disturbs training at random moments and compares the weights at its end with those of an undisturbed run
  --times N   runs that are disturbed (default 20)
  --seed N    of the moments and disturbances (default 1)`;

await runMain(async () => {
  const { values } = readOptions(usage, { options: { times: { type: 'string' }, seed: { type: 'string' } } });
  const times = positiveInteger(values, 'times') ?? 20;
  const seed = positiveInteger(values, 'seed') ?? 1;
  heading('TinyCNN kill-test');
  const env = await ensureToolchain({ wasm: true, browser: true });
  await ensureNodeModules();
  await buildAll(env, { relaxed: false });
  process.env.CHROMIUM = env.CHROMIUM;
  note('Seed', String(seed));
  const job = step('Runs', 'an undisturbed one');
  const report = ({ done, failed, names, failure: text }) => {
    if (text !== null) note('failed', text);
    job.progress(`${done} of ${times}, ${failed} failed; the last one: ${names.join(', ')}`, done / times);
  };
  const failures = await disturbedRuns({ times, seed, report });
  job.done(`${times - failures.length} of ${times} ended with the weights of an undisturbed one`);
  for (const text of failures) failure('failed', text);
  if (failures.length === 0) success('Kill-test', 'every run went on, bit for bit');
  return failures.length === 0 ? 0 : 1;
});
