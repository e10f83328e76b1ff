// SPDX-License-Identifier: MIT
//
// Training in <tiny-cnn>: on synthetic digits and on IDX files, paused at any moment, and what goes wrong.

import { answer, draw, expect, listen, message, pauseAt, ready, test, trainButton } from './support/element';
import { testCount } from './support/element-sites';
import type { TinyCNNElement } from 'tinycnn/element';

test('it trains on synthetic digits, pauses, goes on, tells what came of it, and is rewound', async ({
  page,
  embedding,
}) => {
  await embedding.open('<tiny-cnn model="tinycnn" epochs="1"></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  await draw(page, element, 3);
  const trained = await listen(element);
  const progress = pauseAt(element, /^Step /);
  await trainButton(element).click();
  expect(await progress).toMatch(/^Step [\d,]+ of 625 · loss \d\.\d{3} · [\d.]+ % correct$/);
  await expect(trainButton(element)).toBeVisible();
  await expect.poll(trained).toHaveLength(1);
  expect((await trained())[0]).toMatchObject({ testAccuracy: null, isComplete: false });
  await expect(element.getByText(/^\d+ % confident$/)).toBeVisible();
  await trainButton(element).click();
  await expect(
    element.locator('.train').getByText(/^\d+\.\d % of 1,000 test digits classified correctly after 625 steps$/),
  ).toBeVisible();
  await expect(answer(element)).toHaveText('3');
  const [, last] = await trained();
  expect(last).toMatchObject({ step: 625, isComplete: true });
  expect(last!.testAccuracy).toBeGreaterThan(0.85);
  await element.getByRole('button', { name: 'Rewind' }).click();
  await expect(element.getByText('Untrained: just guessing', { exact: true })).toBeVisible();
});

test('paused while the data are prepared, it has learned nothing', async ({ page, embedding }) => {
  await embedding.open('<tiny-cnn></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  await draw(page, element, 3);
  const trained = await listen(element);
  const text = pauseAt(element, /^Preparing/);
  await trainButton(element).click();
  await text;
  await expect(trainButton(element)).toBeVisible();
  await expect(element.locator('.train p')).toHaveText('');
  await element.getByRole('button', { name: 'Clear' }).click();
  await draw(page, element, 1);
  await expect(element.getByText('Untrained: just guessing', { exact: true })).toBeVisible();
  await expect(element.getByRole('button', { name: 'Rewind' })).toBeHidden();
  expect(await trained()).toEqual([]);
});

test('paused during the test at the end, training is not complete', async ({ embedding }) => {
  await embedding.open('<tiny-cnn model="CDN/linear.spec.json" data="CDN/data" epochs="1"></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  const trained = await listen(element);
  await element.evaluate(async (found: TinyCNNElement) => {
    const session = found.session!;
    const { evaluateRange } = session;
    Object.assign(session, {
      evaluateRange: (...range: Parameters<typeof evaluateRange>) => {
        found.pause();
        return evaluateRange(...range);
      },
    });
    await found.train();
  });
  expect(await trained()).toMatchObject([{ step: 32, testAccuracy: null, isComplete: false }]);
});

test('data that only half fit do not count as those before', async ({ page, embedding, elementSites }) => {
  await embedding.open('<tiny-cnn model="CDN/linear.spec.json" data="CDN/data" epochs="1"></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  const train = async (data: string) => {
    await element.evaluate((found, url) => {
      found.setAttribute('data', url);
    }, elementSites.cdn + data);
    await trainButton(element).click();
  };
  await train('data');
  await expect(element.getByText(/classified correctly after 32 steps$/).first()).toBeVisible();
  await train('half');
  await expect(message(element)).toHaveText(/^The data do not fit the network: /);
  await train('data');
  await expect(element.locator('.train').getByText(/classified correctly after 64 steps$/)).toBeVisible();
  expect(await page.evaluate(() => document.querySelector('tiny-cnn')!.session!.stepsPerEpoch)).toBe(32);
});

test('training that diverges is reported as an option that does not fit', async ({ embedding }) => {
  await embedding.open('<tiny-cnn weights="CDN/wild.json" controls="train answer" data="CDN/data"></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  const code = await element.evaluate((found: TinyCNNElement) =>
    found.train().then(
      () => 'trained',
      (error: unknown) => (error as { code: string }).code,
    ),
  );
  expect(code).toBe('invalid-option');
  await expect(message(element)).toHaveText(/^Training has diverged: [A-Z].*[^.]\.$/);
});

test('it trains on IDX files of a folder; where they are missing it says so and stays usable', async ({
  embedding,
}) => {
  await embedding.open('<tiny-cnn model="CDN/linear.spec.json" data="CDN/data" epochs="1"></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  await trainButton(element).click();
  await expect(
    element.locator('.train').getByText(`of ${testCount} test digits classified correctly after 32 steps`),
  ).toBeVisible();
  await element.evaluate((found) => {
    found.setAttribute('data', 'nowhere/');
  });
  await trainButton(element).click();
  await expect(message(element)).toHaveText(
    /^The data could not be loaded: there is neither \S+nowhere\/train-images-idx3-ubyte nor \S+\.gz\.$/,
  );
  await expect(answer(element)).toHaveText(/^\d$/);
  await element.evaluate((found) => {
    found.setAttribute('model', found.getAttribute('model')!.replace('linear', 'letters'));
    found.removeAttribute('data');
  });
  await ready(element);
  await expect(element.getByLabel('Draw here')).toBeVisible();
  await trainButton(element).click();
  await expect(message(element)).toHaveText(
    /^This network knows other classes than the ten digits: ‘data’ must name its images\.$/,
  );
});

test('data that cannot be loaded or read: a sentence says why', async ({ page, embedding, elementSites }) => {
  await embedding.open('<tiny-cnn model="CDN/linear.spec.json" epochs="1"></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  const { cdn } = elementSites;
  const cases: [data: string, code: string, sentence: RegExp][] = [
    [`${cdn}damaged`, 'invalid-data', /^The data could not be read: http\S+train-images-idx3-ubyte\.gz is damaged\.$/],
    ['app/', 'load-failed', /^The data could not be loaded: there is neither \S+ nor \S+\.gz\.$/],
  ];
  for (const [data, code, sentence] of cases) {
    const got = await element.evaluate((found: TinyCNNElement, folder) => {
      found.data = folder;
      return found.train().then(
        () => 'trained',
        (error: unknown) => (error as { code?: string }).code,
      );
    }, data);
    expect(got).toBe(code);
    await expect(message(element)).toHaveText(sentence);
  }
  // as of a server that answers with a page where there is no compressed file
  await page.route(/ubyte\.gz$/, (route) =>
    route.request().url().includes('labels')
      ? route.fulfill({ contentType: 'text/html', body: 'Welcome', headers: { 'Access-Control-Allow-Origin': '*' } })
      : route.continue(),
  );
  await element.evaluate((found: TinyCNNElement, folder) => {
    found.data = folder;
    return found.train();
  }, `${cdn}data`);
  await expect(message(element)).toBeHidden();
  await expect(element.locator('.train').getByText(/classified correctly after 32 steps$/)).toBeVisible();
});
