// SPDX-License-Identifier: MIT
// The module hooks that typescript.mjs registers.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'rolldown/utils';

const tinycnn = new URL('../../bindings/dist/index.js', import.meta.url).href;
const endings = ['.ts', '.tsx', '/index.ts'];
const isTypeScript = (url) => /\.tsx?$/.test(url);

/** A relative import of a TypeScript file without its ending. */
function withEnding(specifier, parent) {
  if (!/^\..*\/[\w-]+$/.test(specifier)) return null;
  const urls = endings.map((ending) => new URL(specifier + ending, parent));
  return urls.find((url) => existsSync(url))?.href ?? null;
}

export async function resolve(specifier, context, next) {
  if (specifier === 'tinycnn') return { url: tinycnn, shortCircuit: true };
  const url = withEnding(specifier, context.parentURL);
  return url === null ? next(specifier, context) : { url, shortCircuit: true };
}

export async function load(url, context, next) {
  if (url.endsWith('.json')) return { format: 'json', source: readFileSync(new URL(url)), shortCircuit: true };
  if (!isTypeScript(url)) return next(url, context);
  const path = fileURLToPath(url);
  const { code, errors, map } = transformSync(path, readFileSync(path, 'utf8'), {
    sourcemap: true,
    jsx: { runtime: 'automatic', importSource: 'preact' },
  });
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors.map(({ message }) => message).join(' ')}`);
  const inline = Buffer.from(JSON.stringify(map)).toString('base64');
  const source = `${code}\n//# sourceMappingURL=data:application/json;base64,${inline}`;
  return { format: 'module', source, shortCircuit: true };
}
