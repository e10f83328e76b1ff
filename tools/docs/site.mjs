// SPDX-License-Identifier: MIT
// The documentation as a folder of static pages: guides, the reference of the npm package and of the C++ headers, and the rest of docs/.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { inRoot } from '../support/paths.mjs';
import { headerFiles, readHeader } from './headers.mjs';
import { escapeHtml } from './highlight.mjs';
import { pageHtml, relativePath } from './layout.mjs';
import { fenceIndented, markdownRenderer } from './markdown.mjs';
import { anchors, declarationHtml, itemHtml } from './reference.mjs';
import { readPackage } from './typescript.mjs';

/** In the order in which they are listed; tests/docs/site.test.mjs compares with the folder. */
export const guides = [
  'train-in-your-page',
  'microcontroller',
  'import-from-pytorch',
  'reproduce-a-run',
  'add-a-layer',
];

/** Pages of the entry `tinycnn`, in order; types.ts says by lines `// # Title` which of its types belong where. */
const packagePages = {
  Engine: 'Loads the WebAssembly build that suits the browser or Node, makes sessions, reads data.',
  Session: 'One training run: train, evaluate, predict, look inside, save, export.',
  Networks: 'A network as data: its layers, what follows from them, the zoo and its recipes.',
  'Training options': 'Optimizers, schedules, losses, augmentation, normalisation.',
  Results: 'What training and evaluation return, and the options of fit.',
  Data: 'Labelled images, IDX files, a validation set held out, transposed images.',
  'Drawings and synthetic digits': 'From strokes or a canvas to an image as in MNIST, and digits made on the spot.',
  Files: 'Options and results of exporting and importing networks.',
  'Quantization and pruning': 'Networks in 8-bit integers, weights and channels that go.',
  Errors: 'The one type of error, and its codes.',
};

/** Where sources without such lines belong. */
const pageOfFile = {
  'index.ts': 'Engine',
  'session.ts': 'Session',
  'classes.ts': 'Networks',
  'training-macs.ts': 'Networks',
  'hold-out.ts': 'Data',
  'idx.ts': 'Data',
  'orientation.ts': 'Data',
  'prepare-digit.ts': 'Drawings and synthetic digits',
  'quantize.ts': 'Quantization and pruning',
  'errors.ts': 'Errors',
};

/** Types of all kinds follow in the order of their sources. */
const kindOrder = ['type', 'interface', 'constant', 'class', 'function'];
const rankOf = ({ kind }) => -Math.max(1, kindOrder.indexOf(kind));

const slug = (title) => title.toLowerCase().replace(/[^a-z0-9]+/g, '-');

const titleOf = ({ entry, file, section }) => (entry === 'tinycnn' ? section || pageOfFile[file] || 'Other' : entry);

/** [{ title, path, items }] of the package, in order. */
function packageReference(items) {
  const titles = [...new Set([...Object.keys(packagePages), ...items.map(titleOf)])];
  return titles
    .map((title) => ({
      title,
      path: `api/${slug(title)}.html`,
      items: items.filter((item) => titleOf(item) === title).sort((a, b) => rankOf(a) - rankOf(b)),
    }))
    .filter((page) => page.items.length > 0);
}

/** Where each name of the package is documented: classes, their members, types. */
function packageNames(pages) {
  const names = new Map();
  for (const { path, items } of pages) {
    for (const { name, members } of items) {
      if (!names.has(name)) names.set(name, `${path}#${name}`);
      for (const member of members) names.set(`${name}.${member.name}`, `${path}#${name}.${member.name}`);
    }
  }
  return names;
}

/** As code is written: `session.predict(pixels)`, `engine.zoo`, `Session.predict`, `EngineOptions`. */
function hrefOfCode(names, code) {
  const plain = code
    .replace(/^await /, '')
    .replace(/^(session|engine)\./, (_, name) => `${name === 'session' ? 'Session' : 'Engine'}.`);
  const name = /^[\w.]+(?=\(.*\)$|$)/.exec(plain)?.[0];
  return name === undefined ? null : (names.get(name) ?? null);
}

function headerReference() {
  return headerFiles().map((file) => {
    const header = readHeader(file);
    return { title: `tinycnn/${file}`, path: `cpp/${file.replace('.h', '.html')}`, ...header };
  });
}

function headerNames(pages) {
  const names = new Map();
  for (const { path, declarations } of pages) {
    for (const { names: own } of declarations) {
      for (const name of own) if (!names.has(name)) names.set(name, `${path}#${own[0]}`);
    }
  }
  return names;
}

