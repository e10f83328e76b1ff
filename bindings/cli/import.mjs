// SPDX-License-Identifier: MIT
// tinycnn import: a network of another program as a file for the other verbs.
import { basename, extname } from 'node:path';
import { requireWritable, writeWhole } from './files.mjs';
import { openModel, readSpec, weightsOf, withEngine } from './models.mjs';
import { grouped } from './terminal.mjs';

export async function run({ values, positionals: [path], output }) {
  const out = values.out ?? `${basename(path, extname(path))}.tinycnn`;
  requireWritable(out, values);
  return withEngine({}, async (engine) => {
    const spec = values.spec === undefined ? undefined : readSpec(engine, values.spec);
    const { session, imported } = await openModel(engine, path, { spec, input: values.input });
    writeWhole(out, session.save());
    const { parameters } = session.summary;
    const { format, notes } = imported ?? { format: 'checkpoint', notes: [] };
    for (const note of notes) output.say(`  ${note}`);
    output.tell(
      `${out}: ${session.spec.name}, ${grouped(parameters)} parameters, ${session.classNames.length} classes, from ${format}`,
      { file: out, format, parameters, classNames: session.classNames, notes, weights: weightsOf(session) },
    );
  });
}
