// SPDX-License-Identifier: MIT
// The mirror is learned from the machine's own apt sources, in both of their formats.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findDebianMirror, parseDeb822, parseOneLine, readAptSources } from '../../tools/setup/apt-sources.mjs';
import { temporaryFolder } from './support.mjs';

const oneLine = `# a comment
deb [arch=amd64 signed-by=/usr/share/keyrings/vendor.gpg] https://vendor.example/deb stable main
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/security bookworm-security main contrib
   deb http://mirror.example/debian/ bookworm main contrib # the archive
`;

const deb822 = `Types: deb
# an address in a comment: http://snapshot.example/
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;

test('one-line sources are read with options, trailing comments and indentation', () => {
  const entries = parseOneLine(oneLine);
  assert.equal(entries.length, 4);
  assert.equal(entries[0].signedBy, '/usr/share/keyrings/vendor.gpg');
  assert.deepEqual(entries[3].components, ['main', 'contrib']);
  assert.equal(findDebianMirror(entries, 'bookworm').uri, 'http://mirror.example/debian');
});

test('deb822 sources are read with comments, several suites and disabled stanzas', () => {
  const entries = parseDeb822(deb822);
  assert.equal(entries.length, 2);
  assert.deepEqual(findDebianMirror(entries, 'bookworm'), {
    uri: 'http://mirror.example/debian',
    signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
  });
});

test('a field may go on over indented lines, and an inline key is no key file', () => {
  const [entry] = parseDeb822(
    'Types: deb\nURIs:\n  http://a.example/debian\n  http://b.example/debian\nSuites: trixie\nComponents: main\n' +
      'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n',
  );
  assert.deepEqual(entry.uris, ['http://a.example/debian', 'http://b.example/debian']);
  assert.equal(entry.signedBy, null);
});

test('security archives, source packages and CD-ROMs are no mirror', () => {
  const lines = [
    'deb http://mirror.example/security bookworm-security main',
    'deb-src http://mirror.example/debian bookworm main',
    'deb cdrom:[Debian GNU/Linux 12]/ bookworm main',
    'deb http://mirror.example/debian bookworm contrib',
  ];
  assert.equal(findDebianMirror(parseOneLine(lines.join('\n')), 'bookworm'), null);
});

test('both kinds of file in the folder count, others do not', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'sources.list.d'));
  writeFileSync(join(folder, 'sources.list'), 'deb http://one.example/debian bookworm main\n');
  writeFileSync(join(folder, 'sources.list.d', 'a.sources'), deb822);
  writeFileSync(join(folder, 'sources.list.d', 'b.list.disabled'), 'deb http://no.example/debian bookworm main\n');
  assert.deepEqual(
    readAptSources(folder).flatMap((entry) => entry.uris),
    ['http://one.example/debian', 'http://mirror.example/debian', 'http://mirror.example/debian-security'],
  );
});

test('a machine without apt sources has no mirror', (t) => {
  assert.equal(findDebianMirror(readAptSources(join(temporaryFolder(t), 'nothing')), 'bookworm'), null);
});
