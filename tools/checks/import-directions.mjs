// SPDX-License-Identifier: MIT
// An ESLint rule: which folders of web/src may import which others. Imports point one way, so that a part can be read, tested and changed
// without knowing those that are built on it.
import { dirname, join, relative, sep } from 'node:path';

/** Folder -> the folders that its files may import from besides their own. */
export const mayImport = {
  shared: [],
  'service-worker': ['shared'],
  math: ['shared'],
  worker: ['shared', 'math'],
  state: ['shared', 'math'],
  client: ['shared', 'state'],
  ui: ['shared'],
  features: ['shared', 'math', 'state', 'client', 'ui'],
  app: ['shared', 'math', 'state', 'client', 'ui', 'features'],
};

/** The folder of a path below web/src, and the feature in it where it lies in features/. */
function placeOf(path) {
  const [folder, feature] = path.split(sep);
  return { folder, feature: folder === 'features' ? feature : null };
}

/** Why a file must not import this, or null. `from` is the file's path below web/src, `source` the text of the import. */
export function objection(from, source, isType) {
  const { folder, feature } = placeOf(from);
  if (!source.startsWith('.')) {
    const isFree = folder !== 'shared' || (isType && /^tinycnn(\/|$)/.test(source));
    return isFree ? null : `shared/ imports nothing but types of 'tinycnn', not '${source}'`;
  }
  const to = placeOf(join(dirname(from), source));
  if (to.folder === folder) {
    return to.feature === feature ? null : `features do not import each other: '${feature}' imports '${to.feature}'`;
  }
  const allowed = mayImport[folder];
  if (allowed === undefined) return `${folder}/ is not in the table of tools/checks/import-directions.mjs`;
  if (allowed.includes(to.folder)) return null;
  return `${folder}/ must not import from ${to.folder}/ (it may import from: ${allowed.join(', ') || 'nothing'})`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const importDirections = {
  meta: {
    type: 'problem',
    docs: { description: 'Imports between the folders of web/src point one way' },
    schema: [
      { type: 'object', properties: { root: { type: 'string' } }, required: ['root'], additionalProperties: false },
    ],
  },
  create(context) {
    const from = relative(context.options[0].root, context.filename);
    /** @param {{ source?: unknown; importKind?: string; exportKind?: string }} node */
    const check = (node) => {
      const source = /** @type {import('estree').Node | null | undefined} */ (node.source);
      if (source?.type !== 'Literal') return;
      const isType = (node.importKind ?? node.exportKind) === 'type';
      const message = objection(from, String(source.value), isType);
      if (message !== null) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
