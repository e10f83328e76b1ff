// SPDX-License-Identifier: MIT
//
// The page as nginx and Caddy serve it with the project's configurations: isolated, with threads, without breaking its policy in any part
// of it, and without a network afterwards.

import { findCaddy, findNginx, howToGetWebServers } from '../../tools/setup/runtimes.mjs';
import { startCaddy, startNginx } from '../support/web-servers.mjs';
import { drawings } from './support/page';
import { Host } from './support/host';
import { expect, test, whenKept } from './support/service-worker';
import { ViolationReports } from './support/violation-reports';

// every part of the page, and a second visit
const servers = [
  { name: 'nginx', start: startNginx, isThere: findNginx() !== null },
  { name: 'Caddy', start: startCaddy, isThere: findCaddy() !== null },
];

for (const { name, start, isThere } of servers) {
  test(`served by ${name} the page is isolated, trains with threads, keeps to its policy, and works without a network`, async ({
    app,
    page,
    context,
    sites,
  }) => {
    test.skip(!isThere, howToGetWebServers);
    const files = await Host.open(sites.threadedFolder);
    await files.stop();
    const reports = await ViolationReports.open();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (/header|policy/i.test(message.text())) complaints.push(message.text());
    });
    const server = await start(files.folder, { "form-action 'none'": `form-action 'none'; ${reports.directive}` });
    try {
      const response = await page.goto(server.url);
      expect(response!.status()).toBe(200);
      await app.ready();
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      await expect(page.getByText('2 threads')).toBeVisible();
      await app.trainEpochs(1);
      for (const tab of ['Curves', 'Mistakes', 'Inside the network', 'Data', 'Your digits']) {
        await app.openTab(tab);
        await expect(page.getByRole('tabpanel').getByText('Loading …')).toHaveCount(0);
      }
      await app.openSettings();
      await expect(page.getByLabel('Batch size', { exact: true })).toBeVisible();
      await app.draw(drawings[7]!);
      await expect(app.prediction).toHaveText(/^\d$/);
      await page.getByTestId('model-picker').selectOption('bn-gap-12k');
      await app.waitForFigure('step', (step) => step === 0);
      await app.stepOnce();
      await whenKept(page);
      await server.close();
      await context.setOffline(true);
      await page.reload();
      await app.ready();
      await app.stepOnce();
      expect([...reports.found, ...complaints]).toEqual([]);
    } finally {
      await server.close();
      reports.close();
      await files.close();
    }
  });
}
