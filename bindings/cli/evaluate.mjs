// SPDX-License-Identifier: MIT
// tinycnn evaluate: loss, accuracy and what is taken for what.
import { loadData } from './data.mjs';
import { openModel, requireData, requireReadable, withEngine, withLabelsOf } from './models.mjs';
import { grouped, percent, table } from './terminal.mjs';

const mostConfused = 5;

/** Two sets as one. */
function joined(a, b) {
  const images = new Uint8Array(a.images.length + b.images.length);
  images.set(a.images);
  images.set(b.images, a.images.length);
  return { ...a, images, labels: Uint8Array.from([...a.labels, ...b.labels]) };
}

const chosen = ({ train, test }, split) => (split === 'all' ? joined(train, test) : split === 'train' ? train : test);

const sum = (counts) => counts.reduce((total, count) => total + count, 0);

/** Accuracy of each class; null where it has no image. */
const classShares = (confusion) => confusion.map((row, label) => (sum(row) > 0 ? row[label] / sum(row) : null));

function confusions(confusion, classNames) {
  return confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted, count }) => label !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, mostConfused)
    .map(({ label, predicted, count }) => [
      classNames[label],
      'taken for',
      classNames[predicted],
      `${grouped(count)} times`,
    ]);
}

export function describeEvaluation({ confusion }, classNames) {
  const classes = classNames.map((name, label) => {
    const share = classShares(confusion)[label];
    return [name, grouped(sum(confusion[label])), share === null ? '' : percent(share)];
  });
  const wrong = confusions(confusion, classNames);
  return [
    table([['class', 'images', 'accuracy'], ...classes], [1, 2]),
    ...(wrong.length > 0 ? [`Most often wrong:\n${table(wrong, [3])}`] : []),
  ].join('\n\n');
}

export async function run({ values, positionals: [path], output }) {
  const names = requireData(values, 'what should the network be tested on?');
  return withEngine(values, async (engine) => {
    const { session } = await openModel(engine, path);
    requireReadable(session, path);
    const { classes, ...dataset } = await loadData(names, { engine, output, orientation: values.orientation });
    const split = values.split ?? 'test';
    const set = withLabelsOf(session, chosen(dataset, split), classes);
    session.setData('test', set);
    if (values.int8) session.setData('train', withLabelsOf(session, dataset.train, classes));
    const model = values.int8 ? await session.quantize() : session;
    const { loss, accuracy, confusion } = model.evaluate('test');
    const { classNames } = session;
    const precision = values.int8 ? 'int8' : 'float32';
    output.say(`\n${describeEvaluation({ confusion }, classNames)}`);
    output.tell(
      `\naccuracy ${percent(accuracy)} of ${grouped(set.labels.length)} images, loss ${loss.toFixed(4)}${values.int8 ? ', in 8-bit integers' : ''}`,
      { model: path, split, precision, images: set.labels.length, loss, accuracy, classNames, confusion },
    );
  });
}
