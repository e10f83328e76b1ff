// SPDX-License-Identifier: MIT
//
// The parts of the page that the article points at: where they are, and what makes them show what the passage speaks of.

import { showExamples } from '../../client/examples';
import { showDrawing } from '../../client/drawings';
import { pickTestDigit } from '../../client/input';
import { closeUnit, lookBackwards, openUnit, playWhenOpened, setRange } from '../../client/network';
import { step } from '../../client/run';
import { mostConfused } from '../../state/confusion';
import { prediction } from '../../state/digit-state';
import { goToTab, setOpen } from '../../state/panels';
import { currentInput, data, digit, networkView, pad, run, viewCurves } from '../../state/store';
import { activation, convolution, dense, pooling } from './network';
import type { LayerSummary } from 'tinycnn';

export interface Place {
  selector: () => string;
  /** Makes it show what is spoken of; afterwards the selector finds it, at once or soon. */
  prepare?: () => unknown;
  /** Whether there is such a part at the moment; without it there always is. */
  isThere?: () => boolean;
}

const part = (selector: string, prepare?: () => unknown): Place => ({
  selector: () => selector,
  ...(prepare === undefined ? {} : { prepare }),
});

const setting = (label: string): Place =>
  part(`[data-setting="${label}"]`, () => {
    setOpen('settings', true);
  });

const hasDigit = async (): Promise<void> => {
  if (currentInput.value.kind === 'none') await pickTestDigit('next');
};

/** The network as a whole, whatever channel is open. */
const showNetwork = (): Promise<void> => {
  if (networkView.value.opened !== null) closeUnit();
  return hasDigit();
};

const column = (layer: () => { name: string } | null): Place => ({
  selector: () => `[data-testid="activation-${layer()?.name ?? ''}"]`,
  prepare: showNetwork,
  isThere: () => layer() !== null,
});

const opened = (layer: () => LayerSummary | null, selector: string, then: () => void): Place => ({
  selector: () => selector,
  prepare: async () => {
    await hasDigit();
    openUnit({ layer: layer()!.name, index: 0 });
    then();
  },
  isThere: () => layer() !== null,
});

/** A three, for those who have not drawn anything. */
const three = [
  [
    [30, 25],
    [48, 16],
    [64, 22],
    [66, 34],
    [55, 44],
    [44, 47],
    [58, 50],
    [69, 60],
    [66, 74],
    [50, 82],
    [31, 76],
  ],
] as const;

function showPreparation(): void {
  if (pad.value.strokes.length === 0)
    showDrawing(three.map((stroke) => stroke.map(([x, y]): [number, number] => [x, y])));
  const open = (): void => {
    const details = document.querySelector<HTMLDetailsElement>('.preparation');
    if (details === null) requestAnimationFrame(open);
    else details.open = true;
  };
  open();
}

function showWorstCell(): void {
  const worst = mostConfused(run.value.evaluations.at(-1)?.confusion ?? [], 1)[0];
  if (worst !== undefined) void showExamples({ label: worst.label, predicted: worst.predicted });
}

/** Their parts are loaded when they are opened. */
const toCurves = (): void => {
  goToTab('curves');
};
const toMistakes = (): void => {
  goToTab('mistakes');
};
const toLookInside = (): void => {
  goToTab('inside');
};

const hasData = (): boolean => data.value.facts !== null;

export const places = {
  pad: part('.pad'),
  prepared: part('.prepared', hasDigit),
  preparation: part('.preparation', showPreparation),
  network: part('.network-panel', showNetwork),
  scale: part('.network-panel .scale', () => {
    setRange('unit');
  }),
  convolution: opened(
    () => convolution.value,
    '[data-testid="detail"]',
    () => {
      playWhenOpened.value = true;
    },
  ),
  gradient: opened(
    () => convolution.value ?? dense.value,
    '.backwards',
    () => {
      lookBackwards(true);
    },
  ),
  activation: column(() => activation.value),
  pooling: opened(
    () => pooling.value,
    '[data-testid="detail"]',
    () => undefined,
  ),
  dense: column(() => dense.value),
  softmax: part('[data-testid="detail"]', async () => {
    await hasDigit();
    openUnit({ layer: 'softmax', index: prediction(digit.value)?.label ?? 0 });
  }),
  answer: part('.output-panel', hasDigit),
  loss: part('[aria-label="Loss"].panel', toCurves),
  logScale: part('[aria-label="Loss"].panel', () => {
    toCurves();
    viewCurves({ logarithmic: true });
  }),
  accuracy: part('[aria-label="Accuracy"].panel', toCurves),
  confusion: part('.panel:has(#confusion-heading)', toMistakes),
  mistakes: part('.panel:has(#mistakes-heading)', () => {
    toMistakes();
    showWorstCell();
  }),
  kernels: part('.insight-panel:has(#kernels-heading)', toLookInside),
  distributions: part('.insight-panel:has(#distributions-heading)', toLookInside),
  evidence: part('.insight-panel:has(#evidence-heading)', async () => {
    toLookInside();
    await hasDigit();
  }),
  training: part('.story .controls'),
  choices: part('.masthead .choices'),
  figures: part('.story .figures'),
  oneStep: { selector: () => '.story .figures', prepare: step, isThere: hasData },
  learningRate: setting('learning-rate'),
  optimizer: setting('optimizer'),
  batchSize: setting('batch-size'),
  schedule: setting('schedule'),
  augmentation: part('.augmentation-preview', () => {
    setOpen('settings', true);
  }),
  threads: setting('threads'),
  holdOut: part('.data-options', () => {
    setOpen('settings', true);
  }),
  data: {
    selector: () => '[data-testid="data-browser"]',
    prepare: () => {
      goToTab('data');
    },
    isThere: hasData,
  },
  myDigits: part('.my-digits', () => {
    goToTab('mine');
  }),
} satisfies Record<string, Place>;

export type PlaceName = keyof typeof places;
