// SPDX-License-Identifier: MIT
//
// What the bar does: train, pause, step, rewind, another seed; and what can be seen while it learns. On synthetic digits.

import { testCount, trainCount } from './support/sites';
import { expect, test } from './support/fixtures';

const layers = ['input', 'conv1', 'relu1', 'conv2', 'relu2', 'pool', 'flatten', 'fc1', 'relu3', 'fc2', 'softmax'];

test.beforeEach(async ({ app, sites }) => {
  await app.open(sites.withData);
});

test('nothing is trained before the visitor asks for it, and the page says that the network knows nothing', async ({
  app,
  page,
}) => {
  expect(await app.text('step')).toBe('0');
  expect(await app.text('epoch')).toBe('0');
  await expect(page.getByTestId('verdict')).toContainText('Untrained: just guessing');
});

test('Train turns into Pause and back, and no step is taken while paused', async ({ app, page }) => {
  await app.trainWithoutEnd();
  await app.waitForSteps(40);
  await app.button('Pause').click();
  await expect(app.button('Train')).toBeVisible();
  const paused = await app.figure('step');
  await app.button('Test digit').click();
  await expect(page.getByTestId('verdict')).toContainText('confident');
  expect(await app.figure('step')).toBe(paused);
  await app.button('Train').click();
  await app.waitForSteps(paused + 1);
});

test('Step takes exactly one step, also out of a running training', async ({ app, page }) => {
  await app.stepOnce();
  await app.stepOnce();
  expect(await app.text('step')).toBe('2');
  await app.trainWithoutEnd();
  await app.waitForSteps(20);
  // Training pauses at once. The step comes after a test that is still running, so the step count of the pause is read when it is shown.
  const pausedAt = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const train = document.querySelector('button.train')!;
        const observer = new MutationObserver(() => {
          if (train.textContent !== 'Train') return;
          observer.disconnect();
          resolve(Number(document.querySelector('[data-testid="step"]')!.textContent));
        });
        observer.observe(train, { childList: true, subtree: true, characterData: true });
      }),
  );
  await app.button('Step').click();
  const step = (await pausedAt) + 1;
  await app.waitForFigure('step', (now) => now === step);
  await app.stepOnce();
  expect(await app.figure('step')).toBe(step + 1);
});

test('the network learns: the loss falls, and each epoch ends with a test on other digits', async ({ app, page }) => {
  const first = Number(await app.stepOnce());
  const accuracy = await app.trainEpochs(2);
  expect(accuracy).toBeGreaterThan(70);
  expect(await app.figure('train-loss')).toBeLessThan(first / 2);
  expect(await app.figure('train-accuracy')).toBeGreaterThan(50);
  expect(await app.figure('throughput')).toBeGreaterThan(0);
  await app.lookAtCurves();
  await expect(page.getByText(/^The training loss went from/)).toBeAttached();
  await expect(
    page.getByText(/classified these shares of the test digits correctly: .+ % after epoch 1/),
  ).toBeAttached();
});

test('an epoch is as many steps as it takes to see every training image once', async ({ app }) => {
  await app.choose('recipe-picker', 'published');
  await app.trainEpochs(2);
  const stepsPerEpoch = Math.ceil(trainCount / 16);
  expect(await app.figure('epoch')).toBe(Math.floor((await app.figure('step')) / stepsPerEpoch));
});

test('Rewind brings the same weights and so the same losses; New seed brings others', async ({ app }) => {
  const losses = [await app.stepOnce(), await app.stepOnce(), await app.stepOnce()];
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  expect([await app.stepOnce(), await app.stepOnce(), await app.stepOnce()]).toEqual(losses);

  const seed = await app.text('seed');
  await app.button('New seed').click();
  await app.waitForFigure('step', (step) => step === 0);
  expect(await app.text('seed')).not.toBe(seed);
  expect(await app.stepOnce()).not.toBe(losses[0]);
});

test('Rewind during training gives the same curve again', async ({ app, page }) => {
  await app.lookAtCurves();
  const curve = page.getByText(/^The training loss went from .* over 20 steps/);
  const toStep20 = async (): Promise<string> => {
    for (let i = 0; i < 20; ++i) await app.stepOnce();
    return curve.innerText();
  };
  const first = await toStep20();
  await app.button('Train').click();
  await app.waitForSteps(60);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  expect(await toStep20()).toBe(first);
});

