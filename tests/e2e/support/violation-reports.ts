// SPDX-License-Identifier: MIT
//
// Where browsers report what breaks the content security policy, in pages and in workers.

import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Report {
  'csp-report': Record<string, string | number>;
}

export class ViolationReports {
  /** One sentence each. */
  readonly found: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(204).end();
        if (chunks.length > 0) this.#add(JSON.parse(Buffer.concat(chunks).toString()) as Report);
      });
    });
  }

  static async open(): Promise<ViolationReports> {
    const reports = new ViolationReports();
    await new Promise<void>((resolve) => reports.#server.listen(0, '127.0.0.1', resolve));
    return reports;
  }

  #add({ 'csp-report': report }: Report): void {
    const where = `${report['source-file'] ?? report['document-uri'] ?? ''}:${report['line-number'] ?? ''}`;
    this.found.push(`${report['effective-directive']} does not allow ${report['blocked-uri']} (${where})`);
  }

  /** The directive that has the browser report here. */
  get directive(): string {
    return `report-uri http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
