// SPDX-License-Identifier: MIT
// What a person reads while the tools work: one aligned line per step, with progress and time.
// On a terminal a running step rewrites its own line; elsewhere it prints a line each time it has gone on for a while, so that
// logs stay short.

const nameWidth = 18;
const logEveryMilliseconds = 10000;
const interactive = Boolean(process.stdout.isTTY) && !process.env.CI;

/** A failure that the person at the keyboard can do something about; `advice` says what. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {string | string[]} [advice]
   */
  constructor(message, advice = []) {
    super(message);
    this.name = 'SetupError';
    this.advice = [advice].flat();
  }
}

export const formatBytes = (bytes) => {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(bytes >= 1e8 ? 0 : 1)} MB`;
  if (bytes >= 1e3) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${bytes} bytes`;
};

export const formatSeconds = (milliseconds) => {
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
};

const line = (mark, name, text) => `  ${mark} ${name.padEnd(nameWidth)} ${text}`;

export function heading(text) {
  console.log(`\n${text}`);
}

export function note(name, text) {
  console.log(line('·', name, text));
}

export function success(name, text) {
  console.log(line('✓', name, text));
}

export function failure(name, text) {
  console.log(line('✗', name, text));
}

/** The running steps with what each said last; on a terminal they share the last line. */
const running = new Map();

function redraw() {
  const texts = [...running].map(([{ name }, message]) =>
    running.size === 1 ? line('…', name, message) : `${name} ${message}`,
  );
  process.stdout.write(`\r\x1b[2K${fitted(running.size > 1 ? `  … ${texts.join(' · ')}` : (texts[0] ?? ''))}`);
}

/**
 * Starts a step; several may run side by side. `progress(text, fraction)` and `say(text)` tell how far it is; `done(text)` or `failed(text)` ends it,
 * with its time.
 */
export function step(name, text) {
  const start = performance.now();
  let shown = start;
  let ended = false;
  const key = { name };
  const print = (message) => {
    running.set(key, message);
    if (interactive) redraw();
    else console.log(line('…', name, message));
  };
  const say = (message) => {
    const now = performance.now();
    if (ended || (!interactive && now - shown < logEveryMilliseconds)) return;
    shown = now;
    print(message);
  };
  const end = (mark, message) => {
    if (ended) return;
    ended = true;
    running.delete(key);
    if (interactive) process.stdout.write('\r\x1b[2K');
    console.log(line(mark, name, `${message}  (${formatSeconds(performance.now() - start)})`));
    if (interactive && running.size > 0) redraw();
  };
  if (text) print(text);
  return {
    say,
    progress: (message, fraction) => say(`${message}  ${String(percent(fraction)).padStart(3)} %`),
    done: (message = 'done') => end('✓', message),
    failed: (message = 'failed') => end('✗', message),
  };
}

const percent = (fraction) => Math.floor(Math.min(1, Math.max(0, fraction)) * 100);
const fitted = (text) => text.slice(0, Math.max(40, (process.stdout.columns ?? 100) - 1));

/** Runs a tool's main function; what a person can act on is printed plainly, everything else with its stack. */
export async function runMain(main) {
  try {
    const code = await main();
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    if (error instanceof SetupError) {
      console.error(`\n  ${error.message}`);
      for (const advice of error.advice) console.error(`    ${advice}`);
      console.error('');
    } else {
      console.error(error);
    }
    process.exitCode = 1;
  }
}
