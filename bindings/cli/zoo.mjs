// SPDX-License-Identifier: MIT
// tinycnn zoo: the networks that have a name.
import { requireKnown } from './arguments.mjs';
import { withEngine } from './models.mjs';
import { grouped, table } from './terminal.mjs';

function list(zoo, output) {
  const rows = zoo.map(({ id, title, parameters, macs, bestRecipe, published }) => {
    output.emit({ id, title, parameters, macs, epochs: bestRecipe.epochs, published });
    return [id, grouped(parameters), grouped(macs), String(bestRecipe.epochs), title];
  });
  output.say(table([['name', 'parameters', 'multiply-adds', 'epochs', ''], ...rows], [1, 2, 3]));
}

function show(engine, entry, output) {
  output.emit(entry);
  const { layers } = engine.describe(entry.spec);
  const rows = layers.map(({ name, type, shape, parameters, macs }) => [
    ...[name, type, shape.join('x'), grouped(parameters), grouped(macs)],
  ]);
  output.say(`${entry.id}: ${entry.title}\n${entry.source}\npublished accuracy: ${entry.published}\n`);
  output.say(table([['layer', 'type', 'output', 'parameters', 'multiply-adds'], ...rows], [3, 4]));
  for (const [what, { title, epochs, batchSize }] of Object.entries({
    best: entry.bestRecipe,
    published: entry.recipe,
  })) {
    output.say(`\n--recipe ${what}: ${title}; ${epochs} epochs in mini-batches of ${batchSize}`);
  }
}

export async function run({ positionals: [name], output }) {
  return withEngine({}, async (engine) => {
    const { zoo } = engine;
    if (name === undefined) return list(zoo, output);
    requireKnown(
      'network',
      name,
      zoo.map(({ id }) => id),
      ['tinycnn zoo lists them.'],
    );
    return show(
      engine,
      zoo.find(({ id }) => id === name),
      output,
    );
  });
}
