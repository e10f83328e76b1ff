// SPDX-License-Identifier: MIT
// WebKitGTK's own small browser, on a display of its own, by the five commands of WebDriver that its tests need: clients that are kept well
// know every browser, and bring more code than they spare here. https://www.w3.org/TR/webdriver2/
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findCommand } from '../../tools/support/processes.mjs';

const patience = 120_000;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** MiniBrowser comes with the library. */
function findMiniBrowser() {
  const [machine] = readdirSync('/usr/lib').filter((name) => /-linux-gnu$/.test(name));
  if (machine === undefined) return null;
  const libraries = join('/usr/lib', machine);
  const [folder] = readdirSync(libraries).filter((name) => /^webkit2gtk-4/.test(name));
  return folder === undefined ? null : join(libraries, folder, 'MiniBrowser');
}

/** Why there is no WebKit to test with; null where there is. */
export function whyNoWebKit() {
  const isThere = ['WebKitWebDriver', 'xvfb-run'].every((name) => findCommand(name)) && findMiniBrowser() !== null;
  return isThere ? null : 'On Debian: apt-get install webkit2gtk-driver xvfb xauth.';
}

/** A port that nobody listens on. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the answer is something; `what` is said where that takes too long. */
export async function until(what, ask) {
  const end = performance.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
    await pause(100);
  }
}

export class WebKit {
  #process;
  #url;
  #session;

  static async open() {
    const browser = new WebKit();
    const port = await freePort();
    browser.#url = `http://127.0.0.1:${port}`;
    browser.#process = spawn('xvfb-run', ['--auto-servernum', 'WebKitWebDriver', `--port=${port}`], {
      detached: true, // a process group of its own, which ends as a whole
      stdio: 'ignore',
      // as root there is no sandbox; threads need memory that is shared, which this build has but does not switch on
      env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', JSC_useSharedArrayBuffer: '1' },
    });
    try {
      await until('WebKitWebDriver listens', () => fetch(`${browser.#url}/status`).catch(() => null));
      const options = { binary: findMiniBrowser(), args: ['--automation'] };
      const { sessionId } = await browser.#ask('POST', '/session', {
        capabilities: { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } },
      });
      browser.#session = `/session/${sessionId}`;
    } catch (error) {
      browser.#end();
      throw error;
    }
    return browser;
  }

  async #ask(method, path, body) {
    const response = await fetch(this.#url + path, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.message ?? value.error}`);
    return value;
  }

  goTo(url) {
    return this.#ask('POST', `${this.#session}/url`, { url });
  }

  reload() {
    return this.#ask('POST', `${this.#session}/refresh`, {});
  }

  /** What a function returns in the page. */
  evaluate(program, ...args) {
    return this.#ask('POST', `${this.#session}/execute/sync`, { script: `return (${program})(...arguments)`, args });
  }

  async close() {
    await this.#ask('DELETE', this.#session).catch(() => undefined);
    this.#end();
  }

  #end() {
    process.kill(-this.#process.pid, 'SIGKILL');
  }
}
