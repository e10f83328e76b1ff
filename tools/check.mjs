// SPDX-License-Identifier: MIT
// npm run check: formatters, linters, types; warnings are errors.
import { buildPackage, configure } from './build/stages.mjs';
import { checks } from './checks/checks.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { chosenOf, readOptions } from './support/options.mjs';
import { failure, heading, runMain, step } from './support/report.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

const usage = `npm run check   formatters, linters and types; warnings are errors
  --fix             repairs what can be repaired by machine
  --only NAME       this check alone (${checks.map(({ name }) => name).join(', ')}); may be given more than once`;

await runMain(async () => {
  const { values } = readOptions(usage, {
    options: { fix: { type: 'boolean' }, only: { type: 'string', multiple: true } },
  });
  const names = chosenOf(
    values,
    'only',
    checks.map(({ name }) => name),
  );
  const chosen = checks.filter(({ name }) => names.includes(name));
  heading('TinyCNN check');
  const env = await ensureToolchain({ wasm: true, native: true, checks: true });
  await ensureNodeModules();
  if (chosen.some(({ name }) => name === 'tsc' || name === 'eslint')) {
    await buildPackage(env);
  }
  if (chosen.some(({ name }) => name === 'clang-tidy')) {
    for (const preset of ['native-debug', 'wasm-simd']) await configure(preset, env);
  }
  const failures = [];
  for (const check of chosen) {
    const job = step(check.name, 'checking');
    const { ok, output } = await check.run(env, {
      fix: values.fix ?? false,
      onProgress: (text) => job.say(`checking, ${text}`),
    });
    if (ok) {
      job.done('clean');
    } else {
      job.failed('found something');
      failures.push(check.name);
      console.log(output.trimEnd());
    }
  }
  if (failures.length > 0) failure('Check', `${failures.join(', ')}; npm run check -- --fix repairs formatting`);
  return failures.length > 0 ? 1 : 0;
});
