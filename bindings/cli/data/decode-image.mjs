// SPDX-License-Identifier: MIT
// Stands for the page's module of the same name: PNG by fast-png, with the page's own rules for transparent pixels and sizes.
import { decode } from 'fast-png';
import { claimedPngSize, greyOn, paperFor, requireReasonable } from '../../../web/src/worker/data/files/grey';

export const reader = 'TinyCNN';
export const readableImages = 'PNG';

/** One value of a sample of 1 to 16 bits, as a byte. */
const toByte = (value, depth) =>
  depth === 16 ? value >> 8 : depth === 8 ? value : Math.round((255 * value) / (2 ** depth - 1));

/**
 * Four bytes a pixel, of an image in any of PNG's five forms.
 * @param {any} image
 */
function toRgba({ width, height, data, channels, depth, palette, transparency }) {
  const rgba = new Uint8ClampedArray(4 * width * height);
  const samples = depth < 8 ? unpacked(data, width * channels, height, depth) : data;
  for (let i = 0; i < width * height; ++i) {
    if (palette) {
      const [red, green, blue, alpha = 255] = palette[samples[i]] ?? [0, 0, 0];
      rgba.set([red, green, blue, alpha], 4 * i);
      continue;
    }
    const values = Array.from(samples.subarray(i * channels, (i + 1) * channels));
    const opaque = channels % 2 === 0 ? toByte(values.pop(), depth) : isKey(values, transparency) ? 0 : 255;
    const [red, green = red, blue = red] = values.map((value) => toByte(value, depth));
    rgba.set([red, green, blue, opaque], 4 * i);
  }
  return rgba;
}

/** Whether a pixel has the one colour that the image says is transparent. */
const isKey = (values, transparency) =>
  transparency !== undefined &&
  transparency.length > 0 &&
  values.every((value, channel) => value === transparency[channel]);

/** Rows of samples of 1, 2 or 4 bits, each row from a byte of its own on. */
function unpacked(data, perRow, height, depth) {
  const out = new Uint8Array(perRow * height);
  const rowBytes = Math.ceil((perRow * depth) / 8);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < perRow; ++x) {
      const bit = x * depth;
      const byte = data[y * rowBytes + (bit >> 3)];
      out[y * perRow + x] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
    }
  }
  return out;
}

/** First bytes of other images. */
const kinds = {
  JPEG: [0xff, 0xd8, 0xff],
  GIF: [0x47, 0x49, 0x46],
  WebP: [0x52, 0x49, 0x46, 0x46],
  BMP: [0x42, 0x4d],
};

/** Rejects with a half sentence ("it is …") where the bytes are no PNG image. As the page's decodeImage otherwise. */
export async function decodeImage(bytes) {
  const claimed = claimedPngSize(bytes);
  if (claimed === null) {
    const kind = Object.keys(kinds).find((name) => kinds[name].every((byte, i) => bytes[i] === byte));
    throw new Error(
      kind ? `it is a ${kind} image; only PNG is decoded here, so convert it first` : 'it is not a PNG image',
    );
  }
  requireReasonable(...claimed);
  try {
    const image = decode(bytes, { checkCrc: true });
    const rgba = toRgba(image);
    return { height: image.height, width: image.width, grey: greyOn(paperFor(rgba), rgba) };
  } catch (error) {
    throw new Error(`it is a damaged PNG image (${error.message})`, { cause: error });
  }
}
