// SPDX-License-Identifier: MIT
//
// The panel of runs: a run that another one replaces stays and is listed, sorted, laid over others, gone on with bit for bit, branched, named,
// pinned, saved and deleted. Where the browser stores nothing that is said, and nothing is lost while the page is open.

import { readFileSync } from 'node:fs';
import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import { hashAt, note, savedAt, trainTo } from './support/kept';
import { drawings, TinyCnnPage } from './support/page';
import type { Locator, Page } from '@playwright/test';

const list = (page: Page): Locator => page.getByTestId('run-list');
const names = (page: Page): Locator => list(page).getByTestId('run-name');
const lineOf = (page: Page, name: string): Locator => list(page).getByRole('row').filter({ hasText: name }).first();
const details = (page: Page): Locator => list(page).locator('.run-open');

/** Opens what can be done with a run. */
async function open(page: Page, name: string): Promise<Locator> {
  const button = lineOf(page, name).getByRole('button', { name, exact: false }).first();
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
  return details(page);
}

async function newRun(app: TinyCnnPage, button: 'New seed' | 'Rewind' = 'New seed'): Promise<void> {
  await app.button(button).click();
  await app.waitForFigure('step', (step) => step === 0);
}

/** Once the run that is gone on with is there. */
async function hashOnceAt(app: TinyCnnPage, step: number): Promise<string> {
  await app.waitForFigure('step', (now) => now === step);
  return hashAt(app, step);
}

async function setSeed(app: TinyCnnPage, seed: number): Promise<void> {
  await app.openSettings();
  const field = app.page.getByLabel('Seed', { exact: true });
  await field.fill(String(seed));
  await field.press('Enter');
  await app.waitForFigure('step', (step) => step === 0);
  await app.closeSettings();
}

/** Two runs that were trained: of seed 4, then the present one of seed 9. Gives the hashes of their weights. */
async function twoRuns(
  app: TinyCnnPage,
  url: string,
  steps: readonly [number, number] = [120, 150],
): Promise<[string, string]> {
  await app.open(`${url}#seed=4`);
  const first = await trainTo(app, steps[0]);
  await setSeed(app, 9);
  const second = await trainTo(app, steps[1]);
  await savedAt(app, steps[1]); // and before that, what was left to save of the first; until then the list has other ids and no hash
  await app.openTab('Runs');
  await expect(names(app.page)).toHaveText(['TinyCNN, seed 9', 'TinyCNN, seed 4']);
  return [first, second];
}

test('a run that another seed replaces in mid-training is listed, up to its last step', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#seed=4&epochs=1000`);
  await app.trainWithoutEnd();
  await app.waitForSteps(150);
  await app.button('New seed').click();
  await app.waitForFigure('step', (step) => step === 0);
  await app.openTab('Runs');
  await expect(names(page)).toHaveText(['TinyCNN, seed 4']);
  const found = (await open(page, 'seed 4')).getByTestId('run-hash');
  await expect(found).toHaveText(/^[0-9a-f]{16}$/);
  const hash = await found.innerText();
  const step = Number((await lineOf(page, 'seed 4').locator('[data-column=step]').innerText()).replaceAll(',', ''));
  expect(step).toBeGreaterThanOrEqual(150);
  await details(page).getByRole('button', { name: 'Go on', exact: true }).click();
  await app.waitForFigure('step', (now) => now === step);
  expect(await hashAt(app, step), 'the very weights that it was left with').toBe(hash);
});

test('a run that was hardly trained is not kept, one that was tested is', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#seed=4`);
  await app.stepOnce();
  await savedAt(app, 1);
  await newRun(app);
  await app.openTab('Runs');
  await expect(page.getByText('There is no run yet.')).toBeVisible();
  await app.choose('model-picker', 'sigmoid-mlp');
  await app.trainEpochs(1);
  await newRun(app);
  await expect(names(page)).toHaveText([/^.+, seed \d+$/]);
  await expect(list(page).locator('[data-column=accuracy]')).toHaveText(/^\d+\.\d\d %$/);
});

