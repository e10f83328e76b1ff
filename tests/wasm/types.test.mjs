// SPDX-License-Identifier: MIT
//
// The declarations that come with the package say what api.types.ts says of them.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import ts from 'typescript';

test('the types of the package are those that a user relies on', () => {
  const file = fileURLToPath(new URL('api.types.ts', import.meta.url));
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
  });
  const found = ts.getPreEmitDiagnostics(program).map(({ messageText, file: where, start }) => {
    const line = where ? `${where.fileName}:${1 + where.getLineAndCharacterOfPosition(start).line}: ` : '';
    return line + ts.flattenDiagnosticMessageText(messageText, '\n');
  });
  assert.deepEqual(found, []);
});
