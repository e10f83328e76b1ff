// SPDX-License-Identifier: MIT
//
// The page as a person uses it: by names, test ids, mouse and files.

import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

export type Point = readonly [x: number, y: number];

/** A file as a person has it on disk. */
export interface DiskFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export const diskFile = (name: string, bytes: Uint8Array): DiskFile => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(bytes),
});

export class TinyCnnPage {
  readonly error: Locator;
  readonly data: Locator;
  readonly prediction: Locator;
  readonly pad: Locator;

  constructor(readonly page: Page) {
    this.error = page.getByTestId('error');
    this.data = page.getByTestId('data-progress');
    this.prediction = page.getByTestId('prediction');
    this.pad = page.getByLabel('Draw a digit', { exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Opens the page and waits for its data. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.ready();
  }

  async ready(): Promise<void> {
    await expect(this.button('Train')).toBeEnabled();
  }

  /** Opens the drawer, if it is closed. */
  async openSettings(): Promise<void> {
    const button = this.button('Settings');
    if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    await expect(this.page.locator('#settings')).toBeVisible();
  }

  async closeSettings(): Promise<void> {
    await this.button('Close settings').click();
    await expect(this.page.locator('#settings')).toBeHidden();
    await expect(this.page).not.toHaveURL(/panel=settings/); // it leads one entry back, a moment later
  }

  /** Picks from a list in the drawer, which is as it was afterwards. */
  async choose(testid: string, value: string): Promise<void> {
    const wasOpen = (await this.button('Settings').getAttribute('aria-expanded')) === 'true';
    await this.openSettings();
    await this.page.getByTestId(testid).selectOption(value);
    if (!wasOpen) await this.closeSettings();
  }

  /** Changes fields, by their selectors, one right after the other: before the page has done anything about the first. */
  async changeAtOnce(fields: Readonly<Record<string, string>>): Promise<void> {
    await this.page.evaluate((wanted) => {
      for (const [selector, value] of Object.entries(wanted)) {
        const field = document.querySelector<HTMLInputElement | HTMLSelectElement>(selector)!;
        field.value = value;
        field.dispatchEvent(new Event('change', { bubbles: true }));
      }
    }, fields);
  }

  /** Opens one of the tabs below the network and goes down to it. */
  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
    await expect(this.page.getByRole('tab', { name, exact: true })).toHaveAttribute('aria-selected', 'true');
  }

  /** Goes down to the curves, which are loaded then. */
  async lookAtCurves(): Promise<void> {
    await this.openTab('Curves');
    await expect(this.page.getByRole('region', { name: 'Loss' }).getByRole('slider')).toBeAttached();
  }

  /** Goes down to the confusion matrix and the mistakes, which are loaded then. */
  async lookAtMistakes(): Promise<void> {
    await this.openTab('Mistakes');
    await expect(this.page.locator('#confusion-heading')).toBeAttached();
    await expect(this.page.locator('#mistakes-heading')).toBeAttached();
  }

  text(testid: string): Promise<string> {
    return this.page.getByTestId(testid).innerText();
  }

  /** The figure at the start of an element's text; NaN where there is a dash. */
  async figure(testid: string): Promise<number> {
    return Number.parseFloat(await this.text(testid));
  }

  async waitForFigure(testid: string, is: (value: number) => boolean, timeout = 60_000): Promise<number> {
    let value = Number.NaN;
    await expect(async () => {
      value = await this.figure(testid);
      expect(is(value), `${testid} is ${value}`).toBe(true);
    }).toPass({ timeout, intervals: [20, 50, 100] });
    return value;
  }

  waitForSteps(count: number): Promise<number> {
    return this.waitForFigure('step', (step) => step >= count);
  }

  /** Trains until `epochs` epochs have been tested, then pauses; gives the last test accuracy in percent. */
  async trainEpochs(epochs: number, timeout = 60_000): Promise<number> {
    await this.button('Train').click();
    await this.waitForFigure('epoch', (epoch) => epoch >= epochs, timeout);
    const accuracy = await this.waitForFigure('test-accuracy', (value) => !Number.isNaN(value));
    await this.pauseIfTraining();
    return accuracy;
  }

  /** Pauses, unless training has ended by itself: in the page, as it may end before a click from here arrives. */
  private async pauseIfTraining(): Promise<void> {
    await this.page.evaluate(() => {
      const button = document.querySelector<HTMLElement>('button.train')!;
      if (button.textContent === 'Pause') button.click();
    });
    await expect(this.button('Train')).toBeVisible();
  }

  /** Trains far past the end of the recipe; it is to be paused. */
  async trainWithoutEnd(): Promise<void> {
    await this.stopAt('epoch', 1000);
    await this.button('Train').click();
    await expect(this.button('Pause')).toBeVisible();
  }

  /** When training is to stop by itself; without a number the one that the page offers. */
  async stopAt(kind: 'epoch' | 'step' | 'time' | 'accuracy' | 'patience', number?: number): Promise<void> {
    const wasOpen = (await this.button('Settings').getAttribute('aria-expanded')) === 'true';
    await this.openSettings();
    await this.page.getByTestId('stop-picker').selectOption(kind);
    if (number !== undefined) {
      const field = this.page.getByLabel(/^Stop: /);
      await field.fill(String(number));
      await field.press('Enter');
    }
    if (!wasOpen) await this.closeSettings();
  }

  /** Presses Step and gives the loss of that step. */
  async stepOnce(): Promise<string> {
    const before = await this.figure('step');
    await this.button('Step').click();
    await this.waitForFigure('step', (step) => step === before + 1);
    return this.text('train-loss');
  }

  /** Draws strokes with the mouse; points in 0..1 of the pad. */
  async draw(strokes: readonly (readonly Point[])[]): Promise<void> {
    await this.pad.scrollIntoViewIfNeeded();
    const box = (await this.pad.boundingBox())!;
    const move = ([x, y]: Point): Promise<void> =>
      this.page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 3 });
    for (const [first, ...rest] of strokes) {
      await move(first!);
      await this.page.mouse.down();
      for (const point of rest) await move(point);
      await this.page.mouse.up();
    }
  }

  /** Waits until the network has classified all that was drawn: it answers while one draws. */
  async whenRead(): Promise<void> {
    await expect(this.page.locator('.pad')).toHaveAttribute('aria-busy', 'false');
  }

  /** Opens the dialog and waits for its first answer. */
  async openExport(): Promise<Locator> {
    await this.page.getByTestId('export').click();
    const dialog = this.page.getByRole('dialog', { name: 'Export' });
    await expect(dialog.getByTestId('export-network')).toBeVisible();
    return dialog;
  }

  /** Downloads a file from the export dialog, which is open. */
  async download(kind: string): Promise<{ name: string; bytes: Buffer }> {
    const link = this.page.getByTestId(`download-${kind}`);
    await expect(link).toBeVisible();
    const event = this.page.waitForEvent('download');
    await link.click();
    const download = await event;
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  async openImport(): Promise<Locator> {
    await this.page.getByTestId('import').click();
    const dialog = this.page.getByRole('dialog', { name: 'Import' });
    await expect(dialog.getByRole('button', { name: 'Choose a file' })).toBeVisible();
    return dialog;
  }

  /** Chooses a file in the import dialog, which is open. */
  async chooseNetwork(file: DiskFile): Promise<void> {
    await this.page.getByTestId('network-file').setInputFiles(file);
  }

  /** Reads a file in the import dialog and takes its network into use. */
  async importNetwork(file: DiskFile): Promise<void> {
    const dialog = await this.openImport();
    await this.chooseNetwork(file);
    await this.page.getByTestId('use-network').click();
    await expect(dialog).toBeHidden();
  }

  /** The probabilities of all classes, as they stand on the page. */
  probabilities(): Promise<string[]> {
    return this.page.locator('[data-testid^="probability-"]').allInnerTexts();
  }

  /** The pixels of a layer's pictures as one text, to tell whether they changed. */
  pictures(layer: string): Promise<string> {
    return this.page
      .getByTestId(`activation-${layer}`)
      .locator('canvas')
      .evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()).join());
  }

  /** Chooses files by the button that opens the file dialog. */
  async chooseFiles(files: DiskFile[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.button('Choose files').click();
    await (await chooser).setFiles(files);
  }

  async dropFiles(files: readonly DiskFile[]): Promise<void> {
    const carried = files.map(({ name, buffer }) => ({ name, base64: buffer.toString('base64') }));
    const transfer = await this.page.evaluateHandle((all) => {
      const data = new DataTransfer();
      for (const { name, base64 } of all) {
        data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      }
      return data;
    }, carried);
    for (const type of ['dragenter', 'dragover', 'drop']) {
      await this.page.dispatchEvent('body', type, { dataTransfer: transfer });
    }
  }
}

