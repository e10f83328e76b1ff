// SPDX-License-Identifier: MIT
//
// What the command says to those who do not know it yet, or mistype: help, the nearest known name, exit codes, completion.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../tools/support/processes.mjs';
import { program, refusal, succeed, tinycnn, workFolder } from './support.mjs';

const folder = workFolder();
const verbs = [
  ...[
    'train',
    'evaluate',
    'predict',
    'export',
    'import',
    'quantize',
    'prune',
    'sweep',
    'verify',
    'zoo',
    'bench',
    'serve',
  ],
  'completion',
];

test('without a verb it prints the verbs and ends as not understood; with --help it ends as done', async () => {
  const { code, stdout, output } = await tinycnn(folder, []);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  for (const verb of verbs) assert.match(output, new RegExp(`^  ${verb} +\\w`, 'm'));
  assert.equal((await succeed(folder, ['--help'])).trim(), output.trim());
  assert.match(await succeed(folder, ['--version']), /^\d+\.\d+\.\d+/);
});

for (const verb of verbs) {
  test(`tinycnn ${verb} --help explains it with an example, as tinycnn help ${verb} does`, async () => {
    const text = await succeed(folder, [verb, '--help']);
    assert.match(text, new RegExp(`^tinycnn ${verb}`));
    assert.match(text, /\nExamples:\n {2}# .+\n {2}\S/);
    assert.ok(Math.max(...text.split('\n').map((line) => line.length)) <= 120, 'no line is too long');
    assert.equal(await succeed(folder, ['help', verb]), text);
  });
}

for (const [args, says] of [
  [['trian'], /no verb 'trian': did you mean 'train'\?/],
  [['xyzzy'], /no verb 'xyzzy'; expected one of train, evaluate/],
  [['--data', 'mnist'], /Expected a verb before --data/],
  [['help', 'trian'], /did you mean 'train'/],
  [['train', '--epoch', '3'], /no option '--epoch': did you mean '--epochs'\?/],
  [['train', '--lr', '3'], /no option '--lr': did you mean '--learning-rate'\?/],
  [['train', '-e', '3'], /tinycnn train has no option '-e'/],
  [['train', 'digits/'], /takes options alone, got 'digits\/' too/],
  [['train'], /--data is missing/],
  [['train', '--data'], /--data: expected DATA after it, got nothing/],
  [['train', '--data', '--json'], /--data: expected DATA after it, got nothing/],
  [['train', '--data', 'generated', '--epochs', 'ten'], /--epochs: expected an integer from 1 to 1000, got 'ten'/],
  [['train', '--data', 'generated', '--epochs', '0'], /--epochs: expected an integer from 1 to 1000, got '0'/],
  [['train', '--data', 'generated', '--epochs', ''], /--epochs: expected an integer/],
  [
    ['train', '--data', 'generated', '--learning-rate', '-1'],
    /--learning-rate: expected a number from 0 to 100, got '-1'/,
  ],
  [['train', '--data', 'generated', '--epochs', '1', '--epochs', '2'], /--epochs was given twice/],
  [['train', '--data', 'generated', '--optimizer', 'adams'], /--optimizer: expected one of .*did you mean 'adam'/],
  [['train', '--data', 'generated', '--json=yes'], /--json takes no value, got 'yes'/],
  [['train', '--data', 'generated', '--model', 'tinycn'], /no network 'tinycn': did you mean 'tinycnn'\?/],
  [['train', '--data', 'generated', '--resume', 'x', '--seed', '2'], /--seed cannot be given with --resume/],
  [['evaluate'], /tinycnn evaluate needs MODEL/],
  [['evaluate', 'a', 'b', '--data', 'generated'], /takes at most 1, got 'b' too/],
  [['predict', 'model.tinycnn'], /tinycnn predict needs MODEL IMAGE/],
  [['export', 'model.tinycnn'], /--out is missing/],
  [['export', 'model.tinycnn', '--out', 'model.xyz'], /--out: expected a name that ends in one of \.onnx/],
  [
    ['export', 'model.tinycnn', '--out', 'a.json', '--int8', '--data', 'x'],
    /ends in one of \.onnx \(onnx\), \.tflite \(tflite\), \.h \(c\)/,
  ],
  [['verify', 'https://example.org/#seed=1'], /does not say which weights/],
  [['zoo', 'lenet'], /no network 'lenet': did you mean 'lenet5'/],
  [['sweep', 'tinycnn-rate', '--data', 'generated'], /nor a preset: did you mean 'tinycnn-rates'/],
  [['sweep', 'tinycnn-rates', '--data', 'generated', '--shard', '3'], /--shard: expected two integers such as 3\/10/],
  [['completion', 'fish'], /no shell 'fish'; expected one of bash, zsh/],
  [['serve', '--port', '70000'], /--port: expected an integer from 0 to 65535/],
]) {
  test(`tinycnn ${args.join(' ')} is not understood, and says what was expected`, async () => {
    assert.match(await refusal(folder, args, 2), says);
  });
}

/** What bash offers for a command line. */
async function completions(...words) {
  writeFileSync(join(folder, 'completion.bash'), await succeed(folder, ['completion', 'bash']));
  const script = [
    'source ./completion.bash',
    `COMP_WORDS=(tinycnn ${words.map((word) => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${words.length}`,
    '_tinycnn',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const { code, stdout, output } = await run('bash', ['--norc', '-c', script], { cwd: folder });
  assert.equal(code, 0, output);
  return stdout.split('\n').filter(Boolean);
}

test('bash completes verbs, options, their values and files', async () => {
  writeFileSync(join(folder, 'model.tinycnn'), '');
  assert.deepEqual(await completions('tr'), ['train']);
  assert.deepEqual(await completions('train', '--epo'), ['--epochs']);
  assert.deepEqual(await completions('train', '--optimizer', 'ad'), ['adam', 'adamW']);
  assert.ok((await completions('train', '--data', '')).includes('mnist'));
  assert.deepEqual(await completions('train', '--model', 'lenet'), ['lenet5']);
  assert.deepEqual(await completions('evaluate', 'mod'), ['model.tinycnn']);
  assert.deepEqual((await completions('completion', '')).sort(), ['--help', '--json', 'bash', 'zsh']);
});

test('zsh can read its completion', async (t) => {
  const script = await succeed(folder, ['completion', 'zsh']);
  assert.match(script, /^#compdef tinycnn/);
  writeFileSync(join(folder, 'completion.zsh'), script);
  const { code, output } = await run('zsh', ['-n', 'completion.zsh'], { cwd: folder });
  if (code === 127) return t.skip('zsh is not installed');
  assert.equal(code, 0, output);
});

test('it ends quietly where nobody reads on', async () => {
  const { code, output } = await run('bash', [
    '-c',
    `set -o pipefail; "${process.execPath}" "${program}" zoo | head -n 1`,
  ]);
  assert.doesNotMatch(output, /EPIPE|Error/);
  assert.equal(code, 0);
});
