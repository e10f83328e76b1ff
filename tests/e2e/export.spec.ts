// SPDX-License-Identifier: MIT
//
// Networks that leave the page: every file is of the format that it says, holds the network of the moment at which the dialog was opened,
// and is held to what the package makes of the same network in Node.

import { loadEngine } from 'tinycnn';
import { axeViolations } from './support/axe';
import { expect, test } from './support/fixtures';
import { drawings } from './support/page';
import { safetensorsHead } from './support/network-files';
import type { Session } from 'tinycnn';
import type { Page } from '@playwright/test';
import type { FileSet } from './support/sites';
import type { TinyCnnPage } from './support/page';

const engine = await loadEngine({ threads: 1 });

/** The network of a checkpoint, with the data that the page has. */
function inNode(checkpoint: Uint8Array, files: FileSet): Session {
  const session = engine.restoreSession(checkpoint);
  for (const [split, of] of [
    ['train', 'train'],
    ['test', 't10k'],
  ] as const) {
    const images = engine.readIdxImages(files[`${of}-images-idx3-ubyte`]);
    session.setData(split, { ...images, ...engine.readIdxLabels(files[`${of}-labels-idx1-ubyte`]) });
  }
  return session;
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

const beginsWith = (at: number, mark: string) => (bytes: Buffer) => {
  expect(textOf(bytes.subarray(at, at + mark.length))).toBe(mark);
};

const reads = (text: RegExp) => (bytes: Buffer) => {
  expect(textOf(bytes)).toMatch(text);
};

/** Trained for an epoch, with a digit on the pad and the dialog open. */
async function openTrained(app: TinyCnnPage, url: string): Promise<void> {
  await app.open(url);
  await app.trainEpochs(1);
  await app.draw(drawings[7]!);
  await app.whenRead();
  await expect(app.prediction).toHaveText(/^\d$/);
  await app.openExport();
}

const stepIn = async (page: Page): Promise<number> =>
  Number(/after step ([\d,]+)/.exec(await page.getByTestId('export-network').innerText())![1]!.replaceAll(',', ''));

test('each file is of its format and as large as the dialog says', async ({ app, page, sites }) => {
  await openTrained(app, sites.withData);
  const checks: Record<string, [name: string, isOfFormat: (bytes: Buffer) => void]> = {
    onnx: ['tinycnn.onnx', beginsWith(0, '\b\b')],
    safetensors: [
      'tinycnn.safetensors',
      (bytes) => {
        const names = Object.keys(safetensorsHead(bytes));
        expect(names).toEqual(expect.arrayContaining(['__metadata__', 'conv1.weight', 'fc2.bias']));
      },
    ],
    pytorch: ['tinycnn.py', reads(/^class Network\(/m)],
    tflite: ['tinycnn.tflite', beginsWith(4, 'TFL3')],
    c: ['tinycnn.h', reads(/int tinycnn_predict\(const uint8_t/)],
    json: [
      'tinycnn.json',
      (bytes) => {
        expect(JSON.parse(textOf(bytes))).toMatchObject({ format: 'tinycnn', version: 1 });
      },
    ],
    'onnx-int8': ['tinycnn-int8.onnx', reads(/QuantizeLinear/)],
    'tflite-int8': ['tinycnn-int8.tflite', beginsWith(4, 'TFL3')],
    'c-int8': ['tinycnn_int8.h', reads(/int tinycnn_predict\(const uint8_t pixels\[tinycnn_inputs\], int8_t/)],
    checkpoint: ['tinycnn.tinycnn', beginsWith(0, 'TINYCNN\n')],
    kernels: ['tinycnn-kernels.png', beginsWith(1, 'PNG')],
    activations: ['tinycnn-activations.png', beginsWith(1, 'PNG')],
    curves: [
      'tinycnn-curves.csv',
      (bytes) => {
        const [head, ...lines] = textOf(bytes).trimEnd().split('\n');
        expect(head).toMatch(/^step,images,epoch,train_loss,train_accuracy,test_loss,test_accuracy,/);
        expect(lines.length).toBeGreaterThan(3);
        for (const line of lines) expect(line.split(',').length).toBe(head!.split(',').length);
      },
    ],
  };
  for (const [kind, [name, isOfFormat]] of Object.entries(checks)) {
    // a C header is made once more when its network has been tested
    await expect(async () => {
      const file = await app.download(kind);
      expect(file.name).toBe(name);
      isOfFormat(file.bytes);
      const shown = await page.getByTestId(`item-${kind}`).locator('.file-size').innerText();
      const [size, unit] = shown.split(' ');
      const factor = { bytes: 1, kB: 1000, MB: 1e6 }[unit!]!;
      expect(Math.abs(Number(size) * factor - file.bytes.length), kind).toBeLessThanOrEqual(0.06 * factor);
    }).toPass();
  }
});

test('what is in the files answers as the network on the page does, and the same in Node', async ({
  app,
  page,
  sites,
}) => {
  await openTrained(app, sites.withData);
  const session = inNode((await app.download('checkpoint')).bytes, sites.files);
  const digit = engine.readIdxImages(sites.files['t10k-images-idx3-ubyte']).images.subarray(0, 784);
  const answer = (await page.getByTestId('float-answer').locator('.answer-class').innerText()).trim();
  expect(answer).toBe(await app.prediction.innerText());
  for (const kind of ['onnx', 'safetensors', 'json', 'checkpoint']) {
    await expect(page.getByTestId(`item-${kind}`)).toContainText('The same, bit for bit');
    const { spec, parameters, normalize } = await engine.importModel((await app.download(kind)).bytes);
    const again = engine.createSession({ model: spec, parameters, normalize });
    expect(again.predict(digit), kind).toEqual(session.predict(digit));
    again.dispose();
  }
  for (const [kind, options] of [
    ['safetensors', { format: 'safetensors' }],
    ['pytorch', { format: 'pytorch' }],
    ['tflite', { format: 'tflite' }],
  ] as const) {
    expect((await app.download(kind)).bytes.equals(await session.exportModel(options)), kind).toBe(true);
  }
});

test('ONNX and TensorFlow Lite read what was chosen', async ({ app, page, sites }) => {
  await openTrained(app, sites.withData);
  const session = inNode((await app.download('checkpoint')).bytes, sites.files);
  const before = (await app.download('onnx')).bytes;
  await page.getByTestId('export-input').selectOption('normalized');
  await expect(page.getByTestId('item-tflite')).toHaveAttribute('aria-busy', 'false');
  await expect(async () => {
    expect((await app.download('onnx')).bytes.length).toBeLessThan(before.length);
  }).toPass();
  const wanted = await session.exportModel({ format: 'onnx', input: 'normalized' });
  expect((await app.download('onnx')).bytes.equals(wanted)).toBe(true);
  await expect(page.getByTestId('item-onnx')).toContainText('The same, bit for bit');
});

test('the network in 8-bit integers stands beside itself in floating point, as the package has it', async ({
  app,
  page,
  sites,
}) => {
  await openTrained(app, sites.withData);
  const session = inNode((await app.download('checkpoint')).bytes, sites.files);
  const quantized = await session.quantize();
  await expect(page.getByTestId('int8-changes')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop comparing' })).toHaveCount(0);
  const cells = (line: string): Promise<string[]> => page.getByTestId(`int8-${line}`).locator('td').allInnerTexts();
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  expect(await cells('accuracy')).toEqual(
    [session, quantized].map((network) => percent(network.evaluate('test').accuracy)),
  );
  expect(await cells('bytes')).toEqual(['75,928 bytes', `${quantized.bytes.toLocaleString('en-US')} bytes`]);
  expect(await cells('macs')).toEqual(
    [session.summary.macs, quantized.macs].map((macs) => macs.toLocaleString('en-US')),
  );
  const [float, int8] = await cells('answer');
  expect(float!.split(' ')[0]).toBe(await app.prediction.innerText());
  expect(int8).toMatch(/^\d \d+\.\d %$/);

  const images = engine.readIdxImages(sites.files['t10k-images-idx3-ubyte']).images;
  const best = (answer: Float32Array): number => answer.indexOf(Math.max(...answer));
  const [floats, integers] = [session, quantized].map((network) => network.predictBatch(images).map(best));
  const changes = floats!.filter((label, i) => label !== integers![i]).length;
  await expect(page.locator('.changed li')).toHaveCount(Math.min(changes, 40));
  await expect(page.getByTestId('int8-changes')).toContainText(
    changes === 0 ? 'the same answer for all 500' : `Of 500 test digits, ${changes} `,
  );
  const files = {
    'onnx-int8': { format: 'onnx' },
    'tflite-int8': { format: 'tflite' },
    'c-int8': { format: 'c' },
  } as const;
  for (const [kind, options] of Object.entries(files)) {
    const known = kind === 'c-int8' ? { testAccuracy: quantized.evaluate('test').accuracy } : {};
    const wanted = quantized.exportModel({ ...options, ...known });
    await expect(async () => {
      expect((await app.download(kind)).bytes.equals(wanted), kind).toBe(true);
    }).toPass();
  }
});

test('a comparison is stopped and begun again', async ({ app, page, sites }) => {
  await app.open(`${sites.withData}#model=wide-593k`);
  await app.openExport();
  await page.getByRole('button', { name: 'Stop comparing' }).click({ timeout: 120_000 });
  await expect(page.getByTestId('quantized')).toContainText('Stopped.');
  await page.getByRole('button', { name: 'Compare on all test digits' }).click();
  // while the network is being given to a new worker
  await page.getByTestId('export-input').selectOption('normalized');
  await expect(page.getByRole('progressbar', { name: 'Test images compared' })).toBeVisible();
  await app.download('onnx');
  await expect(page.getByTestId('int8-changes')).toBeVisible({ timeout: 90_000 });
  await app.download('c-int8');
});

test('while training runs the files hold the weights of one moment, until those of now are taken', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await app.trainWithoutEnd();
  await app.waitForSteps(50);
  await app.openExport();
  const step = await stepIn(page);
  await app.waitForSteps(step + 50);
  expect(engine.restoreSession((await app.download('checkpoint')).bytes).step).toBe(step);
  expect((JSON.parse(textOf((await app.download('json')).bytes)) as { step: number }).step).toBe(step);
  await page.getByRole('button', { name: 'Take the weights of now' }).click();
  await expect(async () => {
    expect(await stepIn(page)).toBeGreaterThan(step + 49);
  }).toPass();
  const later = await stepIn(page);
  expect(engine.restoreSession((await app.download('checkpoint')).bytes).step).toBe(later);
  await page.keyboard.press('Escape');
  await app.button('Pause').click();
});

test('the weights of now are taken while those before are made into integers', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await app.trainWithoutEnd();
  await app.openExport();
  // at once: integers are asked for right after the pictures
  await page.waitForFunction(() => {
    const made = document.querySelector('[data-testid="item-activations"][aria-busy="false"]');
    const take = [...document.querySelectorAll('button')].find(
      (each) => each.textContent === 'Take the weights of now',
    );
    if (made === null || take === undefined) return false;
    take.click();
    return true;
  });
  await app.download('onnx');
});

test('Copy as PyTorch and the dialog’s files keep out of each other’s way', async ({ app, sites }) => {
  await app.open(`${sites.withData}#model=wide-593k`);
  await app.stepOnce();
  await app.button('Share').click();
  await app.button('Copy as PyTorch').evaluate((copy: HTMLElement) => {
    copy.click();
    document.querySelector<HTMLElement>('[data-testid="export"]')!.click();
  });
  await app.download('checkpoint');
});

test('with an empty pad and no test digit chosen the first test digit is asked about', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await expect(app.prediction).toHaveText(/^\d$/); // the test digit that the page begins with
  await app.button('Clear').click();
  await expect(page.getByTestId('verdict')).toHaveText('No input yet');
  await app.openExport();
  await expect(page.getByTestId('float-answer')).toContainText(/^Test digit 0, labelled \d: /);
  await expect(page.getByTestId('item-curves')).toContainText('They begin with the first step of training.');
});

test('Back, Escape, Close and a click beside the dialog close it, and the focus returns', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  const entries = await page.evaluate(() => history.length);
  const ways = {
    Back: () => page.goBack(),
    Escape: () => page.keyboard.press('Escape'),
    Close: () => page.getByRole('dialog').getByRole('button', { name: 'Close' }).click(),
    beside: () => page.mouse.click(5, 5),
  };
  for (const name of ['export', 'import']) {
    for (const [way, close] of Object.entries(ways)) {
      await page.getByTestId(name).focus();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expect.poll(() => page.evaluate(() => JSON.stringify(history.state)), way).toContain(`"dialog":"${name}"`);
      await close();
      await expect(page.getByRole('dialog'), way).toBeHidden();
      await expect(page.getByTestId(name), way).toBeFocused();
      await expect.poll(() => page.evaluate(() => JSON.stringify(history.state)), way).toContain('"dialog":null');
    }
  }
  expect(await page.evaluate(() => history.length)).toBe(entries + 1);
  await page.goForward();
  await expect(page.getByRole('dialog', { name: 'Import' })).toBeVisible();
});

test('pressed at once after Escape, Export opens again', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByTestId('export').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  // as the browser does at Escape, with the click before anything else can happen
  await page.getByRole('dialog').evaluate((element: HTMLDialogElement) => {
    if (element.dispatchEvent(new Event('cancel', { cancelable: true }))) element.close();
    document.querySelector<HTMLElement>('[data-testid=export]')!.click();
  });
  await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing wrong with the dialogs in the ${colorScheme} theme`, async ({ app, page, sites }) => {
    await page.emulateMedia({ colorScheme });
    await openTrained(app, sites.withData);
    await expect(page.getByTestId('int8-changes')).toBeVisible();
    const json = await app.download('json');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await app.openImport();
    await app.chooseNetwork({ name: 'mine.json', mimeType: 'application/json', buffer: json.bytes });
    await expect(page.getByTestId('use-network')).toBeVisible();
    expect(await axeViolations(page)).toEqual([]);
    await app.chooseNetwork({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from('{') });
    await expect(page.getByTestId('import-failure')).toBeVisible();
    expect(await axeViolations(page)).toEqual([]);
  });
}

test('everything is reached by keyboard', async ({ app, page, sites }) => {
  await app.open(sites.withData);
  await page.getByTestId('export').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('download-onnx')).toBeVisible();
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(page.getByTestId('download-onnx')).toBeFocused({ timeout: 100 });
  }).toPass();
  const event = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await event).suggestedFilename()).toBe('tinycnn.onnx');
});

test('what writes files and cannot be loaded says so, and comes when it is tried again', async ({
  app,
  page,
  sites,
}) => {
  await app.open(sites.withData);
  await page.route(/tinycnn-formats.*\.wasm$/, (route) => route.abort());
  await app.openExport();
  await expect(page.getByTestId('item-onnx')).toContainText('expected');
  await page.unroute(/tinycnn-formats.*\.wasm$/);
  await page.keyboard.press('Escape');
  await app.openExport();
  await app.download('onnx');
  await page.keyboard.press('Escape');
  await app.stepOnce();
});
