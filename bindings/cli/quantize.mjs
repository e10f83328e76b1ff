// SPDX-License-Identifier: MIT
// tinycnn quantize: a network beside its form in 8-bit integers.
import { loadData } from './data.mjs';
import { formatOf } from './export.mjs';
import { requireWritable, writeWhole } from './files.mjs';
import { openModel, requireData, requireReadable, withEngine, withLabelsOf } from './models.mjs';
import { bytesText, percent, table } from './terminal.mjs';

const bytesPerFloat = 4;

export async function run({ values, positionals: [path], output }) {
  const names = requireData(values, 'training images set the ranges, test images judge');
  const format = values.out ? formatOf(values, ['tflite', 'c']) : null;
  if (values.out) requireWritable(values.out, values);
  return withEngine(values, async (engine) => {
    const { session } = await openModel(engine, path);
    requireReadable(session, path);
    const { train, test, classes } = await loadData(names, { engine, output, orientation: values.orientation });
    session.setData('train', withLabelsOf(session, train, classes));
    session.setData('test', withLabelsOf(session, test, classes));
    const model = await session.quantize(values.calibration === undefined ? {} : { calibration: values.calibration });
    const floats = session.evaluate('test');
    const integers = model.evaluate('test');
    const before = bytesPerFloat * session.summary.parameters;
    const rows = [
      ['', 'float32', 'int8'],
      ['accuracy', percent(floats.accuracy), percent(integers.accuracy)],
      ['loss', floats.loss.toFixed(4), integers.loss.toFixed(4)],
      ['size', bytesText(before), bytesText(model.bytes)],
    ];
    output.say(`\n${table(rows, [1, 2])}`);
    if (format) {
      const name = values.name === undefined ? {} : { name: values.name };
      const bytes = model.exportModel(/** @type {any} */ ({ format, ...name }));
      writeWhole(values.out, bytes);
      output.say(`\n${values.out}: ${bytesText(bytes.length)}`);
    }
    output.emit({
      model: path,
      float32: { accuracy: floats.accuracy, loss: floats.loss, bytes: before },
      int8: { accuracy: integers.accuracy, loss: integers.loss, bytes: model.bytes },
      ...(format ? { file: values.out, format } : {}),
    });
  });
}
