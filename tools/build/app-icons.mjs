// SPDX-License-Identifier: MIT
// What makes the page an app that can be installed: its manifest, and the icons that the manifest and the page name, drawn from
// web/icon.svg.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inRoot } from '../support/paths.mjs';

/** Systems cut maskable icons to their own shapes: everything within 40 % of the middle stays. The icon's squares reach 44 %. */
const maskableScale = 0.85;

/** The icon on a ground of its own colour that reaches every edge. */
function onFullGround(svg, scale) {
  const [, colour] = /fill="(#\w+)"/.exec(svg);
  const content = svg.replace(/^<svg[^>]*>|<\/svg>\s*$/g, '');
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    `<rect width="32" height="32" fill="${colour}"/>` +
    `<g transform="translate(16 16) scale(${scale}) translate(-16 -16)">${content}</g></svg>`
  );
}

let rasteriser = null;

/** resvg, with its WebAssembly module started once. */
async function loadRasteriser() {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return Resvg;
}

async function toPng(svg, width) {
  const Resvg = await (rasteriser ??= loadRasteriser());
  return new Resvg(svg, { fitTo: { mode: 'width', value: width } }).render().asPng();
}

/** Writes manifest and icons into the built page's folder. */
export async function writeAppFiles(folder) {
  const manifest = await readFile(inRoot('web', 'app.webmanifest'), 'utf8');
  const svg = await readFile(inRoot('web', 'icon.svg'), 'utf8');
  const full = onFullGround(svg, 1);
  await writeFile(join(folder, 'app.webmanifest'), manifest);
  await writeFile(join(folder, 'icon.svg'), svg);
  for (const { src, sizes, type, purpose } of JSON.parse(manifest).icons) {
    if (type !== 'image/png') continue;
    const drawn = purpose === 'maskable' ? onFullGround(svg, maskableScale) : svg;
    await writeFile(join(folder, src), await toPng(drawn, Number.parseInt(sizes, 10)));
  }
  // Apple's systems cut the corners themselves, and show what is transparent as black
  await writeFile(join(folder, 'apple-touch-icon.png'), await toPng(full, 180));
}