/** Digits as people draw them, in 0..1 of the pad. */
export const drawings: Readonly<Record<string, readonly (readonly Point[])[]>> = {
  0: [
    [
      [0.5, 0.18],
      [0.36, 0.26],
      [0.3, 0.48],
      [0.36, 0.72],
      [0.5, 0.82],
      [0.64, 0.74],
      [0.71, 0.5],
      [0.65, 0.27],
      [0.5, 0.18],
    ],
  ],
  1: [
    [
      [0.52, 0.15],
      [0.5, 0.4],
      [0.49, 0.62],
      [0.48, 0.85],
    ],
  ],
  2: [
    [
      [0.3, 0.32],
      [0.38, 0.2],
      [0.54, 0.17],
      [0.67, 0.28],
      [0.63, 0.45],
      [0.46, 0.63],
      [0.3, 0.8],
      [0.5, 0.79],
      [0.73, 0.8],
    ],
  ],
  3: [
    [
      [0.32, 0.22],
      [0.5, 0.16],
      [0.66, 0.26],
      [0.62, 0.42],
      [0.46, 0.48],
      [0.64, 0.55],
      [0.7, 0.7],
      [0.56, 0.82],
      [0.34, 0.78],
    ],
  ],
  4: [
    [
      [0.36, 0.16],
      [0.33, 0.35],
      [0.31, 0.52],
      [0.5, 0.53],
      [0.7, 0.5],
    ],
    [
      [0.66, 0.2],
      [0.64, 0.5],
      [0.62, 0.85],
    ],
  ],
  5: [
    [
      [0.68, 0.18],
      [0.52, 0.19],
      [0.37, 0.2],
      [0.35, 0.34],
      [0.34, 0.46],
      [0.5, 0.44],
      [0.64, 0.52],
      [0.68, 0.66],
      [0.58, 0.8],
      [0.42, 0.82],
      [0.31, 0.76],
    ],
  ],
  6: [
    [
      [0.6, 0.15],
      [0.45, 0.3],
      [0.35, 0.52],
      [0.34, 0.7],
      [0.43, 0.83],
      [0.57, 0.82],
      [0.65, 0.7],
      [0.6, 0.57],
      [0.47, 0.56],
      [0.36, 0.66],
    ],
  ],
  7: [
    [
      [0.28, 0.21],
      [0.5, 0.19],
      [0.72, 0.2],
      [0.66, 0.38],
      [0.56, 0.6],
      [0.48, 0.84],
    ],
  ],
  8: [
    [
      [0.62, 0.24],
      [0.5, 0.16],
      [0.38, 0.24],
      [0.4, 0.38],
      [0.52, 0.48],
      [0.65, 0.6],
      [0.64, 0.76],
      [0.5, 0.84],
      [0.36, 0.76],
      [0.37, 0.61],
      [0.5, 0.48],
      [0.62, 0.36],
      [0.62, 0.24],
    ],
  ],
  9: [
    [
      [0.65, 0.28],
      [0.54, 0.17],
      [0.4, 0.2],
      [0.34, 0.34],
      [0.4, 0.47],
      [0.54, 0.48],
      [0.64, 0.38],
      [0.65, 0.28],
      [0.64, 0.5],
      [0.6, 0.85],
    ],
  ],
};
