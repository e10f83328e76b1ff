// SPDX-License-Identifier: MIT
//
// <tiny-cnn> in pages of many kinds: moved and removed, with others, in both colour schemes, isolated, without workers, without its engine.

import { answer, digits, draw, expect, message, pad, picture, ready, test, trainButton } from './support/element';
import { axeViolations } from './support/axe';
import { testCount } from './support/element-sites';
import type { TinyCNNElement } from 'tinycnn/element';

test('moved it goes on; removed it frees the engine; put back it has the drawing and what it learned', async ({
  page,
  embedding,
}) => {
  await embedding.open('<tiny-cnn epochs="1"></tiny-cnn><div id="other"></div>');
  const { element } = embedding;
  await ready(element);
  await expect.poll(() => page.workers().length).toBe(1);
  await draw(page, element, 7);
  await page.evaluate(async () => {
    const found = document.querySelector('tiny-cnn') as unknown as HTMLElement & {
      session: unknown;
      train: () => Promise<void>;
    };
    const before = found.session;
    document.querySelector('#other')!.append(found);
    await new Promise((resolve) => setTimeout(resolve));
    if (found.session !== before) throw new Error('it was loaded anew');
    await found.train();
  });
  await expect(answer(element)).toHaveText('7');
  await page.evaluate(() => {
    const found = document.querySelector('tiny-cnn')!;
    Object.assign(globalThis, { found });
    found.remove();
  });
  await expect.poll(() => page.workers().length, 'the engine’s worker has ended').toBe(0);
  await page.evaluate(() => {
    document.querySelector('#other')!.append((globalThis as unknown as { found: Element }).found);
  });
  await ready(element);
  await expect(answer(element)).toHaveText('7');
  await expect(element.getByText(/^\d+ % confident$/)).toBeVisible();
  expect(
    await element.evaluate((found) => (found as unknown as { session: { step: Promise<number> } }).session.step),
  ).toBe(625);
});

test('what changes while it is out of the document holds', async ({ page, embedding }) => {
  await embedding.open('<tiny-cnn model="CDN/linear.spec.json" data="CDN/data" epochs="1"></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  await element.evaluate((found: TinyCNNElement) => found.train());
  await element.evaluate(async (found: TinyCNNElement) => {
    const parent = found.parentElement!;
    found.remove();
    found.rewind();
    parent.append(found);
    await found.ready;
    if ((await found.session!.step) !== 0) throw new Error('it was not rewound');
    found.remove();
    found.model = 'lenet5';
    found.controls = 'layers answer';
    parent.append(found);
  });
  await expect(element.getByRole('img', { name: /^conv1: 6 pictures of 28 by 28/ })).toBeVisible();
  await expect(pad(element)).toBeHidden();
  expect(page.workers()).toHaveLength(1);
});

test('out of the document it has no session, and whoever waits for it is told', async ({ page, embedding }) => {
  await embedding.open(digits);
  await ready(embedding.element);
  const codes = await page.evaluate(async () => {
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code,
      );
    const found = document.querySelector('tiny-cnn')!;
    const hasSession = found.session !== null;
    found.model = 'tinycnn-other';
    found.removeAttribute('model'); // it is loaded again
    const waiting = [codeOf(found.ready), codeOf(found.predict()), codeOf(found.train())];
    found.remove();
    const told = await Promise.all(waiting);
    const fresh = document.createElement('tiny-cnn');
    const later = await Promise.all([found.predict(), found.train(), fresh.predict()].map(codeOf));
    return { hasSession, session: found.session, told, later };
  });
  const disposed = ['disposed', 'disposed', 'disposed'];
  expect(codes).toEqual({ hasSession: true, session: null, told: disposed, later: disposed });
});

