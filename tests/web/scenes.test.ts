// SPDX-License-Identifier: MIT
//
// Lessons as data: the ones that come with the page, JSON of teachers, and links that hold one whole.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isPacked, packed, sceneFrom, unpacked } from '../../web/src/features/lessons/scene';
import { scenes } from '../../web/src/features/lessons/scenes';
import { fromHash, toHash } from '../../web/src/state/page-link';
import { fromViewHash, toViewHash } from '../../web/src/state/view-link';

const step = { text: 'Look.' };
const json = (change: object): string => JSON.stringify({ title: 'Mine', steps: [step], ...change });

describe('the lessons of the page', () => {
  test('are six, each a scene that asks something', () => {
    assert.equal(Object.keys(scenes).length, 6);
    for (const [name, scene] of Object.entries(scenes)) {
      assert.deepEqual(sceneFrom(JSON.stringify(scene)), scene, name);
      assert.ok(
        scene.steps.some(({ ask }) => ask !== undefined),
        name,
      );
      assert.ok(
        scene.steps.some(({ train }) => train === true),
        name,
      );
    }
  });

  test('have links of which nothing is lost: the page understands every word', () => {
    for (const scene of Object.values(scenes)) {
      for (const { link = '' } of scene.steps) {
        const words = [...new URLSearchParams(link).keys()].sort();
        const said = [toHash(fromHash(link)), toViewHash(fromViewHash(link))].filter(Boolean).join('&');
        const kept = [...new URLSearchParams(said).keys()];
        assert.deepEqual(
          words.filter((word) => !kept.includes(word) && !(word === 'digit' && link.includes('digit=0'))),
          [],
          link,
        );
      }
    }
  });

  test('go through a link and back unchanged', async () => {
    for (const scene of Object.values(scenes)) {
      const name = await packed(scene);
      assert.ok(isPacked(name));
      assert.match(name, /^own\.[\w-]+$/);
      assert.deepEqual(await unpacked(name), scene);
    }
  });
});

describe('a lesson that cannot be', () => {
  const wrong: [string, RegExp][] = [
    ['{', /is not JSON/],
    ['[]', /The lesson: expected an object/],
    [json({ title: '' }), /title: expected a text/],
    [json({ steps: [] }), /steps: expected a list that is not empty/],
    [json({ steps: [{ text: 'a', says: 'b' }] }), /step 1: expected text, ask, .* not “says”/],
    [json({ steps: [{ text: 7 }] }), /step 1, text: expected a text/],
    [json({ steps: [{ ...step, look: 'kitchen' }] }), /step 1, look: expected one of network, curves/],
    [json({ steps: [{ ...step, train: 'yes' }] }), /step 1, train: expected true or false/],
    [
      json({ steps: [{ ...step, ask: { question: 'q', options: ['a'], right: 1, why: 'w' } }] }),
      /right: expected the number of an option, from 0 to 0/,
    ],
    [json({ hide: ['pad'] }), /hide, entry 1: expected one of data, settings/],
    [json({ steps: Array.from({ length: 31 }, () => step) }), /at most 30/],
    [json({ steps: [{ text: 'x'.repeat(2001) }] }), /at most 2000 characters/],
  ];
  for (const [text, message] of wrong) {
    test(`is answered by a sentence: ${message.source}`, () => {
      assert.throws(() => sceneFrom(text), message);
    });
  }

  test('in a link that was cut off or changed says that it is damaged', async () => {
    const name = await packed(scenes.rate!);
    await assert.rejects(unpacked(name.slice(0, -20)), /damaged/);
    await assert.rejects(unpacked('own.!!!'), /damaged/);
  });

  test('a step may name a whole address; what stands before # is left out', () => {
    const { steps } = sceneFrom(json({ steps: [{ ...step, link: 'https://example.org/page#seed=3' }] }));
    assert.equal(steps[0]!.link, 'seed=3');
  });
});
