// SPDX-License-Identifier: MIT
//
// <tiny-cnn> by itself: what it reads, attributes, errors, drawing, methods. Its training: element-training.spec.ts.

import {
  answer,
  digits,
  draw,
  expect,
  message,
  pad,
  picture,
  ready,
  spoken,
  test,
  trainButton,
} from './support/element';
import type { TinyCNNElement } from 'tinycnn/element';

test('by two lines, from another origin, it shows an example, then reads what is drawn', async ({
  page,
  embedding,
}) => {
  await embedding.open(digits);
  const { element } = embedding;
  await expect(answer(element)).toHaveText(/^\d$/);
  await expect(element.getByText('An example. Draw your own.')).toBeVisible();
  for (const digit of [3, 7]) {
    await element.getByRole('button', { name: 'Clear' }).click();
    await expect(answer(element)).toHaveText('');
    await draw(page, element, digit);
    await expect(answer(element)).toHaveText(String(digit));
  }
  await expect(element.getByText(/^\d+ % confident$/)).toBeVisible();
  await expect(element.getByRole('listitem')).toHaveCount(10);
  await expect(spoken(element)).toHaveText(/^Answer: 7\. \d+ % confident$/);
  await expect(trainButton(element)).toBeHidden();
});

test('every layer that changes something has a picture, which follows the drawing', async ({ page, embedding }) => {
  await embedding.open(digits);
  const { element } = embedding;
  await ready(element);
  await expect(element.getByRole('figure')).toHaveCount(9); // without the flatten
  await expect(answer(element)).toHaveText(/^\d$/);
  await element.getByRole('button', { name: 'Clear' }).click();
  await expect(answer(element)).toHaveText('');
  const before = await Promise.all(['input', 'conv2', 'pool', 'fc2'].map((layer) => picture(element, layer)));
  await draw(page, element, 1);
  for (const [i, layer] of ['input', 'conv2', 'pool', 'fc2'].entries()) {
    await expect.poll(() => picture(element, layer), layer).not.toBe(before[i]);
  }
});

test('the first stroke takes the place of the example; Example shows another one', async ({ page, embedding }) => {
  await embedding.open(digits);
  const { element } = embedding;
  await ready(element);
  const strokes = () => element.evaluate((found) => (found as HTMLElement & { strokes: unknown[] }).strokes.length);
  await expect.poll(strokes).toBeGreaterThan(0);
  await draw(page, element, 3);
  expect(await strokes()).toBe(1);
  await expect(answer(element)).toHaveText('3');
  await element.getByRole('button', { name: 'Example' }).click();
  await expect(element.getByText('An example. Draw your own.')).toBeVisible();
});

for (const format of ['tinycnn', 'json', 'safetensors', 'onnx', 'pt']) {
  test(`weights in the format ${format} are read`, async ({ page, embedding }) => {
    await embedding.open(`<tiny-cnn model="tinycnn" weights="CDN/digits.${format}"></tiny-cnn>`);
    const { element } = embedding;
    await ready(element);
    await draw(page, element, 3);
    await expect(answer(element)).toHaveText('3');
  });
}

test('the network of the weights needs no model; another model is refused in a sentence', async ({
  page,
  embedding,
}) => {
  await embedding.open('<tiny-cnn weights="CDN/digits.tinycnn"></tiny-cnn>');
  const { element } = embedding;
  await ready(element);
  await draw(page, element, 7);
  await expect(answer(element)).toHaveText('7');
  await element.evaluate((found) => {
    found.setAttribute('model', 'lenet5');
  });
  await expect(message(element)).toHaveText('The weights are those of another network: ‘tinycnn’, not ‘lenet5’.');
  await expect(pad(element)).toBeHidden();
});

const wrong: [attributes: string, sentence: RegExp][] = [
  ['weights="CDN/missing.json"', /^The weights could not be loaded: http\S+missing\.json answered 404\.$/],
  ['weights="http://127.0.0.1:1/x.json"', /^The weights could not be loaded from .*: the server does not answer/],
  ['weights="cut.json"', /^The weights could not be loaded from http\S+cut\.json: the connection broke off\.$/],
  ['weights="CDN/page.html"', /^The weights of http\S+page\.html could not be read: /],
  ['weights="CDN/broken.json"', /^The weights of http\S+broken\.json could not be read: /],
  ['model="tinycmm"', /^There is no model ‘tinycmm’: expected tinycnn, .*, or the URL of a spec\.$/],
  ['model="CDN/page.html"', /^The model could not be read: http\S+ is not a spec in JSON\.$/],
  ['model="CDN/color.spec.json"', /^‘color’ reads images of 3 × 32 × 32, but the pad gives 1 × 28 × 28\.$/],
  ['threads="many"', /^‘threads’ is ‘many’: expected ‘auto’ or an integer from 1 to 64\.$/],
  ['controls="pad layer"', /^‘controls’ names ‘layer’: expected some of pad, layers, answer, train\.$/],
];

