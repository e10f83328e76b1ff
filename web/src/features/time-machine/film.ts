// SPDX-License-Identifier: MIT
//
// The run as a film in a GIF file, or its pictures: one for each moment, of the current input. Loaded when somebody wants it.

import { zipSync } from 'fflate';
import { applyPalette, GIFEncoder, quantize } from 'gifenc';
import { lookAt } from '../../client/time-machine';
import { moments, shownRun } from '../../state/past';
import { rangeOf } from '../../state/layers';
import { classNames, digit, run } from '../../state/store';
import { pngOf } from '../../ui/save-file';
import { filmSize, paintFilmFrame } from './film-frame';

/** Milliseconds that a picture stands; the last one stands longer. */
const delay = 120;
const lastDelay = 2000;
const colors = 256;

/** Lets the page paint and answer. */
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Told how many of how many pictures are done; false ends it, and nothing comes of it. */
type Report = (done: number, of: number) => boolean;

/** Paints one picture after the other; whether `report` let it come to an end. */
async function eachPicture(
  report: Report,
  use: (context: CanvasRenderingContext2D, at: { step: number; isLast: boolean }) => Promise<void>,
): Promise<boolean> {
  const all = moments.peek();
  const canvas = document.createElement('canvas');
  Object.assign(canvas, filmSize);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const lastStep = run.peek().step;
  for (const [i, moment] of all.entries()) {
    if (!report(i, all.length)) return false;
    await lookAt(moment);
    const { frame } = digit.peek();
    if (frame === null)
      throw new Error('Draw a digit first, or pick a test digit: the film shows what the network makes of it.');
    paintFilmFrame(context, { frame, run: shownRun.peek(), lastStep, names: classNames.peek(), rangeOf });
    await rest();
    await use(context, { step: moment.step, isLast: i === all.length - 1 });
    await rest();
  }
  return true;
}

export async function filmOf(report: Report): Promise<Blob | null> {
  const gif = GIFEncoder();
  const isWhole = await eachPicture(report, async (context, { isLast }) => {
    const { data } = context.getImageData(0, 0, filmSize.width, filmSize.height);
    const palette = quantize(data, colors);
    await rest();
    gif.writeFrame(applyPalette(data, palette), filmSize.width, filmSize.height, {
      palette,
      delay: isLast ? lastDelay : delay,
    });
  });
  if (!isWhole) return null;
  gif.finish();
  return new Blob([gif.bytes()], { type: 'image/gif' });
}

/** Its pictures as PNG files in a zip archive, named by their steps. */
export async function picturesOf(report: Report): Promise<Blob | null> {
  const files: Record<string, Uint8Array> = {};
  const isWhole = await eachPicture(report, async ({ canvas }, { step }) => {
    const png = await pngOf(canvas);
    files[`step-${String(step).padStart(7, '0')}.png`] = new Uint8Array(await png.arrayBuffer());
  });
  return isWhole ? new Blob([zipSync(files, { level: 0 })], { type: 'application/zip' }) : null;
}
