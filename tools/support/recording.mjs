// SPDX-License-Identifier: MIT
// A short silent recording as an animated GIF: screenshots that a page of the same browser puts together, with gifenc, which is small, has
// no dependencies, and quantises well. Only what has changed since the frame before is stored.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const encoder = createRequire(import.meta.url).resolve('gifenc/dist/gifenc.esm.js');

/** In the page: appends one screenshot (a data URL) to the GIF; pixels that are as they were become transparent. */
async function addFrame({ url, delay, colors }) {
  const { gif, encoder, state } = globalThis.recording;
  const image = await globalThis.createImageBitmap(await (await fetch(url)).blob());
  const canvas = new globalThis.OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
  const now = new Uint32Array(data.buffer.slice(0));
  const palette = encoder.quantize(data, colors - 1);
  const indices = encoder.applyPalette(data, palette);
  const transparentIndex = palette.length;
  if (state.last !== null) {
    for (let i = 0; i < now.length; ++i) if (now[i] === state.last[i]) indices[i] = transparentIndex;
  }
  gif.writeFrame(indices, width, height, {
    palette: [...palette, [0, 0, 0]],
    delay,
    transparent: state.last !== null,
    transparentIndex,
    dispose: 1,
  });
  state.last = now;
}

/**
 * PNG screenshots as one GIF that plays for ever, each shown for `delay` milliseconds, the last for `lastDelay`.
 * @param {import('@playwright/test').Browser} browser
 * @param {Buffer[]} shots
 * @returns {Promise<Buffer>}
 */
export async function toGif(browser, shots, { delay, lastDelay, colors = 128 }) {
  const page = await browser.newPage();
  try {
    await page.evaluate(
      async (source) => {
        const encoder = await import(source);
        globalThis.recording = { encoder, gif: encoder.GIFEncoder(), state: { last: null } };
      },
      `data:text/javascript;base64,${readFileSync(encoder).toString('base64')}`,
    );
    for (const [i, shot] of shots.entries()) {
      const url = `data:image/png;base64,${shot.toString('base64')}`;
      await page.evaluate(addFrame, { url, delay: i + 1 < shots.length ? delay : lastDelay, colors });
    }
    const text = await page.evaluate(() => {
      const { gif } = globalThis.recording;
      gif.finish();
      return Array.from(gif.bytes(), (byte) => String.fromCharCode(byte)).join('');
    });
    return Buffer.from(text, 'latin1');
  } finally {
    await page.close();
  }
}