/** Where a link of a document leads on the site; null for files that are not on it. `file`: the document, below docs/. */
function resolver(page, file) {
  return (href) => {
    if (/^[a-z]+:|^#/.test(href)) return href;
    const [path, anchor] = href.split('#');
    const target = posix.join('docs', posix.dirname(file), path);
    const suffix = anchor === undefined ? '' : `#${anchor}`;
    const to = (place) => relativePath(page, place) + suffix;
    const header = /^core\/include\/tinycnn\/(\w+)\.h$/.exec(target);
    if (header) return to(`cpp/${header[1]}.html`);
    if (target === 'bindings/src/types.ts') return to('index.html');
    const document = /^docs\/(.+)\.md$/.exec(target);
    if (document && document[1] !== 'guides/README') return to(`${document[1]}.html`);
    return target.startsWith('docs/pictures/') ? to(target.slice('docs/'.length)) : null;
  };
}

function documentPage(file, names) {
  const path = file.replace(/\.md$/, '.html');
  const hrefOf = (code) => {
    const target = hrefOfCode(names, code);
    return target === null ? null : relativePath(path, target);
  };
  const render = markdownRenderer({ resolve: resolver(path, file), hrefOfCode: hrefOf });
  const text = readFileSync(inRoot('docs', file), 'utf8');
  const { html, title, sections } = render(text);
  return { path, title, html, sections, summary: summaryOf(text) };
}

/** The first sentence of a document, without links and marks. */
function summaryOf(text) {
  const paragraph = text
    .replace(/<!--[^]*?-->/g, '')
    .split(/\n{2,}/)
    .find((block) => /^[\w`]/.test(block));
  const plain = paragraph.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/`|\*\*|(?<!\w)_|_(?!\w)/g, '');
  return firstSentence(plain);
}

const documents = () =>
  readdirSync(inRoot('docs'))
    .filter((name) => name.endsWith('.md'))
    .sort();

/** The renderer of comments on a page, and where names of its code lead. */
function contextOf(page, names, owner = null) {
  const to = (target) => (target === undefined || target === null ? null : relativePath(page, target));
  const hrefOf = (name) => to(names.get(name));
  const inComments = (code) =>
    to(hrefOfCode(names, code) ?? (owner && names.get(`${owner}.${code.replace(/\(.*\)$/, '')}`)));
  const renderer = markdownRenderer({ isComment: true, hrefOfCode: inComments });
  return { render: (text) => renderer(text).html, hrefOf };
}

/** With a capital at its head; what follows a colon at the end of a line is a table or code. */
function firstSentence(text) {
  const [sentence] = /^[^]*?(?:(?<![A-Z])\.(?=\s|$)|:(?=\n)|$)/.exec(text.replace(/\n(?! )/g, ' '));
  return sentence.charAt(0).toUpperCase() + sentence.slice(1).replace(/\s+/g, ' ').replace(/:$/, '.');
}

const asSection = (name, parts = []) => ({ title: name, id: name, isCode: true, parts });

/** Of a class or an interface, whose methods have headings of their own. */
const methodsOf = ({ name, members }) =>
  members
    .filter(({ kind }) => kind === 'method')
    .map((member) => ({ title: member.name, id: `${name}.${member.name}`, isCode: true }));

function packagePage({ title, path, items }, names, heads) {
  const entry = items[0].entry;
  const shown = items
    .map((item) => {
      const context = contextOf(path, names, item.name);
      const own = { ...context, hrefOf: (name) => (name === item.name ? null : context.hrefOf(name)) };
      return itemHtml(own, item);
    })
    .join('');
  const isEntry = title === entry || title === 'Engine';
  const lead = isEntry ? contextOf(path, names).render(fenceIndented(heads[entry], 'ts')) : '';
  const from = `<p>From <code>${entry}</code>.</p>\n`;
  const html = `<h1>${escapeHtml(title)}</h1>\n${isEntry ? '' : from}${lead}${shown}`;
  const summary = packagePages[title] ?? firstSentence(heads[entry].replace(/^\S+: /, ''));
  return { path, title, html, sections: items.map((item) => asSection(item.name, methodsOf(item))), summary };
}

/** Overloads once, and the functions of classes once. */
function declarationSections(declarations) {
  const once = (name, i, all) => all.indexOf(name) === i;
  const namesIn = (each) => each.map(({ names: [name] }) => name).filter(once);
  return namesIn(declarations).map((name) => {
    const { members } = declarations.find(({ names }) => names[0] === name);
    return asSection(
      name,
      namesIn(members).map((part) => ({ title: part, id: `${name}.${part}`, isCode: true })),
    );
  });
}

function headerPage({ title, path, doc, declarations }, names) {
  const context = contextOf(path, names);
  const anchorOf = anchors();
  const shown = declarations.map((each) => {
    const others = { ...context, hrefOf: (name) => (each.names.includes(name) ? null : context.hrefOf(name)) };
    return declarationHtml(others, each, anchorOf);
  });
  const html = `<h1><code>${title}</code></h1>\n${context.render(fenceIndented(doc))}${shown.join('')}`;
  return { path, title, html, sections: declarationSections(declarations), summary: firstSentence(doc) };
}

const cards = (pages) =>
  `<ul class="cards">${pages
    .map(
      ({ title, path, summary }) => `<li><a href="${path}">${escapeHtml(title)}</a><p>${escapeHtml(summary)}</p></li>`,
    )
    .join('\n')}</ul>\n`;

function indexPage({ guidePages, packagePages: reference, headerPages, documentPages }, allNames) {
  const list = [...allNames]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([name, path]) => `<li><a href="${path}"><code>${escapeHtml(name)}</code></a></li>`)
    .join('\n');
  const html = `<h1>TinyCNN documentation</h1>
<p class="lead">TinyCNN trains small convolutional networks on the CPU: in the browser, in Node, in a terminal and in native programs. Start with a guide;
every code block of the guides is run by a test.</p>
<h2 id="guides">Guides</h2>
${cards(guidePages)}
<h2 id="javascript">The npm package</h2>
${cards(reference)}
<h2 id="cpp">The C++ headers</h2>
${cards(headerPages)}
<h2 id="more">More</h2>
${cards(documentPages)}
<h2 id="names">All names</h2>
<p class="finder" hidden><label for="find">Find</label> <input id="find" type="search" autocomplete="off" spellcheck="false" /> <span id="found" role="status"></span></p>
<ul class="names">
${list}
</ul>`;
  return { path: 'index.html', title: 'TinyCNN documentation', html };
}

/** tokens.css and the site's own styles; `(--tablet)` in a media query is a width of web/src/ui/breakpoints.ts. */
function styles() {
  const breakpoints = readFileSync(inRoot('web', 'src', 'ui', 'breakpoints.ts'), 'utf8');
  const queries = new Map(
    [...breakpoints.matchAll(/^export const (\w+) = '(.+)';$/gm)].map(([, name, query]) => [name, query]),
  );
  const css = [inRoot('web', 'src', 'ui', 'tokens.css'), inRoot('tools', 'docs', 'site.css')];
  return css
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
    .replace(/\(--([a-z-]+)\)(?= \{)/g, (_, name) =>
      queries.get(name.replace(/-(\w)/g, (__, letter) => letter.toUpperCase())),
    );
}

/** Every page as { path, title, html, sections }, and the links of the navigation. */
export function documentationPages() {
  const { items, heads } = readPackage();
  const reference = packageReference(items);
  const headers = headerReference();
  const ofPackage = packageNames(reference);
  const ofHeaders = headerNames(headers);
  const pages = {
    guidePages: guides.map((name) => documentPage(`guides/${name}.md`, ofPackage)),
    packagePages: reference.map((page) => packagePage(page, ofPackage, heads)),
    headerPages: headers.map((page) => headerPage(page, ofHeaders)),
    documentPages: documents().map((file) => documentPage(file, ofPackage)),
  };
  const allNames = new Map();
  for (const [name, path] of ofHeaders) allNames.set(`tinycnn::${name}`, path);
  for (const [name, path] of ofPackage) if (isListed(name, items)) allNames.set(name, path);
  const groups = [
    { title: 'Guides', links: pages.guidePages },
    { title: 'The npm package', links: pages.packagePages },
    { title: 'The C++ headers', links: pages.headerPages },
    { title: 'More', links: pages.documentPages },
  ];
  return { pages: [indexPage(pages, allNames), ...Object.values(pages).flat()], groups };
}

/** All exports, and the members of classes. */
function isListed(name, items) {
  const [owner, member] = name.split('.');
  return member === undefined || items.some((item) => item.name === owner && item.kind === 'class');
}

/** Writes the site into `folder`, which is emptied before. Returns the paths of its pages. */
export function writeDocumentation(folder) {
  const { pages, groups } = documentationPages();
  rmSync(folder, { recursive: true, force: true });
  for (const page of pages) {
    const file = join(folder, page.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, pageHtml(page, groups));
  }
  writeFileSync(join(folder, 'site.css'), styles());
  cpSync(inRoot('tools', 'docs', 'site.js'), join(folder, 'site.js'));
  cpSync(inRoot('web', 'icon.svg'), join(folder, 'icon.svg'));
  if (existsSync(inRoot('docs', 'pictures')))
    cpSync(inRoot('docs', 'pictures'), join(folder, 'pictures'), { recursive: true });
  return pages.map(({ path }) => path);
}
