// SPDX-License-Identifier: MIT
// tinycnn prune: zeros among the weights, or fewer channels.
import { loadData } from './data.mjs';
import { requireWritable, writeWhole } from './files.mjs';
import { openModel, recipeOfSession, requireReadable, withEngine, withLabelsOf } from './models.mjs';
import { grouped, percent, table } from './terminal.mjs';

const defaultSparsity = 0.5;

/** The smaller network of channels that stay, with the recipe of the one that it comes from. */
async function withoutChannels(engine, session, sparsity) {
  const { spec, parameters, report } = await session.prune({ type: 'channels', sparsity });
  const recipe = await recipeOfSession(session);
  return { pruned: engine.createSession({ ...recipe, model: spec, parameters }), report };
}

async function withZeros(session, sparsity) {
  return { pruned: session, report: await session.prune({ type: 'unstructured', sparsity }) };
}

function describeLayers({ layers }) {
  const rows = layers.map(({ name, parametersBefore, parameters, zeros, macsBefore, macs }) => [
    ...[name, grouped(parametersBefore), grouped(parameters - zeros), grouped(macsBefore), grouped(macs)],
  ]);
  return table([['layer', 'parameters', 'left', 'multiply-adds', 'left'], ...rows], [1, 2, 3, 4]);
}

export async function run({ values, positionals: [path], output }) {
  const out = values.out ?? 'pruned.tinycnn';
  const sparsity = values.sparsity ?? defaultSparsity;
  requireWritable(out, values);
  return withEngine(values, async (engine) => {
    const { session } = await openModel(engine, path);
    let test = null;
    if (values.data) {
      requireReadable(session, path);
      const dataset = await loadData(values.data, { engine, output, orientation: values.orientation });
      test = withLabelsOf(session, dataset.test, dataset.classes);
    }
    const accuracyOf = (of) => {
      if (test === null) return null;
      of.setData('test', test);
      return of.evaluate('test').accuracy;
    };
    const before = accuracyOf(session);
    const { pruned, report } =
      values.type === 'channels'
        ? await withoutChannels(engine, session, sparsity)
        : await withZeros(session, sparsity);
    const after = accuracyOf(pruned);
    writeWhole(out, pruned.save());
    output.say(`\n${describeLayers(report)}\n`);
    if (test) output.say(`accuracy ${percent(before)} before, ${percent(after)} now; training on wins most of it back`);
    const what = values.type === 'channels' ? 'multiply-adds' : 'weights';
    output.tell(`${percent(report.sparsity, 1)} of the ${what} gone, saved as ${out}`, {
      ...{ model: path, file: out, type: values.type ?? 'unstructured', before, after, ...report },
    });
  });
}
