// SPDX-License-Identifier: MIT
//
// The run's past: any step can be looked back at, with the digit at hand, played as a film, trained again to the same weights, and gone on
// from; and the run as a link and as a program.

import { readFile, writeFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { drawings, TinyCnnPage } from './support/page';
import { holdBack } from './support/hold-back';
import { hashAt, note, savedAt, trainTo } from './support/kept';
import { copied, output, root } from './support/share';
import { expect, test } from './support/fixtures';
import type { Page } from '@playwright/test';

const slider = (page: Page) => page.getByLabel('Step of the run that is looked at');
const stepField = (page: Page) => page.getByLabel('Look back at step');
const hash = (page: Page) => page.getByTestId('weights-hash');

/** Looks back at a step by typing it. */
async function lookAt(page: Page, step: number): Promise<void> {
  await stepField(page).fill(String(step));
  await stepField(page).press('Enter');
  await expect(page.getByTestId('headline')).toHaveText(`As it was at step ${step.toLocaleString('en-US')}`);
}

test('pictures, answer, kernels and the hash are those of the step that is looked back at', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.draw(drawings[3]!);
  await app.whenRead(); // all of it has been read
  const untrained = await app.pictures('conv1');
  await app.stepOnce();
  const afterOne = await hashAt(app, 1);
  const picturesAfterOne = await app.pictures('conv1');
  const last = await trainTo(app, 300);
  const trained = await app.pictures('conv1');
  await lookAt(page, 1);
  await expect(hash(page)).toHaveText(afterOne);
  await expect.poll(() => app.pictures('conv1')).toBe(picturesAfterOne);
  await lookAt(page, 0);
  await expect.poll(() => app.pictures('conv1')).toBe(untrained);
  await app.draw(drawings[7]!);
  await app.whenRead();
  const ofSeven = await app.pictures('conv1');
  await app.button('Now').click();
  await expect(hash(page)).toHaveText(last);
  await expect.poll(() => app.pictures('conv1')).not.toBe(ofSeven);
  expect(trained).not.toBe(untrained);
  expect(await app.figure('step')).toBe(300);
});

test('the slider moves from moment to moment by keyboard, and its right end is the present', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await trainTo(app, 100);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'step 100, the present');
  await slider(page).focus();
  await page.keyboard.press('Home');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'step 0');
  for (let i = 1; i < 6; ++i) {
    await page.keyboard.press('ArrowRight');
    await expect(slider(page)).toHaveAttribute('aria-valuetext', `step ${i}`);
  }
  await page.keyboard.press('End');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'step 100, the present');
});

test('a step that was not noted is trained again, to the weights that it had', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#epochs=1000`);
  const at137 = await trainTo(app, 137);
  const at1234 = await trainTo(app, 1234);
  const last = await trainTo(app, 1500);
  await lookAt(page, 1234);
  await expect(hash(page)).toHaveText(at1234);
  await expect(page.getByTestId('kept-news')).toHaveText(
    /^Trained again: at step [\d,]+ the weights are [0-9a-f]{16}, as they were the first time\.$/,
  );
  await lookAt(page, 137);
  await expect(hash(page)).toHaveText(at137);
  await app.button('Now').click();
  await expect(hash(page)).toHaveText(last);
  const on = await trainTo(app, 1600);
  await app.button('Rewind').click();
  await app.waitForFigure('step', (step) => step === 0);
  expect(await trainTo(app, 1600)).toBe(on);
});

test('a run goes on from an earlier step as another one, behind which the first is drawn', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#epochs=1000`);
  const first = await trainTo(app, 400);
  await savedAt(app, 400);
  await lookAt(page, 150);
  await app.button('Go on from here').click();
  await expect(note(page)).toHaveText(/^A new run from step 150\./);
  expect(await app.figure('step')).toBe(150);
  expect(await trainTo(app, 400)).toBe(first);
  await lookAt(page, 150);
  await app.button('Go on from here').click();
  await app.waitForFigure('step', (step) => step === 150);
  await app.openSettings();
  const rate = page.getByLabel('Learning rate', { exact: true });
  await rate.fill('0.05');
  await rate.press('Enter');
  await expect(page).toHaveURL(/learningRate=0\.05/);
  expect(await trainTo(app, 400)).not.toBe(first);
  await app.closeSettings();
  await app.openTab('Runs');
  await expect(page.getByTestId('run-list').getByTestId('run-name')).toHaveCount(3);
  await app.lookAtCurves();
  await expect(page.getByTestId('comparison')).toContainText('learning rate 0.05 instead of');
});

