// SPDX-License-Identifier: MIT
// What the npm package exports, read from its sources by TypeScript: for each export its declaration as it is written, its documentation and
// its members. Needs no build.
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import ts from 'typescript';
import { inRoot } from '../support/paths.mjs';

/**
 * `name`: as written in code; `code`: the declaration without body and comment; `doc`: Markdown, '' where there is none.
 * @typedef {{ name: string, kind: string, code: string, doc: string }} Member
 * @typedef {Member & { entry: string, file: string, section: string, members: Member[], also: string[] }} Item
 */

/** The entries of the package that are code, with their sources: { 'tinycnn/worker': 'bindings/src/worker.ts' }. */
export function packageEntries() {
  const { name, exports } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(exports)
      .filter(([, target]) => typeof target === 'object')
      .map(([path, { types }]) => [
        path.replace('.', name),
        types.replace('./bindings/dist/', 'bindings/src/').replace(/\.d\.ts$/, '.ts'),
      ]),
  );
}

function openProgram(files) {
  const config = ts.readConfigFile(inRoot('bindings', 'tsconfig.json'), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, inRoot('bindings'));
  // the browser's and Node's types are not needed to read declarations, and take seconds
  return ts.createProgram(files, { ...options, noEmit: true, types: [], lib: ['lib.es2023.d.ts'] });
}

const hasTag = (node, name) => ts.getJSDocTags(node).some(({ tagName }) => tagName.text === name);

/** Documentation of a symbol or, of several declarations, of the first that has some. */
const docOf = (symbol, checker) => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();

/** A declaration's text up to `end`, with the lines after the first as far to the left as that one. */
function textFrom(node, end) {
  const source = node.getSourceFile();
  const { character } = source.getLineAndCharacterOfPosition(node.getStart());
  const margin = new RegExp(`^ {0,${character}}`, 'gm');
  return source.text.slice(node.getStart(), end).trim().replace(margin, '');
}

/** A declaration without its body or, of a value, without what it is set to. */
function codeOf(node) {
  if (node.body) return textFrom(node, node.body.pos).replace(/\basync /, '');
  if (ts.isPropertyDeclaration(node) && node.type) return textFrom(node, node.type.end);
  return textFrom(node, node.end).replace(/[;,]$/, '');
}

const isShown = (node) =>
  !hasTag(node, 'internal') &&
  !(ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) &&
  node.name !== undefined &&
  !ts.isPrivateIdentifier(node.name) &&
  !ts.isComputedPropertyName(node.name);

function memberCode(nodes) {
  const [node] = nodes;
  if (ts.isGetAccessor(node)) return codeOf(node).replace(/get (\w+)\(\)/, 'readonly $1');
  // of an overloaded method the last declaration is its implementation, which callers do not see
  const declared = nodes.length > 1 ? nodes.filter(({ body }) => !body) : nodes;
  return declared.map(codeOf).join('\n');
}

const isFunctionLike = (node) =>
  ts.isMethodDeclaration(node) || ts.isMethodSignature(node) || ts.isConstructorDeclaration(node);

/** @returns {Member[]} */
function membersOf(node, checker) {
  const byName = new Map();
  for (const member of node.members) {
    const isConstructor = ts.isConstructorDeclaration(member);
    if (isConstructor ? hasTag(member, 'internal') : !isShown(member)) continue;
    const name = isConstructor ? 'constructor' : member.name.getText();
    byName.set(name, [...(byName.get(name) ?? []), member]);
  }
  return [...byName].map(([name, nodes]) => ({
    name,
    kind: isFunctionLike(nodes[0]) ? 'method' : 'property',
    code: memberCode(nodes),
    doc: nodes.map((each) => (each.symbol ? docOf(each.symbol, checker) : '')).find((doc) => doc !== '') ?? '',
  }));
}

/** The nearest line `// # Title` above a declaration; '' where there is none. */
function sectionOf(node) {
  const { text } = node.getSourceFile();
  return [...text.slice(0, node.getStart()).matchAll(/^\/\/ # (.+)$/gm)].at(-1)?.[1] ?? '';
}

const kinds = new Map([
  [ts.SyntaxKind.ClassDeclaration, 'class'],
  [ts.SyntaxKind.InterfaceDeclaration, 'interface'],
  [ts.SyntaxKind.TypeAliasDeclaration, 'type'],
  [ts.SyntaxKind.FunctionDeclaration, 'function'],
  [ts.SyntaxKind.VariableDeclaration, 'constant'],
]);

/** Names of members that an interface takes from others by mapped types, such as all methods of Session as promises. */
function namesBesides(node, symbol, checker) {
  if (!ts.isInterfaceDeclaration(node) || !node.heritageClauses) return [];
  const own = new Set(node.members.map((member) => member.name?.getText()));
  return checker
    .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
    .map(({ name }) => name)
    .filter((name) => !own.has(name) && /^\w+$/.test(name));
}

/** A constant that is a function is shown as one. */
const isArrow = (node) =>
  ts.isVariableDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer) && node.initializer.type;

function headOf(node, kind) {
  if (kind === 'class' || kind === 'interface') return textFrom(node, node.members.pos - 1);
  if (isArrow(node)) return `function ${node.name.text}${textFrom(node.initializer, node.initializer.type.end)}`;
  if (kind === 'constant') return `const ${textFrom(node, node.type?.end ?? node.name.end)}`;
  return codeOf(node).replace(/^export /, '');
}

/** @returns {Item} */
function readItem(symbol, entry, checker) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const node = target.declarations[0];
  const kind = kinds.get(node.kind);
  if (kind === undefined) throw new Error(`${symbol.name}: expected a class, type, function or constant`);
  return {
    name: symbol.name,
    kind: isArrow(node) ? 'function' : kind,
    entry,
    file: relative(inRoot('bindings', 'src'), node.getSourceFile().fileName).replaceAll('\\', '/'),
    section: sectionOf(node),
    code: headOf(node, kind).replace(/^export /, ''),
    doc: docOf(target, checker),
    members: kind === 'class' || kind === 'interface' ? membersOf(node, checker) : [],
    also: namesBesides(node, target, checker),
  };
}

/** What stands in the comment at the head of a source file. */
function headComment(source) {
  const lines = [];
  for (const line of source.text.split('\n').slice(1)) {
    if (!line.startsWith('//')) break;
    lines.push(line.slice(3));
  }
  return lines.join('\n');
}

/**
 * Every export of every entry, each once, with the entry that has it first; and what stands at the head of each entry's source.
 * @returns {{ items: Item[], heads: Record<string, string> }}
 */
export function readPackage() {
  const entries = packageEntries();
  const program = openProgram(Object.values(entries).map((file) => inRoot(file)));
  const checker = program.getTypeChecker();
  const items = new Map();
  /** @type {Record<string, string>} */
  const heads = {};
  for (const [entry, file] of Object.entries(entries)) {
    const source = program.getSourceFile(inRoot(file));
    heads[entry] = headComment(source);
    for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
      const item = readItem(symbol, entry, checker);
      const key = `${item.file}:${item.name}`;
      if (!items.has(key)) items.set(key, item);
    }
  }
  return { items: [...items.values()], heads };
}

/** Exports, and members of classes, that say nothing of themselves. */
export function undocumented(items) {
  return items.flatMap(({ name, kind, file, doc, members }) => [
    ...(doc === '' ? [`${basename(file)}: ${name}`] : []),
    ...members
      .filter((member) => kind === 'class' && member.doc === '' && member.name !== 'name')
      .map((member) => `${basename(file)}: ${name}.${member.name}`),
  ]);
}
