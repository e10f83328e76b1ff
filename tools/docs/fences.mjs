// SPDX-License-Identifier: MIT
// What stands behind the ``` of a code block: its language, then attributes, `name=value` or `name="several words"`. tests/docs runs the blocks
// by them; docs/guides/README.md lists them.

/**
 * @typedef {{ language: string, attributes: Record<string, string> }} Info
 * @param {string} info
 * @returns {Info}
 */
export function parseInfo(info) {
  const [, language, rest] = /^(\S*)\s*([^]*)$/.exec(info.trim());
  /** @type {Record<string, string>} */
  const attributes = {};
  const left = rest.replace(/([\w-]+)=(?:"([^"]*)"|(\S+))\s*/g, (_, name, quoted, plain) => {
    attributes[name] = quoted ?? plain;
    return '';
  });
  if (left !== '') throw new Error(`${info}: expected name=value behind the language, got '${left}'`);
  return { language, attributes };
}

/**
 * The fenced code blocks of a Markdown text, in order.
 * @param {string} text
 * @returns {(Info & { code: string, line: number })[]}
 */
export function codeBlocks(text) {
  return [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(({ 1: info, 2: code, index }) => ({
    ...parseInfo(info),
    code,
    line: text.slice(0, index).split('\n').length,
  }));
}
