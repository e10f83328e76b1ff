// SPDX-License-Identifier: MIT
// What the command prints: results on stdout, as text or as JSON with a line for each object; progress on stderr, as a bar that rewrites its
// own line on a terminal, elsewhere as a plain line now and then.

const barWidth = 24;
const plainEveryMilliseconds = 10_000;
const redrawMilliseconds = 60;

export const percent = (share, digits = 2) => `${(100 * share).toFixed(digits)} %`;
export const grouped = (count) => Math.round(count).toLocaleString('en-US');

export function duration(seconds) {
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export const bytesText = (bytes) => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`);

/** Rows of texts in columns of one width; numbers are right-aligned where `right` says so. */
export function table(rows, right = []) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text, column) => (right.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

export class Output {
  #shown = '';
  #lastAt = -Infinity;
  #lastPlain = '';

  /** @param {{ json?: boolean, out?: NodeJS.WriteStream, progress?: NodeJS.WriteStream }} [options] */
  constructor({ json = false, out = process.stdout, progress = process.stderr } = {}) {
    this.json = json;
    this.out = out;
    this.stream = progress;
    this.draws = Boolean(progress.isTTY) && process.env.TERM !== 'dumb';
  }

  /** A line for people; nothing with --json. */
  say(text = '') {
    if (this.json) return;
    this.clear();
    this.out.write(`${text}\n`);
  }

  /** A line of JSON; nothing without --json. */
  emit(object) {
    if (!this.json) return;
    this.clear();
    this.out.write(`${JSON.stringify(object)}\n`);
  }

  /** The same thing for people or for programs. */
  tell(text, object) {
    this.say(text);
    this.emit(object);
  }

  /** `share`: 0..1 of the work that `what` names. */
  progress(what, share, details = '') {
    const now = performance.now();
    if (this.draws) {
      if (now - this.#lastAt < redrawMilliseconds) return;
      const filled = Math.round(barWidth * Math.min(1, Math.max(0, share)));
      const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
      const text = `${what}  ${bar}  ${percent(share, 0).padStart(5)}  ${details}`;
      this.#shown = text.slice(0, Math.max(40, (this.stream.columns ?? 80) - 1)).trimEnd();
      this.stream.write(`\r\x1b[2K${this.#shown}`);
      this.#lastAt = now;
      return;
    }
    if (this.#lastAt === -Infinity) this.#lastAt = now;
    const text = `${what}  ${percent(share, 0)}  ${details}`.trimEnd();
    if (this.json || now - this.#lastAt < plainEveryMilliseconds || text === this.#lastPlain) return;
    this.#lastAt = now;
    this.#lastPlain = text;
    this.stream.write(`${text}\n`);
  }

  /** Takes the bar away. */
  clear() {
    if (this.#shown === '') return;
    this.stream.write('\r\x1b[2K');
    this.#shown = '';
  }
}
