// SPDX-License-Identifier: MIT
// A Chromium of our own, whose profile outlives it, and whose processes can be killed as a power cut would.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const args = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--remote-debugging-port=0'],
];
const patience = 30_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(what, isSo) {
  const end = performance.now() + patience;
  for (;;) {
    const value = await isSo();
    if (value) return value;
    if (performance.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
    await pause(20);
  }
}

export class KillableBrowser {
  #folder = mkdtempSync(join(tmpdir(), 'tinycnn-kill-'));
  #process = null;
  #connection = null;

  /** The port is written into the profile once the browser listens. */
  get #portFile() {
    return join(this.#folder, 'DevToolsActivePort');
  }

  async start() {
    rmSync(this.#portFile, { force: true });
    const program = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell';
    this.#process = spawn(program, [...args, `--user-data-dir=${this.#folder}`, 'about:blank'], {
      detached: true, // a process group of its own, which is killed as a whole
      stdio: 'ignore',
    });
    const port = await until('the browser listens', () => {
      const text = existsSync(this.#portFile) ? readFileSync(this.#portFile, 'utf8') : '';
      return /^\d+\n/.test(text) ? Number.parseInt(text, 10) : null;
    });
    this.#connection = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  }

  /** The tabs live in the profile. */
  get context() {
    return this.#connection.contexts()[0];
  }

  get isRunning() {
    return this.#process !== null;
  }

  /** All of its processes at once, without a word. */
  async kill() {
    if (this.#process === null) return;
    const { pid } = this.#process;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      process.kill(-pid, 'SIGKILL');
      await ended;
    }
    this.#process = null;
    await this.#connection?.close().catch(() => undefined);
    this.#connection = null;
  }

  async close() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
