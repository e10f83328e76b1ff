// SPDX-License-Identifier: MIT
//
// What is happening, in words: a headline with the figure that matters, and a sentence of explanation that changes only when something
// else happens. Pure.

import { grouped, megabytes, percent } from '../shared/format';
import { isImported } from '../shared/imported';
import { lastKnown } from './run-state';
import type { LoadProgress } from '../shared/dataset';
import type { Noun } from './class-names';
import type { RunState } from './run-state';

export interface Story {
  headline: string;
  detail: string;
}

export interface Scene {
  run: RunState;
  /** The step that is looked back at; null at present. */
  past: number | null;
  noun: Noun;
  /** Classes that the network can choose from. */
  classes: number;
  /** While data are on their way. */
  progress: LoadProgress | null;
  hasData: boolean;
  /** Whether training is about to begin by itself. */
  isAboutToStart: boolean;
  /** Why training ended by itself, or how it began, until the visitor goes on. */
  note: string | null;
}

/** Below this many times what guessing gives it is called guessing. */
const guessing = 1.6;

/** Whole per cent, until it is so good that a tenth matters. */
export const share = (accuracy: number): string => percent(accuracy, accuracy < 0.95 ? 0 : 1);

function loading({ phase, received, total, title = 'the data' }: LoadProgress): Story {
  if (phase === 'download')
    return { headline: `Loading ${title}`, detail: `${megabytes(received)} of ${megabytes(total)}` };
  if (phase === 'draw')
    return { headline: 'Drawing synthetic digits', detail: `${grouped(received)} of ${grouped(total)}` };
  return { headline: `Reading ${title}`, detail: 'In a moment the network can learn from it.' };
}

/** In the first epoch "4,420 images", to three digits; later "2.5 epochs". */
export function trainedSoFar({ step, facts }: RunState): string {
  const { batchSize = 0, stepsPerEpoch = 0 } = facts ?? {};
  if (stepsPerEpoch > 0 && step >= stepsPerEpoch) {
    const epochs = Math.floor((10 * step) / stepsPerEpoch) / 10;
    return `${epochs} epoch${epochs === 1 ? '' : 's'}`;
  }
  const images = step * batchSize;
  return `${grouped(Number(images.toPrecision(3)))} images`;
}

/** "80 % of unseen digits after 4,000 images" */
function known({ run, noun, classes }: Scene): string {
  const last = lastKnown(run);
  const soFar = trainedSoFar(run);
  if (last === null) return `Trained on ${soFar}`;
  if (last.accuracy < guessing / classes) return `Still guessing after ${soFar}`;
  return `${share(last.accuracy)} of unseen ${noun.many} after ${soFar}`;
}

/** A network from a file has been trained elsewhere. */
function imported({ run, noun }: Scene): Story {
  const last = lastKnown(run);
  const headline = last === null ? 'Imported weights' : `Imported: ${share(last.accuracy)} of unseen ${noun.many}`;
  return { headline, detail: 'Press Train to train on from these weights.' };
}

function untrained(scene: Scene): Story {
  const { run, isAboutToStart } = scene;
  if (isImported(run.settings.model)) return imported(scene);
  const weights = run.facts === null ? 'weights' : `${grouped(run.facts.summary.parameters)} weights`;
  const next = isAboutToStart ? 'Training starts automatically in a moment.' : 'Press Train to watch it learn.';
  return { headline: 'Untrained: just guessing', detail: `Its ${weights} are random numbers. ${next}` };
}

function training(scene: Scene): string {
  const { run, noun, classes } = scene;
  const { batchSize = 0 } = run.facts ?? {};
  const accuracy = lastKnown(run)?.accuracy ?? 0;
  if (accuracy < guessing / classes)
    return `One step: it looks at ${batchSize} ${noun.many}, compares its answers with the labels and changes every weight a little.`;
  if (accuracy < 0.6) return 'The loss falls: its answers get less wrong. Nobody tells it which shapes matter.';
  if (accuracy < 0.9) return `It gets better at ${noun.many} that it has never trained on.`;
  return `Draw a ${noun.one}: the network answers after every stroke, also while it trains.`;
}

const lookingBack = 'The network of that step answers. Train leads back to the present.';

export function storyOf(scene: Scene): Story {
  const { run, past, progress, hasData, note } = scene;
  if (progress !== null) return loading(progress);
  if (past !== null) return { headline: `As it was at step ${grouped(past)}`, detail: lookingBack };
  if (!hasData) return { headline: 'Starting the engine', detail: 'It trains the network in this browser tab.' };
  if (run.phase === 'diverged')
    return { headline: 'Training has diverged', detail: 'The loss grew without bound and training has stopped.' };
  if (run.phase === 'training') return { headline: known(scene), detail: note ?? training(scene) };
  if (run.step === 0) return untrained(scene);
  if (run.phase === 'finished') {
    const test = run.evaluations.at(-1)?.accuracy ?? null;
    const headline = test === null ? 'Training finished' : `Test accuracy: ${percent(test, 2)}. Finished.`;
    return { headline, detail: note ?? '' };
  }
  return { headline: known(scene), detail: note ?? 'Paused. Press Train to continue.' };
}

/** "100 % confident, and correct" */
export function confidence(probability: number, isCorrect: boolean | null, label: string): string {
  const said = `${percent(probability, 0)} confident`;
  if (isCorrect === null) return said;
  return isCorrect ? `${said}, and correct` : `${said}, but the label is ${label}`;
}