test('runs are sorted by what they cost and gave', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#seed=4`);
  await trainTo(app, 120);
  await app.choose('model-picker', 'lenet5');
  await trainTo(app, 130);
  await app.openTab('Runs');
  await expect(names(page)).toHaveText([/LeNet-5, seed 4/, /TinyCNN, seed 4/]);
  const heading = list(page).getByRole('columnheader', { name: 'Parameters' });
  await heading.getByRole('button').click();
  await expect(heading).toHaveAttribute('aria-sort', 'ascending');
  await expect(list(page).locator('[data-column=parameters]')).toHaveText(['18,982', '61,706']);
  await heading.getByRole('button').press('Enter');
  await expect(heading).toHaveAttribute('aria-sort', 'descending');
  await expect(list(page).locator('[data-column=parameters]')).toHaveText(['61,706', '18,982']);
  for (const name of ['Test accuracy', 'Multiply-adds', 'Time', 'Steps']) {
    await list(page).getByRole('columnheader', { name }).getByRole('button').click();
    await expect(list(page).getByRole('columnheader', { name })).toHaveAttribute('aria-sort', /^(as|des)cending$/);
  }
  await expect(list(page).locator('[data-column=seconds]').first()).toHaveText(/^\d/);
});

test('the curves of runs are laid over each other', async ({ app, page, sites }) => {
  await twoRuns(app, sites.withData);
  for (const seed of [4, 9]) await page.getByLabel(`Draw the curves of TinyCNN, seed ${seed}`).check();
  await expect(page.getByTestId('run-legend').getByRole('listitem')).toHaveText([
    /^A\s+TinyCNN, seed 4, step 120$/,
    /^B\s+TinyCNN, seed 9, step 150$/,
  ]);
  for (const what of ['Loss', 'Accuracy']) {
    const chart = page.getByRole('slider', { name: `${what} of the chosen runs, along the steps` });
    await chart.focus();
    await page.keyboard.press('End');
    await expect(chart).toHaveAttribute('aria-valuetext', /^Step 1\d\d: a, steps .+b, steps /);
  }
  await page.getByLabel('Draw the curves of TinyCNN, seed 4').uncheck();
  await expect(page.getByTestId('run-legend').getByRole('listitem')).toHaveText([/^B\s+TinyCNN, seed 9, step 150$/]);
});

test('a run is gone on with bit for bit, and the one before stays', async ({ app, page, sites }) => {
  const [first, second] = await twoRuns(app, sites.withData);
  const undisturbed = async (): Promise<string> => trainTo(app, 200);
  await (await open(page, 'seed 4')).getByRole('button', { name: 'Go on', exact: true }).click();
  await expect(note(page)).toHaveText(/^Back at step 120/);
  expect(await hashOnceAt(app, 120)).toBe(first);
  await expect(page.getByTestId('seed')).toHaveText('4');
  await expect(names(page)).toHaveText(['TinyCNN, seed 4', 'TinyCNN, seed 9']);
  await expect(lineOf(page, 'seed 4')).toContainText('this run');
  const on = await undisturbed();
  await newRun(app, 'Rewind');
  expect(await undisturbed()).toBe(on);
  await (await open(page, 'seed 9')).getByRole('button', { name: 'Go on', exact: true }).click();
  expect(await hashOnceAt(app, 150)).toBe(second);
});

test('a branch goes on from the last step with another learning rate, and the run before stays as it was', async ({
  app,
  page,
  sites,
}) => {
  const [first] = await twoRuns(app, sites.withData);
  await (await open(page, 'seed 4')).getByRole('button', { name: 'Branch', exact: true }).click();
  await page.getByLabel('Learning rate from step 120 on').fill('0.0125');
  await page.getByRole('button', { name: 'Begin the branch' }).click();
  await expect(note(page)).toHaveText('A new run from step 120. The run before it is kept.');
  expect(await hashOnceAt(app, 120)).toBe(first);
  await expect(page).toHaveURL(/learningRate=0\.0125/);
  await trainTo(app, 140);
  await savedAt(app, 140);
  await expect(names(page)).toHaveCount(3);
  await expect(lineOf(page, 'this run')).toContainText('learning rate 0.013');
  const kept = list(page).getByRole('row').filter({ hasText: 'seed 4' }).filter({ hasNotText: 'this run' });
  await expect(kept.locator('[data-column=step]')).toHaveText('120');
});