test('another network of the only element runs in the same engine', async ({ page, embedding }) => {
  let workers = 0;
  page.on('worker', () => ++workers);
  await embedding.open('<tiny-cnn></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  await element.evaluate(async (found: TinyCNNElement) => {
    found.model = 'lenet5';
    await found.ready;
  });
  await expect(element.getByRole('img', { name: /^conv1: 6 pictures of 28 by 28/ })).toBeVisible();
  expect(workers).toBe(1);
});

test('after its worker has broken down, the next change begins in another one', async ({ page, embedding }) => {
  await page.addInitScript(() => {
    const started: Worker[] = [];
    globalThis.Worker = class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        started.push(this);
      }
    };
    Object.assign(globalThis, { started });
  });
  await embedding.open(`${digits}<tiny-cnn></tiny-cnn>`);
  const { element } = embedding;
  await ready(element);
  await ready(page.locator('tiny-cnn').last());
  await expect(answer(element)).toHaveText(/^\d$/);
  await page.evaluate(() => {
    const { started } = globalThis as unknown as { started: Worker[] };
    started[0]!.dispatchEvent(new ErrorEvent('error', { message: 'broken' }));
  });
  await element.evaluate((found: TinyCNNElement) => {
    found.strokes = [
      [
        [140, 40],
        [140, 240],
      ],
    ];
  });
  await expect(message(element)).toHaveText('Expected the worker to run, got: broken.');
  await element.evaluate((found: TinyCNNElement) => {
    found.weights = found.weights.replace('digits.json', 'digits.onnx');
  });
  await expect(answer(element)).toHaveText('1');
  await expect(message(element)).toBeHidden();
  await expect.poll(() => page.workers().length, 'the first worker has ended').toBe(1);
});

for (const kind of ['sandbox="allow-scripts" src', 'sandbox="allow-scripts" srcdoc', 'srcdoc']) {
  test(`in a frame of the package’s own site, <iframe ${kind}>, it runs in a worker`, async ({
    page,
    elementSites,
  }) => {
    const { cdn, pageOfCdn } = elementSites;
    const markup = `<!doctype html><script type=module src=${cdn}lib/tinycnn/element.js></script><tiny-cnn></tiny-cnn>`;
    const inner = kind.endsWith('src') ? pageOfCdn('inner.html', markup) : markup.replace(/</g, '&lt;');
    const worker = page.waitForEvent('worker');
    await page.goto(
      pageOfCdn('frame.html', `<!doctype html><iframe ${kind}="${inner}" width=900 height=900></iframe>`),
    );
    await expect(answer(page.frameLocator('iframe').locator('tiny-cnn'))).toHaveText(/^\d$/);
    const isSandboxed = kind.startsWith('sandbox');
    expect((await worker).url()).toMatch(isSandboxed ? /^blob:/ : /worker-thread/);
  });
}

test('two on a page share one engine and have sessions of their own', async ({ page, embedding }) => {
  await embedding.open(`${digits}<tiny-cnn model="lenet5" controls="pad answer"></tiny-cnn>`);
  const second = page.locator('tiny-cnn').last();
  await ready(embedding.element);
  await ready(second);
  expect(page.workers()).toHaveLength(1);
  await draw(page, second, 1);
  await draw(page, embedding.element, 7);
  await expect(answer(embedding.element)).toHaveText('7');
  await expect(second.getByText('Untrained: just guessing', { exact: true })).toBeVisible();
  await embedding.element.evaluate((found) => {
    found.remove();
  });
  await second.getByRole('button', { name: 'Example' }).click();
  await expect(answer(second)).toHaveText(/^\d$/);
  expect(page.workers()).toHaveLength(1);
});

