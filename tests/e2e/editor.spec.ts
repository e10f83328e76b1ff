// SPDX-License-Identifier: MIT
//
// The model editor: a network is changed layer by layer, says at its layer what does not fit, is trained, comes back after a reload, and
// travels in a link. On synthetic digits.

import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import { hashAt, note, savedAt, trainTo } from './support/kept';
import { copied, output } from './support/share';
import { diskFile, TinyCnnPage } from './support/page';
import type { Locator, Page } from '@playwright/test';
import type { NamedTensor } from 'tinycnn';

const editor = (page: Page): Locator => page.getByRole('dialog', { name: 'Model editor' });
const layer = (page: Page, name: string): Locator => editor(page).getByTestId(`layer-${name}`);
const head = (page: Page, name: string): Locator => layer(page, name).locator('[data-control=head]');
const act = (page: Page, name: string): Locator => editor(page).getByRole('button', { name, exact: true });
const problem = (page: Page): Locator => editor(page).getByTestId('layer-problem');
const parameters = (page: Page): Locator => editor(page).getByTestId('editor-parameters');
const names = (page: Page): Promise<string[]> => editor(page).locator('.editor-layer .editor-name').allInnerTexts();

async function openEditor({ page }: TinyCnnPage): Promise<void> {
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(layer(page, 'conv1')).toBeVisible();
  await expect(parameters(page)).toHaveText(/\d/);
}

/** Opens a layer's fields, if they are closed, and types into one of them. */
async function type(page: Page, name: string, field: string, text: string): Promise<void> {
  if ((await head(page, name).getAttribute('aria-expanded')) === 'false') await head(page, name).click();
  const input = layer(page, name).getByLabel(field, { exact: true });
  await input.fill('');
  await input.pressSequentially(text);
}

const trainThis = async (page: Page): Promise<void> => {
  await act(page, 'Train this').click();
  await expect(editor(page)).toBeHidden();
};

/** The weights of the page's network, by their names. */
async function weightsOf(app: TinyCnnPage): Promise<Map<string, string>> {
  const dialog = await app.openExport();
  const { bytes } = await app.download('json');
  const { parameters: all } = JSON.parse(bytes.toString()) as { parameters: NamedTensor[] };
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
  return new Map(all.map(({ name, data }) => [name, JSON.stringify(data)]));
}

test('a layer is duplicated, broken, mended and trained, and the network comes back after a reload', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#stop=epoch-1000`); // it does not end before it is paused
  await openEditor(app);
  const before = await parameters(page).innerText();
  await act(page, 'Duplicate conv2').click();
  expect((await names(page)).slice(0, 5)).toEqual(['conv1', 'relu1', 'conv2', 'conv3', 'relu2']);
  await expect(layer(page, 'conv3')).toContainText('4×22×22');
  await type(page, 'conv3', 'Kernel', '50');
  await expect(problem(page)).toHaveText(
    'Expected a kernel no larger than its 24x24 input (padding included), got 50x50',
  );
  await expect(layer(page, 'conv3').getByTestId('layer-problem')).toBeVisible();
  await expect(layer(page, 'conv2')).toContainText('4×24×24');
  await expect(parameters(page)).toHaveText(/^–/);
  await expect(act(page, 'Train this')).toBeDisabled();
  await type(page, 'conv3', 'Kernel', '5');
  await expect(problem(page)).toHaveCount(0);
  await expect(layer(page, 'conv3')).toContainText('4×20×20');
  await expect(layer(page, 'conv3')).toContainText('9×9');
  await act(page, 'Undo').click(); // what was typed into one field at a time is one change
  await act(page, 'Undo').click();
  expect(await names(page)).not.toContain('conv3');
  await expect(parameters(page)).toHaveText(before);
  await page.keyboard.press('Control+Shift+z');
  await act(page, 'Redo').click();
  await expect(layer(page, 'conv3')).toContainText('4×20×20');
  await expect(editor(page).getByTestId('editor-epoch')).toHaveText(/^[\d.]+ s$/);
  await trainThis(page);
  await app.waitForFigure('test-accuracy', (accuracy) => accuracy > 50, 60_000);
  await app.button('Pause').click();
  await expect(app.button('Train')).toBeVisible();
  await expect(page.getByTestId('activation-conv3')).toBeVisible();
  await expect(page.getByTestId('model-picker').locator('option:checked')).toHaveText('Own: tinycnn');
  const step = await app.figure('step');
  await savedAt(app, step);
  const hash = await hashAt(app, step);
  await page.reload();
  await app.ready();
  await expect(page.getByTestId('activation-conv3')).toBeVisible();
  expect(await hashAt(app, step)).toBe(hash);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (value) => value === 0);
  await expect(page.getByTestId('activation-conv3')).toBeVisible();
});