test('the past comes back after a reload, and a learning rate that was set on the way with it', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#epochs=1000`);
  await app.openSettings();
  await trainTo(app, 700);
  const rate = page.getByLabel('Learning rate', { exact: true });
  await rate.fill('0.002');
  await rate.press('Enter');
  await expect(page).toHaveURL(/learningRate=0\.002/);
  const at900 = await trainTo(app, 900);
  const last = await trainTo(app, 1100);
  await savedAt(app, 1100);
  await page.reload();
  await app.ready();
  expect(await hashAt(app, 1100)).toBe(last);
  await lookAt(page, 900);
  await expect(hash(page)).toHaveText(at900);
  await lookAt(page, 0);
  await app.button('Train').click();
  await expect(page.getByTestId('headline')).not.toHaveText(/^As it was/);
});

test('training does not write over a step that is being typed', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#stop=epoch-1000`);
  await app.button('Train').click();
  await app.waitForSteps(20);
  await stepField(page).fill('5');
  await app.waitForSteps((await app.figure('step')) + 20);
  await expect(stepField(page)).toHaveValue('5');
  await stepField(page).press('Enter');
  await expect(page.getByTestId('headline')).toHaveText('As it was at step 5');
});

test('looking back ends with training, stepping and rewinding', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await trainTo(app, 60);
  for (const [name, step] of [
    ['Step', 61],
    ['Rewind', 0],
  ] as const) {
    await lookAt(page, 5);
    await app.button(name).click();
    await app.waitForFigure('step', (now) => now === step); // what is typed before that is replaced by the step
    await expect(page.getByTestId('headline')).not.toHaveText(/^As it was/);
    await expect(slider(page)).toHaveAttribute('aria-valuetext', /, the present$/);
  }
});

test('the run plays as a film, which can be stopped', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await trainTo(app, 300);
  const headline = page.getByTestId('headline');
  const shown = await headline.evaluateHandle((element) => {
    const texts: string[] = [];
    new MutationObserver(() => texts.push(element.textContent)).observe(element, {
      ...{ childList: true, subtree: true, characterData: true },
    });
    return texts;
  });
  await app.button('Play the run as a film').click();
  await expect(headline).toHaveText(/^As it was at step/);
  await app.button('Stop the film').click();
  await expect(app.button('Play the run as a film')).toBeVisible();
  const texts = await shown.jsonValue();
  expect(texts.slice(0, 2)).toEqual(['As it was at step 0', 'As it was at step 1']);
  expect(texts.at(-1)).not.toBe('As it was at step 300');
});

test('the run is saved as a film in a GIF', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await trainTo(app, 12);
  await app.button('Share').click();
  const saved = page.waitForEvent('download');
  await app.button('Save as a film (GIF)').click();
  const file = await readFile(await (await saved).path());
  expect(file.subarray(0, 6).toString('latin1')).toBe('GIF89a');
  expect([file.readUInt16LE(6), file.readUInt16LE(8)]).toEqual([640, 360]);
  await expect(page.getByTestId('headline')).not.toHaveText(/^As it was/);
});