for (const scheme of ['light', 'dark'] as const) {
  for (const width of [296, 700, 1200]) {
    test(`${scheme}, ${width} px wide: it fits, and axe finds nothing`, async ({ page, embedding }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      const head =
        '<meta name="viewport" content="width=device-width"><style>:root{color-scheme:light dark}body{margin:8px}</style>';
      await embedding.open('<tiny-cnn epochs="1"></tiny-cnn>', { head });
      const { element } = embedding;
      await ready(element);
      await expect(answer(element)).toHaveText(/^\d$/);
      const [scrolls, background] = await page.evaluate(() => {
        const root = document.querySelector('tiny-cnn')!.shadowRoot!.querySelector('.root')!;
        return [document.documentElement.scrollWidth > innerWidth, getComputedStyle(root).backgroundColor] as const;
      });
      expect(await element.evaluate(({ clientWidth }) => clientWidth)).toBe(width - 16);
      expect(scrolls, 'it is wider than the page').toBe(false);
      expect(background).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 20, 25)');
      expect(await axeViolations(page)).toEqual([]);
    });
  }
}

test('a switch of the page’s color-scheme changes colours and pictures; custom properties and parts are the page’s', async ({
  page,
  embedding,
}) => {
  const head =
    '<style>tiny-cnn{--tiny-cnn-positive:rgb(0,128,0)}tiny-cnn::part(prediction){color:rgb(128,0,128)}</style>';
  await embedding.open(digits, { head });
  const { element } = embedding;
  await ready(element);
  await expect(answer(element)).toHaveText(/^\d$/);
  await expect(answer(element)).toHaveCSS('color', 'rgb(128, 0, 128)');
  await expect(element.locator('.best .fill')).toHaveCSS('background-color', 'rgb(0, 128, 0)');
  const light = await picture(element, 'conv1');
  await page.evaluate(() => {
    document.documentElement.style.colorScheme = 'dark';
  });
  await expect(element.locator('.root')).toHaveCSS('background-color', 'rgb(18, 20, 25)');
  await expect.poll(() => picture(element, 'conv1')).not.toBe(light);
});

test('where workers are forbidden it runs on the page’s thread', async ({ page, embedding, elementSites }) => {
  const origin = new URL(elementSites.cdn).origin;
  const policy = `default-src 'none'; script-src ${origin} 'wasm-unsafe-eval'; connect-src ${origin}; worker-src 'none'`;
  await embedding.open(
    '<tiny-cnn weights="CDN/digits.tinycnn" controls="pad answer layers train" epochs="1" data="CDN/data"></tiny-cnn>',
    { headers: { 'Content-Security-Policy': policy } },
  );
  const { element } = embedding;
  await ready(element);
  expect(page.workers()).toHaveLength(0);
  await draw(page, element, 3);
  await expect(answer(element)).toHaveText('3');
  await trainButton(element).click();
  await expect(element.locator('.train').getByText(`of ${testCount} test digits`)).toBeVisible();
  await expect(element.locator('.grid')).toHaveCSS('display', 'grid'); // styles are not inline
  // there what fails throws at once; the memory is freed all the same
  const disposed = await element.evaluateHandle((found: TinyCNNElement) => {
    const session = found.session!;
    const calls: string[] = [];
    Object.assign(session, {
      save: () => {
        throw new Error('out of memory');
      },
      dispose: () => calls.push('dispose'),
    });
    found.remove();
    return calls;
  });
  await expect.poll(() => disposed.jsonValue()).toContain('dispose');
});

test('in an isolated page of another origin it runs too, with one thread', async ({ page, embedding }) => {
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  await embedding.open('<tiny-cnn weights="CDN/digits.json" threads="4"></tiny-cnn>', { headers });
  const { element } = embedding;
  await ready(element);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await element.evaluate((found: TinyCNNElement) => found.session!.threads)).toMatchObject({ threads: 1 });
  await draw(page, element, 7);
  await expect(answer(element)).toHaveText('7');
});

test('without its engine it says so, and tries again with the next change', async ({ page, embedding }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await embedding.open('<tiny-cnn></tiny-cnn>');
  const { element } = embedding;
  await expect(message(element)).toHaveText(/^The engine could not be loaded: /);
  await page.unroute('**/*.wasm');
  await element.evaluate((found) => {
    found.setAttribute('model', 'lenet5');
  });
  await ready(element);
  await expect(answer(element)).toHaveText(/^\d$/);
});
