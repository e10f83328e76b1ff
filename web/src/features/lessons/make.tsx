// SPDX-License-Identifier: MIT
//
// A lesson of one's own: written as JSON, tried, and copied as a link that holds all of it.

import { signal } from '@preact/signals';
import { inWords } from '../../client/command';
import { lesson } from '../../state/lesson';
import { packed, sceneFrom } from './scene';
import { scenes } from './scenes';
import type { Scene } from './scene';

const example: Scene = {
  title: 'A lesson of mine',
  hide: ['article'],
  steps: [
    {
      text: 'What the first step says. An empty line begins a new paragraph.',
      link: 'seed=7&stop=step-200',
      look: 'network',
      ask: { question: 'What will happen?', options: ['This.', 'That.'], right: 0, why: 'Because.' },
    },
    { text: 'After {step} steps the loss is {loss}.', link: 'seed=7&stop=step-200', train: true, look: 'curves' },
  ],
};

const text = signal(JSON.stringify(example, null, 2));
const failure = signal<string | null>(null);
const copied = signal<string | null>(null);

async function withScene(use: (name: string) => unknown): Promise<void> {
  failure.value = copied.value = null;
  try {
    await use(await packed(sceneFrom(text.peek())));
  } catch (error) {
    failure.value = inWords(error);
  }
}

const tryIt = (): Promise<void> =>
  withScene((name) => {
    lesson.value = name;
  });

const copy = (): Promise<void> =>
  withScene(async (name) => {
    const link = new URL(`#lesson=${name}`, location.href.replace(/#.*/, '')).href;
    await navigator.clipboard.writeText(link);
    copied.value = `Copied: a link of ${link.length.toLocaleString('en-US')} characters.`;
  });

export function Make() {
  return (
    <>
      <p>
        A lesson is JSON. Each step has a text; it may ask a question, set the page up (<code>link</code>: what the
        page’s address has behind #), train, and bring a part into sight. <code>hide</code> leaves parts of the page
        out: data, settings, training, tabs, article.
      </p>
      <label class="lesson-start">
        <span>Start from</span>
        <select
          onChange={(event) => {
            const chosen = scenes[event.currentTarget.value];
            if (chosen !== undefined) text.value = JSON.stringify(chosen, null, 2);
          }}
        >
          <option value="">the example</option>
          {Object.entries(scenes).map(([name, { title }]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <textarea
        class="lesson-json"
        aria-label="The lesson as JSON"
        spellcheck={false}
        rows={12}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      {failure.value !== null && <p role="alert">{failure.value}</p>}
      <p role="status">{copied.value}</p>
      <p class="controls">
        <button type="button" class="button primary" data-testid="try-lesson" onClick={() => void tryIt()}>
          Try it
        </button>{' '}
        <button type="button" class="button" data-testid="copy-lesson" onClick={() => void copy()}>
          Copy link
        </button>
      </p>
    </>
  );
}