test('a run’s weights begin a new run, whose settings are free', async ({ app, page, sites }) => {
  await twoRuns(app, sites.withData);
  await (await open(page, 'seed 4')).getByRole('button', { name: 'Branch', exact: true }).click();
  await page.getByRole('button', { name: 'New run from its weights' }).click();
  await app.waitForFigure('step', (step) => step === 0);
  await expect(page.getByTestId('model-picker').locator('option:checked')).toHaveText(/TinyCNN, seed 4, step 120/);
  await expect(app.error).toHaveText('');
  await app.stepOnce();
});

test('a name and a pin survive a reload, and another tab sees them', async ({ app, page, sites }) => {
  await twoRuns(app, sites.withData);
  const other = await page.context().newPage();
  const app2 = new TinyCnnPage(other);
  await app2.open(`${sites.withData}#seed=7`);
  await app2.openTab('Runs');
  await expect(names(other)).toHaveCount(2);
  await (await open(page, 'seed 4')).getByRole('button', { name: 'Rename' }).click();
  const field = page.getByLabel('Name', { exact: true });
  await expect(field).toHaveValue('TinyCNN, seed 4');
  await field.fill('My best run');
  await field.press('Enter');
  await expect(names(page)).toHaveText(['TinyCNN, seed 9', 'My best run']);
  await details(page).getByRole('button', { name: 'Pin' }).click();
  await expect(lineOf(page, 'My best run')).toContainText('pinned');
  await expect(names(other), 'in the other tab').toHaveText([/./, 'My best run']);
  // the tab that has a run goes on saving it, and leaves its name alone
  await (await open(other, 'seed 9')).getByRole('button', { name: 'Rename' }).click();
  await other.getByLabel('Name', { exact: true }).fill('Of the other tab');
  await other.getByLabel('Name', { exact: true }).press('Enter');
  await app.stepOnce();
  await savedAt(app, 151);
  await expect(names(page)).toHaveText(['Of the other tab', 'My best run']);
  await page.reload();
  await app.ready();
  await app.openTab('Runs');
  await expect(names(page)).toHaveText(['Of the other tab', 'My best run']);
  await expect(lineOf(page, 'My best run')).toContainText('pinned');
});

test('a run is deleted once that is confirmed', async ({ app, page, sites }) => {
  await twoRuns(app, sites.withData);
  const remove = (await open(page, 'seed 4')).getByRole('button', { name: 'Delete' });
  await remove.click();
  await page.getByRole('button', { name: 'Press again to delete' }).click();
  await expect(names(page)).toHaveText(['TinyCNN, seed 9']);
  await page.reload();
  await app.ready();
  await app.openTab('Runs');
  await expect(names(page)).toHaveText(['TinyCNN, seed 9']);
});

test('runs are exported as JSON, as a table, and each as a file that Import reads', async ({ app, page, sites }) => {
  const [first] = await twoRuns(app, sites.withData);
  const downloaded = async (button: Locator): Promise<{ name: string; bytes: Buffer }> => {
    const event = page.waitForEvent('download');
    await button.click();
    const file = await event;
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  };
  const json = await downloaded(app.button('Export JSON'));
  const { runs } = JSON.parse(json.bytes.toString()) as {
    runs: { name: string; weightsHash: string; spec: unknown }[];
  };
  expect(runs.map(({ name }) => name)).toEqual(['TinyCNN, seed 9', 'TinyCNN, seed 4']);
  expect(runs[1]).toMatchObject({ weightsHash: first, spec: { layers: expect.any(Array) as unknown } });
  const csv = await downloaded(app.button('Export CSV'));
  expect(csv.name).toBe('runs.csv');
  expect(csv.bytes.toString().trim().split('\n')).toHaveLength(3);
  const file = await downloaded((await open(page, 'seed 4')).getByRole('button', { name: 'Save as a file' }));
  expect(file.name).toBe('tinycnn-seed-4.tinyrun');
  await app.openImport();
  await app.chooseNetwork({ name: file.name, mimeType: 'application/octet-stream', buffer: file.bytes });
  await page.getByTestId('go-on-with-run').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await hashOnceAt(app, 120)).toBe(first);
});

