// SPDX-License-Identifier: MIT
//
// The lesson that is open: its scene, the step that is shown, and what the visitor has answered.

import { batch, computed, effect, signal } from '@preact/signals';
import { inWords } from '../../client/command';
import { followLink } from '../../client/follow-link';
import { keepGhost } from '../../client/ghost';
import { pickTestDigit } from '../../client/input';
import { rewind, train } from '../../client/run';
import { fixed, percent } from '../../shared/format';
import { lesson } from '../../state/lesson';
import { goToTab, setOpen } from '../../state/panels';
import { lastTest } from '../../state/run-state';
import { currentInput, run } from '../../state/store';
import { isPacked, unpacked } from './scene';
import { scenes } from './scenes';
import type { Scene, SceneStep } from './scene';

export const scene = signal<Scene | null>(null);
export const at = signal(0);
export const answered = signal<number | null>(null);
export const failure = signal<string | null>(null);
/** Whether the page is being set up for the step. */
export const isBusy = signal(false);

export const step = computed((): SceneStep | null => scene.value?.steps[at.value] ?? null);

/** A step that trains is over once training has stopped. */
export const isTraining = computed(() => run.value.phase === 'training');

type Figures = Readonly<Record<string, string>>;

/** Figures of the run, as texts name them. */
const figures = computed((): Figures => {
  const { value } = run;
  const test = lastTest(value);
  return {
    step: value.step.toLocaleString('en-US'),
    loss: fixed(value.curve.points.at(-1)?.loss ?? null, 2),
    training: percent(test?.training.accuracy ?? null, 1),
    test: percent(test?.accuracy ?? null, 1),
  };
});

/** For each step what the figures were when it was first gone on to. */
const before = new Map<number, Figures>();

/** With the figures of the run; where the step begins another one and does not train it, with those of the one before. */
export function withFigures({ text, link, train: trains = false }: SceneStep): string {
  const tellsOfBefore = link !== undefined && !trains;
  const known = (tellsOfBefore ? before.get(at.value) : undefined) ?? figures.value;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
}

const sights: Readonly<Record<string, () => void>> = {
  settings: () => {
    setOpen('settings', true);
  },
  network: () => {
    document.querySelector('.stage')?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  },
};

function bringIntoSight(look: SceneStep['look']): void {
  if (look === undefined) return;
  if (look === 'network' || look === 'settings') sights[look]!();
  else goToTab(look);
}

let visits = 0;

async function perform({ link, keep = false, train: trains = false, look, nudge = false }: SceneStep): Promise<void> {
  const visit = ++visits;
  isBusy.value = true;
  failure.value = null;
  try {
    if (keep) await keepGhost();
    if (link !== undefined && visit === visits) await followLink(`#${link}`);
    if (nudge && currentInput.peek().kind === 'none') await pickTestDigit(2);
    if (trains && visit === visits) {
      // the same run for everybody, from its first step
      await rewindOnce();
      void train();
    }
    if (visit === visits) bringIntoSight(look);
  } catch (error) {
    failure.value = inWords(error);
  } finally {
    if (visit === visits) isBusy.value = false;
  }
}

export function goTo(index: number): void {
  if (index > at.peek()) before.set(index, figures.peek());
  batch(() => {
    at.value = index;
    answered.value = null;
  });
  const next = step.peek();
  if (next !== null) void perform(next);
}

/** To weights that have learned nothing yet; a run that was there stays among the runs. */
const rewindOnce = async (): Promise<void> => {
  if (run.peek().step > 0 || run.peek().phase === 'training') await rewind();
};

export function begin(next: Scene): void {
  batch(() => {
    scene.value = next;
    failure.value = null;
  });
  before.clear();
  void rewindOnce().then(() => {
    goTo(0);
  });
}

export function close(): void {
  ++visits;
  batch(() => {
    scene.value = lesson.value = null;
    isBusy.value = false;
  });
}

/** Follows the name of the lesson that is wanted. */
export function follow(): () => void {
  return effect(() => {
    const name = lesson.value;
    failure.value = null;
    if (name === null || name === 'make') {
      scene.value = null;
      return;
    }
    void (isPacked(name) ? unpacked(name) : Promise.resolve(scenes[name] ?? null)).then(
      (found) => {
        if (lesson.peek() !== name) return;
        if (found === null) failure.value = `There is no lesson “${name}”.`;
        else if (scene.peek() !== found) begin(found);
      },
      (error: unknown) => {
        failure.value = inWords(error);
      },
    );
  });
}
