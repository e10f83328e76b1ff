// SPDX-License-Identifier: MIT
// tinycnn export: a network as a file for other programs.
import { extname } from 'node:path';
import { loadData } from './data.mjs';
import { UsageError } from './errors.mjs';
import { requireWritable, writeWhole } from './files.mjs';
import { openModel, requireData, requireReadable, withEngine, withLabelsOf } from './models.mjs';
import { bytesText } from './terminal.mjs';

const endings = {
  '.onnx': 'onnx',
  '.tflite': 'tflite',
  '.h': 'c',
  '.safetensors': 'safetensors',
  '.py': 'pytorch',
  '.json': 'json',
};
const formats = Object.values(endings);

/** From --format, or the ending of --out. Throws UsageError where neither says it. */
export function formatOf(values, allowed = formats) {
  const ending = extname(values.out).toLowerCase();
  const format = values.format ?? endings[ending];
  if (allowed.includes(format)) return format;
  const known = Object.entries(endings).filter(([, each]) => allowed.includes(each));
  const expected = known.map(([each, name]) => `${each} (${name})`).join(', ');
  throw new UsageError(`--out: expected a name that ends in one of ${expected}, got '${values.out}'`);
}

/** A C identifier, or any text: what the file's name without its ending makes of it. */
const nameOf = ({ name }) => (name === undefined ? {} : { name });

export async function run({ values, positionals: [path], output }) {
  if (!values.out)
    throw new UsageError('--out is missing: which file should be written?', ['Such as --out digits.onnx.']);
  const format = formatOf(values, values.int8 ? ['onnx', 'tflite', 'c'] : formats);
  const names = values.int8 ? requireData(values, 'for --int8, training images set the ranges') : null;
  requireWritable(values.out, values);
  return withEngine(values, async (engine) => {
    const { session } = await openModel(engine, path);
    if (names) {
      requireReadable(session, path);
      const { train, classes } = await loadData(names, { engine, output, orientation: values.orientation });
      session.setData('train', withLabelsOf(session, train, classes));
    }
    const input = values.input === undefined ? {} : { input: values.input };
    const precision = values.int8 ? { precision: 'int8' } : {};
    const bytes = await session.exportModel(/** @type {any} */ ({ format, ...nameOf(values), ...input, ...precision }));
    writeWhole(values.out, bytes);
    output.tell(`${values.out}: ${format}${values.int8 ? ' in 8-bit integers' : ''}, ${bytesText(bytes.length)}`, {
      ...{ model: path, file: values.out, format, precision: values.int8 ? 'int8' : 'float32', bytes: bytes.length },
    });
  });
}