test('every layer shows the digit at hand, and shows it anew while the network learns', async ({ app, page }) => {
  await expect(page.getByTestId('prepared')).toBeVisible();
  for (const layer of layers) await expect(page.getByTestId(`activation-${layer}`)).toBeVisible();
  await expect(page.getByTestId('activation-conv1').locator('canvas')).toHaveCount(4);
  await app.trainWithoutEnd();
  for (const layer of ['conv1', 'relu2', 'pool', 'flatten', 'fc1', 'fc2']) {
    const before = await app.pictures(layer);
    await expect.poll(() => app.pictures(layer), { message: `${layer} is redrawn` }).not.toBe(before);
  }
});

test('another test digit brings other pictures', async ({ app }) => {
  await app.button('Next test digit').click();
  const before = await app.pictures('conv1');
  await app.button('Next test digit').click();
  await expect.poll(() => app.pictures('conv1')).not.toBe(before);
});

test('a new recipe starts a new run from the same seed', async ({ app }) => {
  const seed = await app.text('seed');
  await app.stepOnce();
  await app.choose('recipe-picker', 'published');
  await app.waitForFigure('step', (step) => step === 0);
  expect(await app.text('seed')).toBe(seed);
  await app.stepOnce();
  expect(await app.figure('train-loss')).toBeGreaterThan(0);
});

test('training ends with its recipe; Train then adds as many epochs, in which the network still learns', async ({
  app,
  page,
  sites,
}) => {
  await page.goto('about:blank'); // or the link would be followed by the open page, which takes a moment
  await app.open(`${sites.withData}#epochs=1&schedule=cosine`);
  const stops = async (epochs: string): Promise<void> => {
    await app.button('Train').click();
    await expect(page.getByTestId('headline')).toHaveText(/Finished\.$/);
    await expect(page.getByTestId('epoch')).toHaveText(epochs);
  };
  await stops('1');
  await expect(page.getByTestId('run-note')).toHaveText('The recipe has finished. Press Train for 1 more epoch.');
  const weights = await app.pictures('fc2');
  await stops('2');
  expect(await app.pictures('fc2'), 'the weights have moved').not.toBe(weights);
  await app.stepOnce();
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  await stops('1');
});

test('two threads in the page learn exactly what one thread learns', async ({ app, page, sites }) => {
  await app.open(sites.notIsolated);
  await expect(page.getByText('1 thread')).toBeVisible();
  const losses = [await app.stepOnce(), await app.stepOnce(), await app.stepOnce()];
  await app.open(sites.threaded);
  await expect(page.getByText('2 threads')).toBeVisible();
  expect([await app.stepOnce(), await app.stepOnce(), await app.stepOnce()]).toEqual(losses);
  expect(await app.trainEpochs(1)).toBeGreaterThan(50);
});

test('where the browser reports more cores than there are, the page finds a number of threads that trains the same', async ({
  app,
  page,
  sites,
}) => {
  const outcomeOn = async (site: string): Promise<string[]> => {
    await app.open(`${site}#epochs=3&panel=settings`);
    await app.button('Train').click();
    await expect(page.getByText('done', { exact: true })).toBeVisible();
    return [await app.text('test-accuracy'), await app.stepOnce(), await app.stepOnce()];
  };
  const expected = await outcomeOn(sites.notIsolated);
  expect(await outcomeOn(sites.manyCores)).toEqual(expected);
  await app.trainWithoutEnd();
  await expect(page.getByTestId('threads-now')).toHaveText(
    /^[1-4] threads? (is|are) training now \(the browser reports 8 cores\): of up to 4, the page has measured this number/,
  );
  await app.waitForSteps((await app.figure('step')) + 100);
  await expect(app.error).toHaveText('');
});

test('on a host that sends no isolation headers the page trains on one thread', async ({ app, page, sites }) => {
  await app.open(sites.notIsolated);
  await expect(page.getByText('1 thread')).toBeVisible();
  await app.stepOnce();
  await page.getByTestId('model-picker').selectOption('bn-gap-12k');
  await app.waitForFigure('step', (step) => step === 0);
  await app.stepOnce();
});

test('the data are named with their numbers', async ({ app }) => {
  await expect(app.data).toContainText(trainCount.toLocaleString('en-US'));
  await expect(app.data).toContainText(testCount.toLocaleString('en-US'));
});
