// SPDX-License-Identifier: MIT
// Runs one test program and counts its cases from what the runner itself says: doctest's summary, node:test's events, Playwright's
// JSON. A result is { passed, failed, skipped: [{ name, reason }], output }. A program that crashes, says nothing or executes no
// test has failed, whatever its exit code.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeTool } from '../build/stages.mjs';
import { inRoot } from '../support/paths.mjs';
import { run } from '../support/processes.mjs';

/** A result that counts as one failure: for what could not be run or counted. */
export const failedResult = (output) => ({ passed: 0, failed: 1, skipped: [], output });

/** Turns raw counts into a result: an unhappy exit without a failed test, or no test at all, is a failure. */
export function settle({ passed, failed, skipped }, { code, signal, output }) {
  let text = output;
  let failures = failed;
  if (failures === 0 && code !== 0) {
    failures = 1;
    text += `\n[it ended with ${signal ? `signal ${signal}` : `exit code ${code}`} though no test had failed]\n`;
  } else if (passed + failed + skipped.length === 0) {
    failures = 1;
    text += '\n[it executed no test]\n';
  }
  return { passed, failed: failures, skipped, output: text };
}

/** Counts from doctest's closing summary; null if it never came. */
export function parseDoctest(output) {
  const match = /test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed\s*\|\s*(\d+) skipped/.exec(output);
  return match && { passed: Number(match[2]), failed: Number(match[3]), skipped: [] };
}

/** Options shared by all: env, timeoutSeconds, onProgress(text). */
export async function runDoctest(program, { env, timeoutSeconds }) {
  if (!existsSync(program)) return failedResult(`${relative(inRoot(), program)} does not exist: was it built?\n`);
  const [command, args] = program.endsWith('.js') ? [process.execPath, [program]] : [program, []];
  const result = await run(command, [...args, '--no-colors=true'], { cwd: inRoot(), env, timeoutSeconds });
  const counts = parseDoctest(result.output);
  if (!counts) {
    return failedResult(
      `${result.output}\n[no summary: it crashed with ${result.signal ?? `exit code ${result.code}`}]\n`,
    );
  }
  return settle(counts, result);
}

/** Counts from the events that node-test-reporter.mjs wrote, one JSON object a line. */
export function parseNodeTestEvents(text) {
  const counts = { passed: 0, failed: 0, skipped: [] };
  for (const line of text.split('\n').filter(Boolean)) {
    const event = JSON.parse(line);
    if (event.skip) counts.skipped.push({ name: event.name, reason: event.reason });
    else counts[event.ok ? 'passed' : 'failed']++;
  }
  return counts;
}

/**
 * Each file runs as a program of its own, one after another: under `node --test`, what a test prints shares a pipe with the runner's
 * own messages and can break them.
 */
export async function runNodeTests(name, files, { env, timeoutSeconds, onProgress = () => {} }) {
  const total = { passed: 0, failed: 0, skipped: [], output: '' };
  if (files.length === 0) return failedResult('[there is no test file]\n');
  const onLine = counter(/^\s*[✔✖﹣]/, onProgress);
  for (const file of files) {
    const result = await runNodeTestFile(name, file, { env, timeoutSeconds, onLine });
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped.push(...result.skipped);
    if (result.failed > 0) total.output += result.output;
  }
  return total;
}

/** What the page's own code leaves open, such as message channels, would keep Node alive. */
const typescriptArguments = (file) =>
  file.endsWith('.ts')
    ? [
        '--enable-source-maps',
        '--test-force-exit',
        `--import=${pathToFileURL(inRoot('tests', 'support', 'typescript.mjs'))}`,
      ]
    : [];

async function runNodeTestFile(name, file, options) {
  const events = resultFile(`${name}-${basename(file)}.ndjson`);
  const args = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${inRoot('tools', 'test', 'node-test-reporter.mjs')}`, '--test-reporter-destination=stderr'],
  ];
  const result = await run(process.execPath, [...args, ...typescriptArguments(file), file], {
    cwd: inRoot(),
    ...options,
    env: { ...options.env, TEST_EVENTS_FILE: events },
  });
  const counts = parseNodeTestEvents(existsSync(events) ? readFileSync(events, 'utf8') : '');
  return settle(counts, { ...result, output: `${relative(inRoot(), file)}\n${result.output}` });
}

/** Counts from Playwright's JSON report; a test that passed only when tried again has failed. */
export function parsePlaywright(report) {
  const counts = { passed: 0, failed: report.errors?.length ?? 0, skipped: [] };
  const visit = (suite, path) => {
    for (const inner of suite.suites ?? []) visit(inner, [...path, inner.title]);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'skipped') {
          const reason = test.annotations?.find((a) => a.type === 'skip' || a.type === 'fixme')?.description;
          counts.skipped.push({ name: [...path, spec.title].join(' › '), reason: reason ?? 'no reason given' });
        } else counts[test.status === 'expected' ? 'passed' : 'failed']++;
      }
    }
  };
  for (const suite of report.suites ?? []) visit(suite, [suite.title]);
  return counts;
}

/** One project of the browser tests. */
export async function runPlaywright(project, { env, timeoutSeconds, onProgress = () => {} }) {
  const file = resultFile(`playwright-${project}.json`);
  const args = [
    nodeTool('@playwright/test', 'playwright'),
    'test',
    '--config=tests/e2e/playwright.config.ts',
    `--project=${project}`,
    '--reporter=list,json',
  ];
  const result = await run(process.execPath, args, {
    cwd: inRoot(),
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file, PLAYWRIGHT_JSON_OUTPUT_FILE: file, CI: '1', NO_COLOR: '1' },
    timeoutSeconds,
    onLine: counter(/^\s*(✓|✘|-|ok|x)\s+\d+ /, onProgress),
  });
  if (!existsSync(file)) return failedResult(`${result.output}\n[Playwright reported nothing]\n`);
  return settle(parsePlaywright(JSON.parse(readFileSync(file, 'utf8'))), result);
}

function resultFile(name) {
  mkdirSync(inRoot('build', 'results'), { recursive: true });
  const path = inRoot('build', 'results', name);
  rmSync(path, { force: true });
  return path;
}

function counter(pattern, onProgress) {
  let count = 0;
  return (text) => {
    if (pattern.test(text)) onProgress(`${++count} done`);
  };
}
