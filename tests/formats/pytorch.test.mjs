// SPDX-License-Identifier: MIT
//
// The generated PyTorch module loads the safetensors file and gives the engine's logits. Needs PyTorch, and says so where it is not.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { findPythonWithTorch, howToGetPyTorch } from '../../tools/setup/pytorch.mjs';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { exportedNetworks, openNetwork, runNetwork } from './networks.mjs';

const kTolerance = 1e-4;

const python = findPythonWithTorch();
const engine = await loadEngine({ threads: 1 });
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-pytorch-'));
after(() => rmSync(folder, { recursive: true }));

/** Exports every network, runs all of them in one Python; resolves with what the engine and Python say of each. */
async function runAll() {
  const cases = [];
  for (const [i, network] of exportedNetworks(engine).entries()) {
    const session = openNetwork(engine, network);
    const ran = runNetwork(session);
    const file = (ending) => join(folder, `${i}.${ending}`);
    writeFileSync(file('py'), await session.exportModel({ format: 'pytorch' }));
    writeFileSync(file('safetensors'), await session.exportModel({ format: 'safetensors' }));
    writeFileSync(file('bytes'), ran.images);
    writeFileSync(file('json'), JSON.stringify({ input: session.spec.input }));
    const { parameters } = session.summary;
    const { classNames } = session;
    session.dispose();
    cases.push({ id: network.id, ...ran, parameters, classNames, scoresFile: file('scores') });
  }
  const script = fileURLToPath(new URL('./run_modules.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(python, ['-B', script, folder]);
  assert.equal(status, 0, String(stderr));
  const reports = JSON.parse(String(stdout));
  return cases.map((each, i) => ({ ...each, report: reports[i] }));
}

test(
  'the generated module gives the logits of every network',
  { skip: python ? false : howToGetPyTorch },
  async (t) => {
    for (const { id, logits, count, parameters, classNames, scoresFile, report } of await runAll()) {
      await t.test(id, (each) => {
        const scores = new Float32Array(new Uint8Array(readFileSync(scoresFile)).buffer);
        const distance = assertWithinRelative(scores, logits, kTolerance, id);
        each.diagnostic(`largest relative difference: ${distance.toExponential(1)}`);
        assert.deepEqual(report, { parameters, classNames: [...classNames], shape: [count, classNames.length] });
      });
    }
  },
);
