// SPDX-License-Identifier: MIT
//
// The JSON file holds everything that a session needs to predict the same, bit for bit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { exportedNetworks, openNetwork, runNetwork } from './networks.mjs';

const engine = await loadEngine({ threads: 1 });

for (const network of exportedNetworks(engine)) {
  test(`${network.id}: a session made of the file gives the same bits`, async () => {
    const session = openNetwork(engine, network);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await session.exportModel({ format: 'json' }));
    const { format, version, spec, classNames, normalize, recipe, step, parameters } = JSON.parse(text);
    assert.deepEqual([format, version, step], ['tinycnn', 1, 0]);
    assert.deepEqual(classNames, [...session.classNames]);
    const again = engine.createSession({ ...recipe, model: spec, normalize });
    again.setParameters(parameters);
    assert.deepEqual(again.save(), session.save());
    assert.deepEqual(runNetwork(again, 4).logits, runNetwork(session, 4).logits);
    session.dispose();
    again.dispose();
  });
}
