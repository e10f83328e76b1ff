// SPDX-License-Identifier: MIT
// Which files a source depends on, so that clang-tidy reads it again when one of them has changed.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { withIncludes, withoutPrecompiledHeaders } from '../../tools/checks/clang-tidy.mjs';
import { temporaryFolder } from './support.mjs';

test('a source depends on our headers that it includes, through others and in circles, and on no others', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'include', 'lib'), { recursive: true });
  const files = {
    'a.cpp': '#include <vector>\n#include "b.h"\n  #  include <lib/c.h>\n',
    'b.h': '#include "d.h"\n',
    'd.h': '#include "b.h"\n',
    'include/lib/c.h': '// #include "e.h"\n',
    'e.h': '',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const found = withIncludes(join(folder, 'a.cpp'), [join(folder, 'include')]);
  assert.deepEqual([...found].map((file) => basename(file)).sort(), ['a.cpp', 'b.h', 'c.h', 'd.h']);
});

test('compile commands are read without precompiled headers', () => {
  const pch =
    '-Winvalid-pch -Xclang -include-pch -Xclang /b/cmake_pch.hxx.pch -Xclang -include -Xclang /b/cmake_pch.hxx';
  assert.equal(withoutPrecompiledHeaders(`clang++ -O2 ${pch} -c a.cpp`), 'clang++ -O2 -c a.cpp');
  assert.equal(withoutPrecompiledHeaders('clang++ -Xclang -other -c a.cpp'), 'clang++ -Xclang -other -c a.cpp');
});
