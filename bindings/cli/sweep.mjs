// SPDX-License-Identifier: MIT
// tinycnn sweep: searches over settings or networks. Every result is a line of the file of --out at once, so that a sweep can be stopped and
// gone on with.
import { appendFileSync, existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dataOf, headerLine, heatMapOf, presets, readResults, resultLine, SweepProgress } from 'tinycnn/sweep';
import { suggestion } from '../src/suggestion.js';
import { loadData } from './data.mjs';
import { exitCodes, Failure, UsageError } from './errors.mjs';
import { readBytes, readJson, requireWritable, writeWhole } from './files.mjs';
import { heatMapSvg } from './heat-map.mjs';
import { requireData, withEngine } from './models.mjs';
import { runJobs } from './sweep-engines.mjs';
import { duration, percent, table } from './terminal.mjs';

const defaultTop = 10;

function readSweep(name) {
  const preset = presets.find((each) => each.name === name);
  if (preset || existsSync(name)) return preset ?? readJson(name);
  const names = presets.map((each) => each.name);
  throw new UsageError(`'${name}' is neither a file nor a preset${suggestion(name, names)}`, [
    `Presets: ${names.join(', ')}.`,
  ]);
}

function readShard(text) {
  if (text === undefined) return undefined;
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (index === undefined) throw new UsageError(`--shard: expected two integers such as 3/10, got '${text}'`);
  return { index: Number(index), of: Number(of) };
}

/** What a file of results holds goes into `progress`, but for what another shard is to do. */
function takeUp(progress, file) {
  const known = new Set(progress.trials.map(({ id }) => id));
  const text = new TextDecoder().decode(readBytes(file));
  try {
    for (const result of readResults(progress.sweep, text)) if (known.has(result.id)) progress.add(result);
  } catch (error) {
    throw new Failure(`${file}: ${error.message}`, ['Its results are of another sweep, or it is damaged.']);
  }
}

/** The file of results as it stands: without a line that was cut off, and with what was merged. */
function writeResults(progress, out) {
  if (!existsSync(out)) requireWritable(out);
  writeWhole(out, headerLine(progress.sweep) + progress.results.map(resultLine).join(''));
}

const shown = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** The best results so far, as a table. */
function ranking({ ranking: best, sweep }, top) {
  const paths = Object.keys(sweep.vary);
  const rows = best
    .slice(0, top)
    .map((result, i) => [
      ...[String(i + 1), percent(result.accuracy), ...paths.map((path) => shown(result.values[path]))],
      ...[duration(result.seconds), result.weights],
    ]);
  return table([['', 'accuracy', ...paths.map((path) => path.split('.').at(-1)), 'time', 'weights'], ...rows], [0, 1]);
}

/** A signal that Ctrl+C or SIGTERM aborts. */
function untilStopped() {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stop.abort(name));
  return stop.signal;
}

/** How far it is: the work that is done and under way, the time that is left, and the best so far. */
function reporter(progress, output) {
  const begun = performance.now();
  const before = progress.work.done;
  return (fractions = []) => {
    const { done, all } = progress.work;
    const perJob = all / progress.trials.length / progress.rungs.length;
    const now = Math.min(all, done + fractions.reduce((sum, each) => sum + each, 0) * perJob);
    const left = now > before ? ((performance.now() - begun) / 1000) * ((all - now) / (now - before)) : null;
    const [best] = progress.ranking;
    const parts = [
      ...(left === null ? [] : [`${duration(left)} left`]),
      ...(best ? [`best ${percent(best.accuracy)}`] : []),
    ];
    output.progress(`${progress.trials.length} networks`, now / all, parts.join(', '));
  };
}

async function train(progress, { values, output, out, signal }) {
  const names = requireData(values, 'what should the networks learn from?');
  const data = await withEngine({ threads: 1 }, async (engine) => {
    const { train, test } = await loadData(names, { engine, output, orientation: values.orientation });
    return dataOf(progress.sweep, train, test);
  });
  const onProgress = reporter(progress, output);
  await runJobs(progress, data, {
    engines: Math.min(values.engines ?? availableParallelism(), progress.trials.length),
    program: new URL('./sweep-worker.js', import.meta.url),
    signal,
    onProgress,
    onResult(result) {
      appendFileSync(out, resultLine(result));
      output.emit({ event: 'result', ...result });
      onProgress();
    },
  });
  output.clear();
}

export async function run({ values, positionals: [name], output }) {
  const shard = readShard(values.shard);
  const progress = new SweepProgress(readSweep(name), shard);
  const part = shard === undefined ? '' : `-${shard.index}-of-${shard.of}`;
  const out = values.out ?? `${progress.sweep.name.replace(/[^\w-]+/g, '-')}${part}.jsonl`;
  for (const file of [...(existsSync(out) ? [out] : []), ...(values.merge ?? [])]) takeUp(progress, file);
  output.say(
    `${progress.sweep.name}: ${progress.trials.length} networks, ${progress.results.length} results in ${out}`,
  );
  const signal = untilStopped();
  if (!values['dry-run'] || values.merge) writeResults(progress, out);
  if (!values['dry-run'] && !progress.isDone) await train(progress, { values, output, out, signal });
  const { isDone, ranking: best, sweep } = progress;
  if (best.length > 0) output.say(`\n${ranking(progress, values.top ?? defaultTop)}`);
  const heatMap = heatMapOf(sweep, best);
  if (values['heat-map'] && heatMap) writeWhole(values['heat-map'], heatMapSvg(heatMap, sweep));
  output.emit({
    event: isDone ? 'done' : 'stopped',
    file: out,
    results: progress.results.length,
    best: best[0] ?? null,
  });
  if (isDone || values['dry-run']) return exitCodes.ok;
  output.say(`\nStopped; the same command goes on. ${progress.results.length} results are in ${out}.`);
  return signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
}