test('two runs answer the same drawing side by side, and what differs between them is listed', async ({
  app,
  page,
  sites,
}) => {
  await twoRuns(app, sites.withData);
  const heading = page.getByRole('heading', { name: 'Two runs side by side' });
  const [left, right] = [page.getByTestId('side-1'), page.getByTestId('side-2')];
  // the run of before answers a moment later: it is asked once, for the whole drawing, and has no answer from before to show
  await heading.scrollIntoViewIfNeeded();
  await expect(right.getByTestId('side-answer')).toHaveText(/^\d$/);
  await app.button('Clear').click();
  await expect(right).toContainText('Draw something above');
  await app.openTab('Curves');
  await app.draw(drawings[7]!);
  await app.whenRead();
  await expect(app.prediction).toHaveText(/^\d$/);
  await app.openTab('Runs');
  await heading.scrollIntoViewIfNeeded();
  await expect(left.getByTestId('side-answer')).toHaveText(await app.prediction.innerText());
  await expect(right.getByTestId('side-answer')).toHaveText(/^\d$/);
  for (const side of [left, right]) {
    await expect(side.getByRole('img', { name: /^What its \d+ layers make of the image$/ })).toBeVisible();
    await expect(side).toContainText('18,982 parameters');
  }
  await expect(page.getByTestId('side-differences').getByRole('row').filter({ hasText: 'seed' })).toHaveText(
    /seed\s*9\s*4/,
  );
  // what the run of before answers here is what it answers where it is gone on with
  const answer = await right.getByTestId('side-answer').innerText();
  const shares = await right.locator('.share').allInnerTexts();
  await (await open(page, 'seed 4')).getByRole('button', { name: 'Go on', exact: true }).click();
  await app.waitForFigure('step', (step) => step === 120);
  await expect(app.prediction).toHaveText(answer);
  await expect.poll(() => app.probabilities()).toEqual(shares);
});

test('runs are drawn among the zoo’s, by parameters, multiply-adds and time, and by keyboard', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#seed=4`);
  await app.trainEpochs(1);
  await app.openTab('Runs');
  await expect(names(page)).toHaveText(['TinyCNN, seed 4']); // a run that is listed later moves the points
  const plot = page.getByTestId('front');
  await expect(plot).toHaveAttribute('aria-valuetext', /^\d+ points$/);
  await plot.focus();
  await page.keyboard.press('End');
  await expect(plot).toHaveAttribute('aria-valuetext', /^.+: \d+\.\d\d %, 593,200 parameters/);
  await page.keyboard.press('Home');
  await expect(plot).toHaveAttribute('aria-valuetext', /^.+: \d+\.\d\d %, [\d,]+ parameters; on the front$/);
  await page.getByText('The same as a table').click();
  const table = page.getByTestId('front-table');
  await expect(table.getByRole('row').filter({ hasText: 'a run of yours' })).toHaveText(
    /TinyCNN, seed 4.+18,982 parameters/,
  );
  await expect(table.getByRole('row').filter({ hasText: 'as published' })).not.toHaveCount(0);
  for (const [by, text] of [
    ['macs', 'multiply-adds'],
    ['seconds', / s$/],
  ] as const) {
    await page.getByTestId('front-cost').selectOption(by);
    await expect(table.getByRole('row').filter({ hasText: 'a run of yours' }).getByRole('cell').nth(1)).toHaveText(
      typeof text === 'string' ? new RegExp(text) : text,
    );
  }
  await app.button('With the zoo').click();
  await expect(table.getByRole('row')).toHaveCount(2);
});

