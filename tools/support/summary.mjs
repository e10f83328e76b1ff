// SPDX-License-Identifier: MIT
// The README's few figures, taken from the tables that commands wrote into docs/, so that the two cannot disagree.

/** The rows of the first Markdown table in `text` that has all of `columns`, as objects. Throws if there is none. */
export function readTable(text, columns) {
  const blocks = text.split(/\n(?!\|)/).map((block) => block.split('\n').filter((line) => line.startsWith('|')));
  for (const [head, , ...lines] of blocks.filter((block) => block.length > 2)) {
    const cellsOf = (line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
    const names = cellsOf(head);
    if (!columns.every((column) => names.includes(column))) continue;
    return lines.map((line) => Object.fromEntries(cellsOf(line).map((cell, i) => [names[i], cell])));
  }
  throw new Error(`expected a table with the columns ${columns.join(', ')}`);
}

function findRow(rows, wanted) {
  const row = rows.find((candidate) => Object.entries(wanted).every(([column, cell]) => candidate[column] === cell));
  if (!row) throw new Error(`expected a row with ${JSON.stringify(wanted)}`);
  return row;
}

/** '42,319 (40,984 – 42,762)' -> '42,319': the median without its range. */
const median = (cell) => cell.replace(/ \(.*\)$/, '');

function speedRows(peers) {
  const rows = readTable(peers, ['model', 'batch', 'peer', 'images a second', 'advantage']);
  const ofPeer = (peer) => findRow(rows, { model: 'tinycnn', batch: '16', peer });
  const times = (peer) => median(ofPeer(peer).advantage).replace(' x', ' times');
  return [
    [
      'Training TinyCNN in Chromium, one thread, batch 16',
      `${median(ofPeer('TinyCNN, Chromium')['images a second'])} images/s: ${times('PyTorch, its best')} PyTorch at its best, ` +
        `${times('jax-js, wasm')} jax-js, ${times('TensorFlow.js, cpu')} TensorFlow.js (cpu), one thread each`,
    ],
  ];
}

function timeRows(timeTo) {
  return readTable(timeTo, ['model', 'test accuracy', 'seconds', 'reached by']).map((row) => [
    `From an open page to ${row['test accuracy']} of MNIST’s test images`,
    `${median(row.seconds)} s (${row.model}, two threads, ${row['reached by']})`,
  ]);
}

function accuracyRows(reproduce, penDigits) {
  const tinycnn = findRow(readTable(reproduce, ['model', 'our recipe reaches']), { model: 'tinycnn' });
  const [pens] = readTable(penDigits, ['trained on', 'pen digits classified correctly']);
  return [
    ['MNIST test accuracy of TinyCNN, 18,982 parameters', tinycnn['our recipe reaches']],
    ['Pen digits by people it has never seen, classified correctly', pens['pen digits classified correctly']],
  ];
}

/** Rows of the README's summary. `sections`: the texts that commands wrote, by name. */
export function summarize(sections) {
  const rows = [
    ...speedRows(sections.peers),
    ...timeRows(sections['time-to']),
    ...accuracyRows(sections.reproduce, sections['pen-digits']),
  ];
  return rows.map(([what, measured]) => ({ what, measured }));
}
