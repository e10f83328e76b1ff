// SPDX-License-Identifier: MIT
//
// On a slow machine the worker answers late: what the visitor has done meanwhile holds. The tests hold the worker's answers back.

import { holdBack } from './support/hold-back';
import { drawings } from './support/page';
import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';

interface Held {
  hold: () => void;
  /** The kinds of the messages that are held back; of answers the kind "reply". */
  kinds: () => string[];
  release: () => void;
}

declare global {
  interface Window {
    answers: Held;
  }
}

/** Has the page's worker, from the next load on, answer when it is told to. That it lives is heard all the time. */
async function holdAnswers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let isHeld = false;
    const waiting: (() => void)[] = [];
    const kinds: string[] = [];
    const pings = new Set<number>();
    const { value: post } = Object.getOwnPropertyDescriptor(Worker.prototype, 'postMessage') as {
      value: (message: unknown, ...rest: unknown[]) => void;
    };
    Worker.prototype.postMessage = function (this: Worker, message: { id: number; type?: string }, ...rest: unknown[]) {
      if (message.type === 'ping') pings.add(message.id);
      post.call(this, message, ...rest);
    };
    const original = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage')!;
    Object.defineProperty(Worker.prototype, 'onmessage', {
      ...original,
      set(this: Worker, listener: ((event: MessageEvent) => void) | null) {
        const deliver = (event: MessageEvent<{ kind: string; id: number; type?: string }>): void => {
          const { kind, id, type } = event.data;
          if (!isHeld || (kind === 'reply' && pings.has(id))) {
            listener?.(event);
            return;
          }
          kinds.push(type ?? kind);
          waiting.push(() => listener?.(event));
        };
        original.set!.call(this, listener === null ? null : deliver);
      },
    });
    window.answers = {
      hold: () => (isHeld = true),
      kinds: () => kinds,
      release: () => {
        isHeld = false;
        for (const each of waiting.splice(0)) each();
      },
    };
  });
}

const hold = (page: Page): Promise<void> =>
  page.evaluate(() => {
    window.answers.hold();
  });

const release = (page: Page): Promise<void> =>
  page.evaluate(() => {
    window.answers.release();
  });

test.beforeEach(({ page }) => holdAnswers(page));

test('a test digit that comes late does not take the place of what was drawn meanwhile', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await expect(app.prediction).toHaveText(/^\d$/);
  await hold(page);
  await app.button('Test digit').click();
  await app.draw(drawings[1]!);
  await release(page);
  await app.whenRead();
  await expect(page.locator('.prepared p')).not.toContainText('Test digit');
  await app.button('Undo').click(); // there is something to undo
  await expect(app.button('Redo')).toBeEnabled();
});

test('a test digit that comes late does not fill a pad that was cleared meanwhile', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await expect(app.prediction).toHaveText(/^\d$/);
  await hold(page);
  await app.button('Test digit').click();
  await app.button('Clear').click();
  await release(page);
  await app.stepOnce(); // which is answered after it
  await expect(page.getByTestId('verdict')).toHaveText('No input yet');
});

test('what is asked for behind two choices is done to the run of the second', async ({ app, page, sites }) => {
  const releaseEngine = await holdBack(page, /\.deferred\.wasm$/);
  const asked = page.waitForRequest(/\.deferred\.wasm$/);
  await app.open(`${sites.withData}#stop=epoch-1000`);
  await hold(page);
  await app.button('New seed').click();
  await page.getByTestId('model-picker').selectOption('bn-gap-12k');
  await app.button('Train').click();
  await release(page);
  await asked;
  releaseEngine();
  await expect(page.getByTestId('activation-bn1')).toBeVisible();
  await app.waitForSteps(5);
  await app.button('Pause').click();
});

test('a cell of the confusion matrix that is chosen while a test comes in opens its images', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#stop=epoch-1000`);
  await app.lookAtMistakes();
  await app.button('Train').click();
  await app.waitForFigure('test-accuracy', (accuracy) => accuracy > 50);
  const cell = page
    .getByRole('grid', { name: /^Confusion matrix/ })
    .getByRole('button', { name: /^3 classified correctly: [1-9]/ });
  await expect(cell).toBeVisible();
  await hold(page);
  await page.waitForFunction(() => window.answers.kinds().includes('evaluated'));
  await cell.click();
  await app.button('Pause').click();
  await release(page);
  await expect(page.getByRole('heading', { name: '3, classified correctly' })).toBeVisible();
});

test('a learning rate holds for the run of a seed that is chosen before the worker has it', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.stepOnce();
  await app.openSettings();
  const rate = page.getByLabel('Learning rate', { exact: true });
  const seed = page.getByLabel('Seed', { exact: true });
  const batchSize = page.getByLabel('Batch size', { exact: true });
  await hold(page);
  await rate.fill('0.004');
  await rate.press('Enter');
  await seed.fill('5');
  await seed.press('Enter');
  await batchSize.fill('20');
  await batchSize.press('Enter');
  await release(page);
  await expect(page).toHaveURL(/seed=5/);
  await expect(page).toHaveURL(/batchSize=20/);
  await expect(rate).toHaveValue('0.004');
  await expect(page).toHaveURL(/learningRate=0\.004/);
});
