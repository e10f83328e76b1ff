// SPDX-License-Identifier: MIT
//
// Other machines, without building for them: what can be tried here, what starts their programs, and how hashes are read.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { machinePackages, machines, nameOf, startOf, whyNot } from '../../tools/setup/machines.mjs';
import { missingPackages } from '../../tools/setup/system-packages.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { countIn, hashesIn } from '../../tools/test/machines.mjs';

const of = (preset) => machines.filter((machine) => machine.preset === preset);

test('what is missing is named, with the packages that have it', () => {
  const [arm] = of('armv7-release');
  assert.equal(
    whyNot(arm, (name) => name !== 'qemu-arm'),
    'there is no qemu-arm here (on Debian: apt-get install g++-arm-linux-gnueabihf qemu-user)',
  );
  assert.match(
    whyNot(arm, () => false),
    /no arm-linux-gnueabihf-g\+\+ and no qemu-arm here/,
  );
  assert.equal(
    whyNot(arm, () => true),
    null,
  );
});

test('programs of another processor are started by an emulator, those of this one by themselves', () => {
  const own = { ...of('aarch64-release')[0], processor: process.arch };
  assert.deepEqual(startOf(own), []);
  assert.deepEqual(startOf({ ...own, processor: 'another' }), ['qemu-aarch64']);
  assert.deepEqual(startOf({ ...own, isOnlyEmulated: true }), ['qemu-aarch64']);
  assert.equal(new Set(machines.map(nameOf)).size, machines.length, 'every machine has a name of its own');
});

test('set-up knows how to find each package, and CMake every preset', () => {
  const presets = JSON.parse(readFileSync(inRoot('CMakePresets.json'), 'utf8')).configurePresets.map(
    ({ name }) => name,
  );
  for (const { preset } of machines) assert.ok(presets.includes(preset), preset);
  assert.ok(missingPackages(machinePackages).every((name) => machinePackages.includes(name)));
});

test('hashes are read from the header that the program writes', () => {
  const text = readFileSync(inRoot('tests', 'core', 'golden_hashes.h'), 'utf8');
  const found = hashesIn(text);
  assert.equal(found['a small model, SGD, one cycle'], '0x227C146DBED30E31');
  assert.equal(Object.keys(found).length, countIn(text));
  assert.deepEqual(hashesIn('0x1 0xcbf2'), {});
});