test('the pictures of the film are saved one by one', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await trainTo(app, 6);
  await app.button('Share').click();
  const saved = page.waitForEvent('download');
  await app.button('Save its pictures (PNG)').click();
  const files = unzipSync(await readFile(await (await saved).path()));
  const names = [0, 1, 2, 3, 4, 5, 6].map((step) => `step-000000${step}.png`);
  expect(Object.keys(files)).toEqual(names);
  for (const bytes of Object.values(files)) expect([...bytes.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  expect(Buffer.from(files[names[0]!]!)).not.toEqual(Buffer.from(files[names[6]!]!));
  await expect(page.getByTestId('headline')).not.toHaveText(/^As it was/);
});

async function setLearningRate(page: Page, text: string): Promise<void> {
  const rate = page.getByLabel('Learning rate', { exact: true });
  await rate.fill(text);
  await rate.press('Enter');
  await expect(page).toHaveURL((url) => url.hash.includes(`learningRate=${text}`));
}

test('a link trains to the same weights elsewhere, and says so', async ({ app, page, sites, browser }) => {
  await app.open(`${sites.withData}#seed=6&model=sigmoid-mlp`);
  await app.openSettings();
  await trainTo(app, 100);
  await setLearningRate(page, '0.004');
  const weights = await trainTo(app, 250);
  await app.closeSettings();
  const link = await copied(page, 'Copy link');
  expect(link).toContain('#model=sigmoid-mlp&seed=6&stop=step-250&rates=100-0.004');
  expect(link).toContain(`weights=${weights}`);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(link);
  await expect(note(other)).toHaveText(`Same weights: ${weights}, bit for bit as the link says.`);
  await expect(other.getByTestId('link-outcome')).toHaveText('same as in the link');
  const app2 = new TinyCnnPage(other);
  expect(await hashAt(app2, 250)).toBe(weights);
  await other.goto('about:blank');
  await other.goto(link.replace(weights, '0123456789abcdef'));
  await expect(note(other)).toHaveText(`Other weights: ${weights} instead of 0123456789abcdef.`);
  await elsewhere.close();
});

test('what the weights of a link are is not talked over by why training has stopped', async ({
  app,
  page,
  sites,
  browser,
}) => {
  await app.open(`${sites.withData}#seed=6&model=sigmoid-mlp`);
  const weights = await trainTo(app, 5);
  const link = await copied(page, 'Copy link');
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  const release = await holdBack(other, /assets\/patience-/); // which says why, and which the time machine needs
  await other.goto(link);
  const same = `Same weights: ${weights}, bit for bit as the link says.`;
  await expect(note(other)).toHaveText(same);
  release();
  await expect(slider(other)).toBeVisible();
  await expect(note(other)).toHaveText(same);
  await elsewhere.close();
});

test('link and program lead to the same weights in Node and natively, with any number of threads', async ({
  app,
  page,
  sites,
}) => {
  await app.open(`${sites.withData}#data=generated&model=sigmoid-mlp&seed=6`);
  await app.openSettings();
  await trainTo(app, 30);
  await setLearningRate(page, '0.004');
  const weights = await trainTo(app, 60);
  await app.closeSettings();
  const link = await copied(page, 'Copy link');
  for (const options of ['--threads=1', '--threads=4', '--native']) {
    expect(await output('tools/verify.mjs', link, options)).toContain(`${weights}, bit for bit`);
  }
  const program = await copied(page, 'Copy as JavaScript');
  const file = test.info().outputPath('program.mjs'); // below the root, where `tinycnn` is found
  const printed = `console.log(fnv1a(Buffer.concat(session.parameters({ averaged: true })
    .map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)))).toString(16));`;
  await writeFile(
    file,
    `import { fnv1a } from '${root}tests/support/fnv1a.mjs';\n${program.replace('engine.dispose();', `${printed}\n$&`)}`,
  );
  expect((await output(file)).trim().split('\n').at(-1)).toBe(weights.replace(/^0+/, ''));
});

test('what no link can bring says so', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.draw(drawings[3]!);
  await page.getByLabel('Label of the drawing').selectOption('3');
  await app.button('Keep').click();
  await trainTo(app, 20);
  await app.openTab('Your digits');
  await app.button('Learn my digits').click();
  await expect(page.getByTestId('learned')).toBeVisible();
  await app.button('Share').click();
  await app.button('Copy link').click();
  await expect(page.getByText('This network has learned your own digits, which no link can bring.')).toBeVisible();
});

test('a run is a program of a few lines', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  const weights = await trainTo(app, 120);
  const javascript = await copied(page, 'Copy as JavaScript');
  expect(javascript).toContain(`step 120, weights ${weights}`);
  expect(javascript).toContain('session.trainSteps(120);');
  const python = await copied(page, 'Copy as PyTorch');
  expect(python).toMatch(/^class Network\(nn\.Module\):$/m);
  expect(python).toContain('self.conv1 = nn.Conv2d(1, 4, (3, 3)');
  expect(python).toContain('while step < 120:');
  expect(python).not.toContain('def load(');
});
