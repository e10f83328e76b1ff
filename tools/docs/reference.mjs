// SPDX-License-Identifier: MIT
// Declarations as HTML, those of the package and those of the C++ headers.
import { codeBlock, codeToHtml, escapeHtml } from './highlight.mjs';
import { fenceIndented } from './markdown.mjs';

/**
 * What turns comments and code of one page into HTML.
 * @typedef {{ render: (text: string) => string, hrefOf: (name: string) => string | null }} Context
 */

const heading = (level, id, html, kind = '') =>
  `<h${level} id="${id}"><a class="anchor" href="#${id}">${html}</a>${kind === '' ? '' : `<span class="kind">${kind}</span>`}</h${level}>\n`;

const typescript = ({ hrefOf }, code) => codeBlock(codeToHtml(code, 'typescript', hrefOf));
const cpp = ({ hrefOf }, code) => codeBlock(codeToHtml(code, 'cpp', hrefOf));

const asMethod = (context, owner, { name, code, doc }) =>
  heading(3, `${owner}.${name}`, `<code>${escapeHtml(name)}</code>`) + typescript(context, code) + context.render(doc);

/** The name stands out of the type behind it. */
const asProperty = (context, owner, { name, code, doc }) => {
  const shown = typescript(context, code).replace(new RegExp(`(?<![\\w-])${name}(?![\\w-])`), '<strong>$&</strong>');
  return `<dt id="${owner}.${escapeHtml(name)}">${shown}</dt>\n<dd>${context.render(doc)}</dd>\n`;
};

/** Properties as a list, then each method under a heading of its own. */
function membersHtml(context, { name, kind, members }) {
  const isLong = kind === 'class' || kind === 'interface';
  const methods = members.filter((member) => isLong && member.kind === 'method');
  const properties = members.filter((member) => !methods.includes(member));
  const list = properties.map((each) => asProperty(context, name, each)).join('');
  return (
    (list === '' ? '' : `<dl class="members">\n${list}</dl>\n`) +
    methods.map((each) => asMethod(context, name, each)).join('')
  );
}

/** The class whose methods a type of tinycnn/worker has as promises. */
const promisedOf = (name) => name.replace(/^Worker/, '');

function alsoHtml({ hrefOf }, { name, also }) {
  if (also.length === 0) return '';
  const from = promisedOf(name);
  const links = also.map((each) => {
    const href = hrefOf(`${from}.${each}`) ?? hrefOf(from);
    return href === null ? `<code>${each}</code>` : `<a href="${href}"><code>${each}</code></a>`;
  });
  const owner = name.startsWith('Worker') ? `As in ${from}, with promises as results:` : 'Also:';
  return `<p>${owner} ${links.join(', ')}.</p>\n`;
}

/** Interfaces of one line need none: their members say it. */
function headCode(context, { kind, code, name }) {
  const isPlain = code === `${kind} ${name}`;
  return isPlain || (kind === 'interface' && code.includes('AsPromises')) ? '' : typescript(context, code);
}

/** @param {Context} context */
export const itemHtml = (context, item) =>
  `<section class="declaration">\n${heading(2, item.name, `<code>${item.name}</code>`, item.kind)}` +
  `${context.render(item.doc)}${headCode(context, item)}${membersHtml(context, item)}${alsoHtml(context, item)}</section>\n`;

/** What nobody who reads a declaration needs. */
const shortened = (code) =>
  code
    .replace(/\[\[nodiscard\]\] /g, '')
    .replace(/\n+ *friend (constexpr )?bool operator==[^;]*;/g, '')
    .replace(/;$/, (end) => (/\n/.test(code) ? end : ''));

/** Anchors of one page: a name that comes a second time, such as an overload's, gets a number. */
export function anchors() {
  const counts = new Map();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  };
}

/** @param {Context} context */
export function declarationHtml(context, { names, kind, code, doc, members }, anchorOf) {
  const id = anchorOf(names[0]);
  const member = (each) =>
    heading(3, anchorOf(`${names[0]}.${each.names[0]}`), `<code>${escapeHtml(each.names.join(', '))}</code>`) +
    cpp(context, shortened(each.code)) +
    context.render(fenceIndented(each.doc));
  return (
    `<section class="declaration">\n${heading(2, id, `<code>${names.join(', ')}</code>`, kind)}` +
    `${context.render(fenceIndented(doc))}${cpp(context, shortened(code))}${members.map(member).join('')}</section>\n`
  );
}