test('the element shows errors in one sentence and reports them by an event; mended, it works', async ({
  page,
  embedding,
}) => {
  await embedding.open('<div id="place"></div>');
  const { element } = embedding;
  const cdn = await page.evaluate(() => document.querySelector('script')!.src.replace('lib/tinycnn/element.js', ''));
  for (const [attributes, sentence] of wrong) {
    await page.evaluate(
      (markup) => {
        const place = document.querySelector('#place')!;
        const told: string[] = [];
        place.innerHTML = markup;
        place.firstElementChild!.addEventListener('error', (event) => told.push((event as ErrorEvent).message));
        Object.assign(globalThis, { told });
      },
      `<tiny-cnn ${attributes.replace('CDN/', cdn)}></tiny-cnn>`,
    );
    await expect(message(element), attributes).toHaveText(sentence);
    const told = await page.evaluate(() => (globalThis as unknown as { told: string[] }).told);
    expect(told).toEqual([await message(element).innerText()]);
  }
  await element.evaluate((found) => {
    found.setAttribute('controls', 'pad layers answer');
  });
  await expect(message(element)).toBeHidden();
  await element.evaluate((found, url) => {
    found.setAttribute('weights', url);
  }, `${cdn}digits.json`);
  await ready(element);
  await draw(page, element, 3);
  await expect(answer(element)).toHaveText('3');
});

test('attributes that change: another network keeps the drawing, controls hide and show parts', async ({
  page,
  embedding,
}) => {
  await embedding.open(digits);
  const { element } = embedding;
  await ready(element);
  await draw(page, element, 3);
  await expect(answer(element)).toHaveText('3');
  const change = (attributes: Record<string, string | null>) =>
    element.evaluate((found, all) => {
      for (const [name, value] of Object.entries(all)) {
        if (value === null) found.removeAttribute(name);
        else found.setAttribute(name, value);
      }
    }, attributes);
  await change({ model: 'lenet5', weights: null });
  await expect(element.getByText('Untrained: just guessing', { exact: true })).toBeVisible();
  await expect(answer(element)).toHaveText(/^\d$/);
  await expect(element.getByRole('img', { name: /^conv1: 6 pictures of 28 by 28/ })).toBeVisible();
  await expect(trainButton(element)).toBeVisible();
  await change({ controls: 'answer' });
  for (const hidden of [pad(element), trainButton(element), element.getByRole('region', { name: 'Layers' })]) {
    await expect(hidden).toBeHidden();
  }
  await expect(answer(element)).toBeVisible();
  await change({ controls: 'pad', model: 'tinycnn' });
  await expect(pad(element)).toBeVisible();
  await expect(answer(element)).toBeHidden();
});

test('keys draw, and the pad says how', async ({ page, embedding }) => {
  await embedding.open(digits);
  const { element } = embedding;
  await ready(element);
  await page.keyboard.press('Tab');
  await expect(pad(element)).toBeFocused();
  await expect(element.getByText('Arrow keys move the pen; Space puts it down.')).toBeVisible();
  await page.keyboard.press('Space');
  for (let i = 0; i < 18; ++i) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(answer(element)).toHaveText('1');
  expect(
    await element.evaluate((found) =>
      (found as HTMLElement & { strokes: unknown[][] }).strokes.map(({ length }) => length),
    ),
  ).toEqual([19]);
});

