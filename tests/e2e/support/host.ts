// SPDX-License-Identifier: MIT
//
// A host of the page that can be cut off, comes back at the same address, and gets new versions of the page, as hosts do: a new version's
// files have new names, and the old ones are gone.

import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeServiceWorker } from '../../../tools/build/service-worker.mjs';
import { pageHeaders } from '../../../tools/server/headers.mjs';
import { startServer } from '../../../tools/server/static-server.mjs';
import type { SentFile } from './sites';

const isText = (path: string): boolean => /\.(html|js|css)$/.test(path);

/** In the page's title; the built page has none. */
const versionMark = /( \(version \d+\))?<\/title>/;

export class Host {
  /** The files that it has sent so far. */
  readonly sent: SentFile[] = [];
  readonly folder: string;
  #server: Awaited<ReturnType<typeof startServer>> | null = null;
  #port = 0;

  private constructor(
    source: string,
    private readonly headers: Record<string, string>,
  ) {
    this.folder = mkdtempSync(join(tmpdir(), 'tinycnn-host-'));
    chmodSync(this.folder, 0o755); // nginx serves as another user where it is started by root
    cpSync(source, this.folder, { recursive: true });
    for (const path of this.#paths()) if (/\.(br|gz)$/.test(path) && !path.startsWith('data/')) rmSync(this.at(path));
  }

  /** Serves a copy of a site's folder, by default with the page's headers. */
  static async open(source: string, headers: Record<string, string> = pageHeaders()): Promise<Host> {
    const host = new Host(source, headers);
    await writeServiceWorker(host.folder);
    await host.start();
    return host;
  }

  get sendsHeaders(): boolean {
    return Object.keys(this.headers).length > 0;
  }

  get url(): string {
    return `http://localhost:${this.#port}/`;
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  /** The path of the one asset whose name begins so. */
  asset(name: string): string {
    const [found, ...others] = readdirSync(this.at('assets')).filter(
      (file) => file.startsWith(`${name}-`) && file.endsWith('.js'),
    );
    if (found === undefined || others.length > 0)
      throw new Error(`${name}: found ${String(found)} ${others.join(' ')}`);
    return `assets/${found}`;
  }

  async start(): Promise<void> {
    const { folder, headers } = this;
    const onSent = (file: SentFile): void => void this.sent.push(file);
    this.#server = await startServer({ folder, port: this.#port, headers, onSent });
    this.#port = this.#server.port;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }

  /** Puts another version in the place of the present one: all names with a hash change, in the files too. */
  async release(version: number): Promise<void> {
    const renamed = new Map<string, string>();
    const mark = `v${version}`; // no hash ends so: its digits are hexadecimal
    for (const path of this.#paths()) {
      const hash = /-([\w-]{8})\.\w+$/.exec(path)?.[1];
      if (path.startsWith('assets/') && hash !== undefined) renamed.set(hash, hash.slice(0, 6) + mark);
    }
    const engine = readdirSync(this.folder).find((name) => name.startsWith('engine-'))!;
    renamed.set(engine, engine.slice(0, -2) + mark);
    const inNewNames = (text: string): string =>
      [...renamed].reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
    for (const path of this.#paths()) {
      if (path.startsWith('data/')) continue;
      if (isText(path) && !path.startsWith('service-worker')) {
        const text = inNewNames(readFileSync(this.at(path), 'utf8'));
        writeFileSync(this.at(path), text.replace(versionMark, ` (version ${version})</title>`));
      }
      if (!path.startsWith('engine-') && inNewNames(path) !== path)
        renameSync(this.at(path), this.at(inNewNames(path)));
    }
    renameSync(this.at(engine), this.at(renamed.get(engine)!));
    await writeServiceWorker(this.folder);
  }

  /** Switches the service worker off, as docs/hosting.md says. */
  switchOff(): void {
    copyFileSync(this.at('service-worker-off.js'), this.at('service-worker.js'));
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #paths(): string[] {
    return (readdirSync(this.folder, { recursive: true }) as string[]).filter((path) =>
      statSync(this.at(path)).isFile(),
    );
  }
}