test('a link with a network of one’s own trains to the same weights elsewhere, in Node and natively', async ({
  app,
  page,
  sites,
  browser,
}) => {
  await app.open(`${sites.withData}#data=generated&seed=4`);
  await openEditor(app);
  await type(page, 'conv1', 'Channels', '3');
  await type(page, 'conv1', 'Padding', '1');
  await type(page, 'fc1', 'Outputs', '16');
  await trainThis(page);
  await app.button('Pause').click();
  await expect(app.button('Train')).toBeVisible();
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  const weights = await trainTo(app, 60);
  const link = await copied(page, 'Copy link');
  expect(link).toMatch(/model=own\.[\w-]+/);
  expect(link.length).toBeLessThan(700);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(link);
  await expect(note(other)).toHaveText(`Same weights: ${weights}, bit for bit as the link says.`);
  const there = new TinyCnnPage(other);
  await there.button('Edit').click();
  await expect(layer(other, 'fc1')).toContainText('16');
  await elsewhere.close();
  const verified = async (...options: string[]): Promise<string> => output('tools/verify.mjs', link, ...options);
  expect(await verified('--threads=2')).toContain(`${weights}, bit for bit`);
  expect(await verified('--native')).toContain(`${weights}, bit for bit`);
  const program = await copied(page, 'Copy as JavaScript');
  expect(program).toContain("name: 'conv1', type: 'conv2d', outChannels: 3");
});

test('a link whose network was cut short says so, and the page works', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#model=own.eJyrVsrPS1WyUsrJz05V0lEqLkgsSlWyqlYqSMxJLSlWsqqu`);
  await expect(app.error).toHaveText(/The network in this link is damaged/);
  await expect(page.getByTestId('model-picker')).toHaveValue('tinycnn');
  await app.stepOnce();
});

test('layers that stay as they were keep their weights on request, and a frozen layer does not change', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await trainTo(app, 60);
  const trained = await weightsOf(app);
  await openEditor(app);
  await type(page, 'fc1', 'Outputs', '24');
  await expect(editor(page).getByTestId('keepable')).toHaveText('(2 of 4)');
  await head(page, 'conv1').click();
  await layer(page, 'conv1').getByLabel('Frozen').check();
  await expect(head(page, 'conv1')).toContainText('frozen');
  await editor(page)
    .getByLabel(/^Keep the weights/)
    .check();
  await trainThis(page);
  await app.waitForFigure('step', (step) => step === 60); // where it is set to stop
  const after = await weightsOf(app);
  for (const name of ['conv1.weight', 'conv1.bias']) expect(after.get(name), name).toBe(trained.get(name));
  expect(after.get('conv2.weight')).not.toBe(trained.get('conv2.weight'));
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  const first = await weightsOf(app);
  for (const name of ['conv1.weight', 'conv2.weight', 'conv2.bias'])
    expect(first.get(name), name).toBe(trained.get(name));
  expect(first.get('fc2.weight')).not.toBe(trained.get('fc2.weight'));
  await app.button('Share').click();
  await app.button('Copy link').click();
  await expect(page.getByText('This network began with weights of a file or of another run')).toBeVisible();
});

test('layers are added, moved and removed by keyboard, and the focus follows', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await openEditor(app);
  await head(page, 'conv1').focus();
  await page.keyboard.press('ArrowDown');
  await expect(head(page, 'relu1')).toBeFocused();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(head(page, 'relu1')).toBeFocused();
  expect((await names(page)).slice(0, 3)).toEqual(['conv1', 'conv2', 'relu1']);
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowUp'); // it is the first already
  await expect(head(page, 'relu1')).toBeFocused();
  expect((await names(page)).slice(0, 2)).toEqual(['relu1', 'conv1']);
  await act(page, 'Move down conv1').focus();
  await page.keyboard.press('Enter');
  await expect(act(page, 'Move down conv1')).toBeFocused();
  expect((await names(page)).slice(0, 3)).toEqual(['relu1', 'conv2', 'conv1']);
  await act(page, 'Move up conv2').focus();
  await page.keyboard.press('Enter');
  await expect(act(page, 'Move down conv2')).toBeFocused(); // the other one leads no further
  await head(page, 'conv2').focus();
  await page.keyboard.press('Delete');
  await expect(head(page, 'relu1')).toBeFocused();
  expect(await names(page)).not.toContain('conv2');
  await editor(page).getByTestId('editor-kind').selectOption('batchNorm2d');
  await act(page, 'Add at the end').click();
  await expect(head(page, 'bn1')).toBeFocused();
  await expect(problem(page)).toHaveCount(0);
  for (let i = 0; i < 7; ++i) await page.keyboard.press('Alt+ArrowUp');
  expect((await names(page))[1]).toBe('bn1');
});