test('a finger draws, and the page does not scroll meanwhile', async ({ page, embedding }) => {
  await embedding.open(`${digits}<p style="height: 3000px"></p>`);
  const { element } = embedding;
  await ready(element);
  const box = (await pad(element).boundingBox())!;
  const client = await page.context().newCDPSession(page);
  const touch = (type: string, y?: number) =>
    client.send('Input.dispatchTouchEvent', {
      type: type as 'touchStart',
      touchPoints: y === undefined ? [] : [{ x: box.x + box.width / 2, y }],
    });
  await touch('touchStart', box.y + 0.15 * box.height);
  for (let i = 2; i <= 8; ++i) await touch('touchMove', box.y + (0.1 * i + 0.05) * box.height);
  await touch('touchEnd');
  await expect(answer(element)).toHaveText('1');
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('ink is as thick as the pen is pressed', async ({ embedding }) => {
  await embedding.open(digits);
  await ready(embedding.element);
  const [light, firm] = await embedding.element.evaluate((found: TinyCNNElement) => {
    found.strokes = [
      [
        [40, 140, 0],
        [140, 140, 0.5],
        [240, 140, 1],
      ],
    ];
    const canvas = found.shadowRoot!.querySelector<HTMLCanvasElement>('canvas[part=pad]')!;
    const inkedAt = (x: number) => {
      const { data } = canvas.getContext('2d')!.getImageData(Math.round((x * canvas.width) / 280), 0, 1, canvas.height);
      return data.filter((value, i) => i % 4 === 3 && value > 127).length;
    };
    return [inkedAt(60), inkedAt(220)];
  });
  expect(firm / light).toBeGreaterThan(1.5);
});

test('the network runs once for a drawing, and the answer is spoken', async ({ embedding }) => {
  await embedding.open(digits);
  const { element } = embedding;
  await ready(element);
  await expect(answer(element)).toHaveText(/^\d$/);
  const runs = await element.evaluateHandle((found: TinyCNNElement) => {
    const count = { runs: 0 };
    const session = found.session!;
    const { allActivations } = session;
    Object.assign(session, {
      allActivations: (...given: Parameters<typeof allActivations>) => {
        ++count.runs;
        return allActivations(...given);
      },
    });
    found.strokes = [
      [
        [140, 40],
        [140, 240],
      ],
    ];
    return count;
  });
  await expect(spoken(element)).toHaveText(/^Answer: 1\. \d+ % confident$/);
  expect(await runs.jsonValue()).toEqual({ runs: 1 });
});

test('its methods and events are those that are documented', async ({ page, embedding }) => {
  await embedding.open(digits);
  await ready(embedding.element);
  const found = await page.evaluate(async () => {
    const element = document.querySelector('tiny-cnn') as unknown as HTMLElement & {
      strokes: number[][][];
      predict: (
        strokes?: number[][][],
      ) => Promise<{ name: string; probabilities: Float32Array; pixels: Uint8Array; isExample: boolean } | null>;
      clear: () => void;
    };
    const next = () =>
      new Promise<{ name: string }>((resolve) => {
        element.addEventListener('prediction', (event) => {
          const { detail } = event as CustomEvent<{ name: string; isExample: boolean }>;
          if (!detail.isExample) resolve(detail);
        });
      });
    const told = next();
    element.strokes = [
      [
        [140, 40],
        [140, 240],
      ],
    ];
    const event = await told;
    const now = await element.predict();
    const dash = await element.predict([
      [
        [0, 0],
        [10, 0],
      ],
    ]);
    element.clear();
    const sum = now!.probabilities.reduce((total, each) => total + each, 0);
    return {
      event: event.name,
      now: now!.name,
      sum,
      pixels: now!.pixels.length,
      isExample: now!.isExample,
      isOther: dash !== null,
      nothing: await element.predict(),
      strokes: element.strokes.length,
    };
  });
  expect(found).toEqual({
    event: '1',
    now: '1',
    sum: expect.closeTo(1, 3) as unknown,
    pixels: 784,
    isExample: false,
    isOther: true,
    nothing: null,
    strokes: 0,
  });
});

test('properties that are set before the element is defined hold', async ({ page, embedding, elementSites }) => {
  await embedding.open(`<script>
    const early = document.createElement('tiny-cnn');
    early.weights = '${elementSites.cdn}digits.json';
    early.strokes = [[[140, 40], [140, 240]]];
    document.querySelector('main').append(early);
  </script>`);
  const { element } = embedding;
  await expect(element).toHaveAttribute('weights', /digits\.json$/);
  await ready(element);
  await expect(answer(element)).toHaveText('1');
  await element.getByRole('button', { name: 'Clear' }).click();
  expect(await element.evaluate((found: TinyCNNElement) => found.strokes)).toEqual([]);
  await draw(page, element, 3);
  await expect(answer(element)).toHaveText('3');
});
