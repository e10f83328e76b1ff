// SPDX-License-Identifier: MIT
// Markdown as HTML: documents of docs/, and the comments of declarations.
import MarkdownIt from 'markdown-it';
import { parseInfo } from './fences.mjs';
import { codeBlock, codeToHtml, escapeHtml } from './highlight.mjs';

/** As GitHub makes them of headings. */
export const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** A link that leads nowhere on the site stays as words. */
function resolveLinks(tokens, resolve) {
  for (const { children } of tokens) {
    const open = [];
    for (const token of children ?? []) {
      if (token.type === 'link_open') {
        const href = resolve(token.attrGet('href'));
        open.push(href);
        if (href === null) Object.assign(token, { tag: 'span', attrs: [['class', 'path']] });
        else token.attrSet('href', href);
      } else if (token.type === 'link_close' && open.pop() === null) token.tag = 'span';
    }
  }
}

/** Headings get anchors; returns those of the second level, for the list of what is on the page. */
function addAnchors(tokens) {
  const sections = [];
  for (const [i, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const title = tokens[i + 1].children.map(({ content }) => content).join('');
    token.attrSet('id', anchorOf(title));
    if (token.tag === 'h2') sections.push({ title, id: anchorOf(title) });
  }
  return sections;
}

const isInLink = (tokens, index) =>
  tokens
    .slice(0, index)
    .reduce((depth, { type }) => depth + Number(type === 'link_open') - Number(type === 'link_close'), 0) > 0;

/**
 * @param {{ resolve?: (href: string) => string | null, hrefOfCode?: (code: string) => string | null, isComment?: boolean }} [options]
 *   `resolve`: from a link's target to one on the site, null where there is none; `hrefOfCode`: where a name in `code` is documented;
 *   `isComment`: of a declaration, where `*` multiplies
 */
export function markdownRenderer({ resolve = (href) => href, hrefOfCode = () => null, isComment = false } = {}) {
  const markdown = new MarkdownIt({ linkify: true });
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  if (isComment) markdown.disable(['emphasis', 'heading', 'lheading', 'code']);
  const { rules } = markdown.renderer;
  rules.fence = (tokens, index) => {
    const { language, attributes } = parseInfo(tokens[index].info);
    const linked = ['js', 'ts'].includes(language) ? hrefOfCode : undefined;
    return codeBlock(codeToHtml(tokens[index].content.trimEnd(), language, linked), attributes.file);
  };
  rules.code_block = (tokens, index) => codeBlock(escapeHtml(tokens[index].content.trimEnd()));
  rules.code_inline = (tokens, index) => {
    const { content } = tokens[index];
    const href = isInLink(tokens, index) ? null : hrefOfCode(content);
    const code = `<code>${escapeHtml(content)}</code>`;
    return href === null ? code : `<a href="${href}">${code}</a>`;
  };
  rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
  rules.table_close = () => '</table></div>\n';

  /** { html, title, sections } */
  return (text) => {
    const tokens = markdown.parse(text.replace(/<!--[^]*?-->/g, ''), {});
    resolveLinks(tokens, resolve);
    const sections = addAnchors(tokens);
    const at = tokens.findIndex(({ type, tag }) => type === 'heading_open' && tag === 'h1');
    const title = at < 0 ? '' : tokens[at + 1].children.map(({ content }) => content).join('');
    return { html: markdown.renderer.render(tokens, markdown.options, {}), title, sections };
  };
}

/** Lines that begin with two spaces, as comments set code and tables, become blocks of code. */
export function fenceIndented(text, language = '') {
  return text.replace(/(^ {2}.*(\n|$))(^ {2}.*(\n|$)|^\n(?= {2}))*/gm, (block) => {
    const lines = block.trimEnd().split('\n');
    return `\n\`\`\`${language}\n${lines.map((line) => line.slice(2)).join('\n')}\n\`\`\`\n\n`;
  });
}
