// SPDX-License-Identifier: MIT
// Child processes: run one and collect its output, find a command on PATH, clean up when we are interrupted.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The full path of a command on PATH, or null. */
export function findCommand(name, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        continue;
      }
    }
  }
  return null;
}

/**
 * Runs a command and resolves with { code, signal, output, stdout, milliseconds }; it never rejects for an exit code.
 * Options: cwd, env, stdin ('inherit' for questions such as sudo's), echo (true: also print as it comes),
 * onLine(line) for each line of stdout or stderr, statusLine(line) for lines the child writes to descriptor 3,
 * timeoutSeconds (the child is killed, and the output says so).
 */
export function run(command, args = [], options = {}) {
  const { cwd, env, stdin = 'ignore', echo = false, onLine, statusLine, timeoutSeconds } = options;
  return new Promise((resolve) => {
    const start = performance.now();
    const stdio = [stdin, 'pipe', 'pipe', ...(statusLine ? ['pipe'] : [])];
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio });
    const chunks = [];
    const stdout = [];
    const timer =
      timeoutSeconds &&
      setTimeout(() => {
        chunks.push(Buffer.from(`\n[stopped: it ran longer than ${timeoutSeconds} s]\n`));
        child.kill('SIGKILL');
      }, timeoutSeconds * 1000);
    const listen = (stream, keep) => {
      const lines = onLine && lineSplitter(onLine);
      stream.on('data', (chunk) => {
        chunks.push(chunk);
        if (keep) stdout.push(chunk);
        if (echo) process.stdout.write(chunk);
        lines?.(chunk);
      });
    };
    listen(child.stdout, true);
    listen(child.stderr, false);
    if (statusLine) child.stdio[3].on('data', lineSplitter(statusLine));
    const finish = (code, signal) => {
      clearTimeout(timer);
      resolve({
        code,
        signal,
        output: Buffer.concat(chunks).toString(),
        stdout: Buffer.concat(stdout).toString(),
        milliseconds: performance.now() - start,
      });
    };
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${command}: ${error.message}\n`));
      finish(127, null);
    });
    child.on('close', finish);
  });
}

function lineSplitter(onLine) {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString()).split(/[\r\n]/);
    rest = lines.pop();
    for (const text of lines) if (text) onLine(text);
  };
}

/** The last `count` lines that say something, for error messages. */
export const lastLines = (text, count = 12) =>
  text
    .split('\n')
    .filter((l) => l.trim())
    .slice(-count);
