// SPDX-License-Identifier: MIT
// Code as HTML: coloured by highlight.js, with the names of documented declarations as links.
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cmake from 'highlight.js/lib/languages/cmake';
import cpp from 'highlight.js/lib/languages/cpp';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';

const languages = { bash, c, cmake, cpp, javascript, json, python, typescript, xml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text) => text.replace(/[&<>"']/g, (character) => escapes[character]);

/**
 * Names in coloured code become links; those in comments stay words.
 * @param {string} html
 * @param {(name: string) => string | null} hrefOf
 */
function linkNames(html, hrefOf) {
  let comments = 0;
  const open = [];
  return html.replace(/<span class="([^"]*)">|<\/span>|[^<]+/g, (part, classes) => {
    if (part.startsWith('<span')) {
      open.push(classes.includes('hljs-comment') || classes.includes('hljs-string'));
      if (open.at(-1)) ++comments;
      return part;
    }
    if (part === '</span>') {
      if (open.pop()) --comments;
      return part;
    }
    if (comments > 0) return part;
    return part.replace(/(?<![\w&.#])[A-Za-z_]\w{2,}/g, (name) => {
      const href = hrefOf(name);
      return href === null ? name : `<a href="${href}">${name}</a>`;
    });
  });
}

/**
 * @param {string} code
 * @param {string} language a name or alias that highlight.js knows; any other leaves the code plain
 * @param {(name: string) => string | null} [hrefOf]
 */
export function codeToHtml(code, language, hrefOf = () => null) {
  if (!hljs.getLanguage(language)) return escapeHtml(code);
  return linkNames(hljs.highlight(code, { language, ignoreIllegals: true }).value, hrefOf);
}

/** A block of code; `caption` stands above it. */
export const codeBlock = (html, caption = '') =>
  `<figure class="code">${caption === '' ? '' : `<figcaption>${escapeHtml(caption)}</figcaption>`}` +
  `<pre tabindex="0"><code>${html}</code></pre></figure>\n`;
