// SPDX-License-Identifier: MIT
// The frame of every page of the documentation. Links are relative, so that the site works below any path; nothing comes from elsewhere, and
// nothing is inline, as the site's content security policy demands.
import { posix } from 'node:path';
import { escapeHtml } from './highlight.mjs';

/** A path of the site as seen from a page of it. */
export function relativePath(from, to) {
  const [path, anchor] = to.split('#');
  const target = path === from && anchor !== undefined ? '' : posix.relative(posix.dirname(from), path);
  return anchor === undefined ? target : `${target}#${anchor}`;
}

/**
 * @typedef {{ title: string, path: string }} Link
 * @typedef {{ title: string, id: string, isCode?: boolean, parts?: Section[] }} Section
 */

const sectionEntry = ({ title, id, isCode, parts = [] }) => {
  const text = isCode ? `<code>${escapeHtml(title)}</code>` : escapeHtml(title);
  return `<li><a href="#${id}">${text}</a>${parts.length > 0 ? sectionList(parts) : ''}</li>`;
};
const sectionList = (sections) => `<ul>${sections.map(sectionEntry).join('')}</ul>`;

function navigation(groups, page, sections) {
  const entry = ({ title, path }) =>
    path === page
      ? `<li><a aria-current="page" href="#top">${escapeHtml(title)}</a>${sections.length > 1 ? sectionList(sections) : ''}</li>`
      : `<li><a href="${relativePath(page, path)}">${escapeHtml(title)}</a></li>`;
  return groups
    .map(({ title, links }) => `<h2>${escapeHtml(title)}</h2>\n<ul>${links.map(entry).join('\n')}</ul>`)
    .join('\n');
}

/**
 * A whole page.
 * @param {{ path: string, title: string, html: string, sections?: Section[] }} page
 * @param {{ title: string, links: Link[] }[]} groups
 */
export function pageHtml({ path, title, html, sections = [] }, groups) {
  const to = (target) => relativePath(path, target);
  const isIndex = path === 'index.html';
  const contents =
    sections.length > 1 && !isIndex
      ? `<details class="contents"><summary>On this page</summary>${sectionList(sections)}</details>\n`
      : '';
  return `<!doctype html>
<html lang="en" id="top">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${isIndex ? '' : `${escapeHtml(title)} · `}TinyCNN documentation</title>
    <script src="${to('site.js')}"></script>
    <link rel="stylesheet" href="${to('site.css')}" />
    <link rel="icon" href="${to('icon.svg')}" />
  </head>
  <body>
    <a class="skip-link" href="#content">To the text</a>
    <header>
      <a class="home" href="${to('index.html')}">TinyCNN <span>documentation</span></a>
      <a href="${to('../index.html')}">Open the page</a>
    </header>
    <div class="frame${isIndex ? ' without-navigation' : ''}">
      ${isIndex ? '' : `<nav aria-label="Documentation">\n${navigation(groups, path, sections)}\n</nav>`}
      <main id="content">
${isIndex ? html : html.replace(/(<\/h1>\n?)/, `$1${contents}`)}
      </main>
    </div>
  </body>
</html>
`;
}
