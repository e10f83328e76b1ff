// SPDX-License-Identifier: MIT
// What the public C++ headers declare, with the comments above. It relies on their form, which clang-format and clang-tidy keep: `///` above a
// declaration, one declaration after the other, public members first.
import { readdirSync, readFileSync } from 'node:fs';
import { inRoot } from '../support/paths.mjs';

/**
 * Declarations that share a comment: one, overloads, or constants that belong together.
 * @typedef {{ names: string[], kind: string, code: string, doc: string, members: Declaration[] }} Declaration
 * @typedef {{ file: string, doc: string, declarations: Declaration[] }} Header
 */

const folder = ['core', 'include', 'tinycnn'];

/** A line without comments, strings and characters, so that brackets can be counted. */
const bare = (line) => line.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])'/g, '""').replace(/\/\/.*/, '');

/** How much deeper in brackets the code is after a line. */
function depthChange(line) {
  let change = 0;
  for (const character of bare(line)) {
    if ('({['.includes(character)) ++change;
    else if (')}]'.includes(character)) --change;
  }
  return change;
}

/** Lines as [{ doc, lines }]: one declaration each, with the `///` lines above; `isApart`: a blank line or a comment stands before it. */
function split(lines) {
  const found = [];
  let doc = [];
  let current = null;
  let isApart = true;
  let depth = 0;
  for (const line of lines) {
    const text = line.trim();
    if (current === null) {
      if (text === '') {
        doc = [];
        isApart = true;
        continue;
      }
      if (text.startsWith('//')) {
        if (text.startsWith('///')) doc.push(text.slice(3).replace(/^ /, ''));
        isApart = true;
        continue;
      }
      current = { doc, lines: [], isApart };
      doc = [];
    }
    current.lines.push(line);
    depth += depthChange(line);
    const end = bare(line).trimEnd();
    if (depth === 0 && (end.endsWith(';') || end.endsWith('}')) && !/^\s*template <[^;]*>$/.test(end)) {
      found.push(current);
      current = null;
      isApart = false;
    }
  }
  return found;
}

const kindOf = (code) => {
  const text = code.replace(/^template <.*?>\s*/, '');
  if (/^enum class /.test(text)) return 'enum';
  if (/^(struct|class) \w+( final)?( : [^{]*)?\s*\{/.test(text)) return text.startsWith('struct') ? 'struct' : 'class';
  if (/^using /.test(text)) return 'type';
  if (
    /^(static |inline )?constexpr [^(]*[={]|^inline constexpr /.test(text) &&
    !/\) *(const )?(noexcept )?\{/.test(text.split('\n')[0])
  )
    return 'constant';
  return /\(/.test(text) ? 'function' : 'member';
};

function nameOf(code, kind) {
  const text = code.replace(/^template <.*?>\s*/, '').replace(/\[\[[^\]]*\]\]\s*/g, '');
  if (['enum', 'struct', 'class'].includes(kind)) return /^(?:enum class|struct|class) (\w+)/.exec(text)[1];
  if (kind === 'type') return /^using (\w+)/.exec(text)[1];
  if (kind === 'constant' || kind === 'member') return /(\w+)\s*(?:[={;]|$)/.exec(text.replace(/<[^=;]*>/g, ''))[1];
  return /(operator[^(]+|~?\w+)\s*\(/.exec(text)[1];
}

/** Declarations that exist for the compiler, or override what a base class documents. */
const isHidden = (code) =>
  /= (delete|default);|^\s*(virtual )?~|^(class|struct) \w+;|^friend class |^#|\boverride\b/m.test(code) &&
  !/\{\n/.test(code);

/** A function without its body and what initialises members. */
const withoutBody = (code) =>
  code
    .replace(/\s*\n?\s*: \w+\([^]*\{[^]*\}$/, ';')
    .replace(/\s*\{[^]*\}$/, ';')
    .trim();

function dedent(lines) {
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)[0].length));
  return lines.map((line) => line.slice(margin)).join('\n');
}

/** The public lines between a class's braces. */
function publicLines(lines) {
  const body = lines.slice(1, -1);
  const isLabel = (line, name) => new RegExp(`^ ?${name}:$`).test(line);
  let shown = false;
  return body.filter((line) => {
    const isPublic = isLabel(line, 'public');
    if (isPublic) shown = true;
    if (isLabel(line, 'private') || isLabel(line, 'protected')) shown = false;
    return shown && !isPublic;
  });
}

/** @returns {Declaration} */
function toDeclaration({ doc, lines }) {
  const whole = dedent(lines);
  const kind = kindOf(whole);
  const shared = { names: [nameOf(whole, kind)], kind, doc: doc.join('\n') };
  if (kind !== 'class') return { ...shared, code: kind === 'function' ? withoutBody(whole) : whole, members: [] };
  const at = lines.findIndex((line) => /^(class|struct) /.test(line.trimStart()));
  const inner = dedent(lines.slice(at)).split('\n');
  return {
    ...shared,
    code: `${dedent(lines.slice(0, at + 1)).replace(/\s*\{$/, '')};`,
    members: read(publicLines(inner)),
  };
}

/** Overloads and constants that follow each other without a comment of their own belong to the first one. */
function read(lines) {
  const declarations = [];
  for (const part of split(lines)) {
    if (isHidden(part.lines.join('\n'))) continue;
    const next = toDeclaration(part);
    const last = declarations.at(-1);
    const isMore = last && !part.isApart && next.doc === '' && last.kind === next.kind && last.members.length === 0;
    if (isMore && ['function', 'constant'].includes(next.kind)) {
      last.code += `\n${next.code}`;
      last.names.push(...next.names.filter((name) => !last.names.includes(name)));
    } else declarations.push(next);
  }
  return declarations;
}

/** @returns {Header} */
export function readHeader(file) {
  const text = readFileSync(inRoot(...folder, file), 'utf8');
  const [head, rest] = text.split('#pragma once');
  const doc = head
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n')
    .trim();
  const body = rest.slice(rest.indexOf('namespace tinycnn {\n') + 'namespace tinycnn {\n'.length);
  const inside = body.slice(0, body.indexOf('}  // namespace tinycnn'));
  return { file, doc, declarations: read(inside.split('\n')) };
}

export const headerFiles = () =>
  readdirSync(inRoot(...folder))
    .filter((name) => name.endsWith('.h'))
    .sort();

/** Declarations, and public functions of classes, that say nothing of themselves. */
export const undocumentedIn = ({ file, declarations }) =>
  declarations.flatMap(({ names, doc, code, kind, members }) => [
    ...(doc === '' && !(kind === 'constant' && code.includes('///<')) ? [`${file}: ${names.join(', ')}`] : []),
    ...members
      .filter((member) => member.doc === '' && !member.code.includes('///<'))
      .map((member) => `${file}: ${names[0]}::${member.names.join(', ')}`),
  ]);