test('branches: a layer is read by two, which are added', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await openEditor(app);
  await head(page, 'relu1').click();
  await editor(page).getByTestId('editor-kind').selectOption('add');
  await act(page, 'Add below relu1').click();
  await expect(head(page, 'add1')).toContainText('reads relu1 and conv1');
  await expect(layer(page, 'add1')).toContainText('4×26×26');
  await layer(page, 'add1').getByLabel('Reads, 2 of 2').selectOption('input');
  await expect(problem(page)).toHaveText('Expected inputs of the same shape, got [4,26,26] and [1,28,28]');
  await layer(page, 'add1').getByLabel('Kind').selectOption('concat');
  await expect(problem(page)).toHaveText('Expected inputs of the same height and width, got [4,26,26] and [1,28,28]');
  await layer(page, 'concat1').getByLabel('Reads, 2 of 2').selectOption('conv1');
  await expect(layer(page, 'concat1')).toContainText('8×26×26');
  await head(page, 'conv1').click();
  await layer(page, 'conv1').getByLabel('Name', { exact: true }).fill('edges');
  await expect(head(page, 'concat1')).toContainText('reads relu1 and edges');
  await trainThis(page);
  await app.waitForSteps(5);
  await expect(page.getByTestId('activation-concat1')).toBeVisible();
});

test('JSON goes in and out, and says where it is wrong', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await openEditor(app);
  await editor(page).getByText('As JSON').click();
  const text = editor(page).getByLabel('The network as JSON', { exact: true });
  await expect(text).toHaveValue(/"outFeatures": 32/);
  const written = await text.inputValue();
  await text.fill(written.replace('"outFeatures": 32', '"outFeatures": 48'));
  await expect(head(page, 'fc1')).toContainText('48 outputs');
  await text.fill(written.replace('"input": [', '"input" ['));
  await expect(editor(page).getByTestId('json-problem')).toHaveText('Line 3, column 11: expected :, but there is [.');
  await expect(head(page, 'fc1')).toContainText('48 outputs');
  await act(page, 'Undo').click();
  await expect(editor(page).getByTestId('json-problem')).toHaveCount(0);
  await expect(text).toHaveValue(written);
  const chosen = editor(page).getByTestId('editor-file');
  await chosen.setInputFiles(diskFile('wrong.json', Buffer.from('{ "name": "a", "input": [1, 28, 28] }')));
  await expect(editor(page).getByTestId('json-problem')).toHaveText(
    'wrong.json: Line 1, column 1: expected "layers": a list.',
  );
  await chosen.setInputFiles(
    diskFile('right.json', Buffer.from(written.replace('"outFeatures": 32', '"outFeatures": 20'))),
  );
  await expect(head(page, 'fc1')).toContainText('20 outputs');
  await expect(text).toHaveValue(/"outFeatures": 20/);
  const saved = page.waitForEvent('download');
  await act(page, 'Save as a file').click();
  expect((await saved).suggestedFilename()).toBe('tinycnn.json');
});

test('what was changed is not lost: Back closes the editor, and a reload leaves it', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await openEditor(app);
  await type(page, 'fc1', 'Outputs', '40');
  await page.goBack();
  await expect(editor(page)).toBeHidden();
  await expect(page.getByTestId('step')).toHaveText('0');
  await openEditor(app);
  await expect(head(page, 'fc1')).toContainText('40 outputs');
  await page.keyboard.press('Escape');
  await expect(editor(page)).toBeHidden();
  await expect(app.button('Edit')).toBeFocused();
  await page.reload();
  await app.ready();
  await openEditor(app);
  await expect(head(page, 'fc1')).toContainText('40 outputs');
  await editor(page).getByTestId('editor-start').selectOption('lenet5');
  await expect(head(page, 'fc1')).toContainText('120 outputs');
  await act(page, 'Undo').click();
  await expect(head(page, 'fc1')).toContainText('40 outputs');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the editor fits phones, has marks for all that it shows, and axe finds nothing in the ${colorScheme} theme`, async ({
    app,
    page,
    sites,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 390, height: 844 });
    await app.open(sites.withData);
    await app.button('Explain').click();
    await openEditor(app);
    await type(page, 'conv2', 'Kernel', '99');
    await expect(problem(page)).toBeVisible();
    await editor(page).getByText('As JSON').click();
    await expect(editor(page).getByLabel('The network as JSON', { exact: true })).toBeVisible();
    for (const width of [360, 390, 768, 1366]) {
      await page.setViewportSize({ width, height: 844 });
      const overflow = await editor(page).evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
    }
    expect(await axeViolations(page)).toEqual([]);
    const marks = editor(page).locator('.info button:visible');
    const about = await marks.evaluateAll((all) => all.map((mark) => mark.getAttribute('aria-label')));
    expect(about).toEqual([
      ...['About the model editor', 'About what the network costs', 'About the layers', 'About the fields of conv2'],
      ...['About the network as JSON', 'About training it'],
    ]);
    for (const mark of await marks.all()) {
      await mark.focus();
      await page.keyboard.press('Enter');
      const card = page.locator('.info-card:popover-open');
      await expect(card).toHaveCount(1);
      expect((await card.innerText()).length).toBeGreaterThan(60);
      await page.keyboard.press('Escape');
      await expect(card).toHaveCount(0);
      await expect(editor(page)).toBeVisible();
    }
  });
}

test('nothing of the editor is loaded before it is opened', async ({ app, page, sites }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await app.open(sites.withData);
  await app.stepOnce();
  expect(loaded.filter((path) => /\/(editor|imported)-/.test(path))).toEqual([]);
  await openEditor(app);
  expect(loaded.some((path) => path.includes('/editor-'))).toBe(true);
});