for (const [what, site] of [
  ['stores nothing', 'withoutStorage'],
  ['is full', 'fullStorage'],
] as const) {
  test(`where the browser ${what} that is said, and a run that was replaced is still there`, async ({
    app,
    page,
    sites,
  }) => {
    await app.open(`${sites[site]}#seed=4`);
    const first = await trainTo(app, 120);
    await setSeed(app, 9);
    await trainTo(app, 110);
    await app.openTab('Runs');
    await expect(names(page)).toHaveText(['TinyCNN, seed 9', 'TinyCNN, seed 4']);
    await expect(page.getByTestId('runs-refused')).toHaveText(
      /Runs that are not stored are here until you close this page\./,
    );
    await expect(lineOf(page, 'seed 4')).toContainText('not stored');
    await (await open(page, 'seed 4')).getByRole('button', { name: 'Go on', exact: true }).click();
    expect(await hashOnceAt(app, 120)).toBe(first);
    await expect(names(page)).toHaveText(['TinyCNN, seed 4', 'TinyCNN, seed 9']);
    await expect(app.error).toHaveText('');
  });
}

test('runs that an earlier page has kept are listed and gone on with', async ({ app, page, sites }) => {
  const [first] = await twoRuns(app, sites.withData);
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        indexedDB.open('tinycnn-runs').onsuccess = ({ target }) => {
          const store = (target as IDBOpenDBRequest).result.transaction('runs', 'readwrite').objectStore('runs');
          store.transaction.oncomplete = () => {
            resolve();
          };
          store.openCursor().onsuccess = ({ target: request }) => {
            const cursor = (request as IDBRequest<IDBCursorWithValue | null>).result;
            if (cursor === null) return;
            if ((cursor.key as string).startsWith('run/')) {
              const record = cursor.value as Record<string, unknown>;
              for (const name of ['spec', 'size', 'seconds', 'hash']) Reflect.deleteProperty(record, name);
              cursor.update({ ...record, schema: 2 });
            }
            cursor.continue();
          };
        };
      }),
  );
  await app.openTab('Curves');
  await app.openTab('Runs');
  await expect(lineOf(page, 'seed 4').locator('[data-column=parameters]')).toHaveText('18,982');
  await expect(lineOf(page, 'seed 4').locator('[data-column=seconds]')).toHaveText('–');
  await (await open(page, 'seed 4')).getByRole('button', { name: 'Go on', exact: true }).click();
  expect(await hashOnceAt(app, 120)).toBe(first);
});

test('two tabs keep their runs beside each other', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#seed=4`);
  await trainTo(app, 110);
  const other = await page.context().newPage();
  const app2 = new TinyCnnPage(other);
  await app2.open(`${sites.withData}#seed=5`);
  await trainTo(app2, 110);
  await Promise.all([newRun(app), newRun(app2)]);
  await trainTo(app, 120);
  await trainTo(app2, 120);
  await Promise.all([newRun(app), newRun(app2)]);
  for (const each of [app, app2]) {
    await each.openTab('Runs');
    await expect(names(each.page)).toHaveCount(4);
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the panel in the ${colorScheme} theme, and nothing is too wide for a phone`, async ({
    app,
    page,
    sites,
  }) => {
    await page.emulateMedia({ colorScheme });
    await twoRuns(app, sites.withData);
    await open(page, 'seed 4');
    await page.getByLabel('Draw the curves of TinyCNN, seed 4').check();
    await page.getByRole('heading', { name: 'Two runs side by side' }).scrollIntoViewIfNeeded();
    await expect(page.getByTestId('side-differences')).toBeVisible();
    await page.getByText('The same as a table').click();
    expect(await axeViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await axeViolations(page)).toEqual([]);
  });
}
