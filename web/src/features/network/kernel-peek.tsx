// SPDX-License-Identifier: MIT
//
// The kernel of the channel that is pointed at, and a sentence about what it responds to, beside the channel. Follows the weights while
// they change.

import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { readKernels } from '../../client/inspection';
import { isImported } from '../../shared/imported';
import { columns, unitName } from '../../state/layers';
import { kernelSentence } from '../../state/kernel-words';
import { engine, links, run, runFacts } from '../../state/store';
import { Picture } from '../../ui/picture';
import './kernel-peek.css';
import type { LayerWeights } from '../../shared/protocol-insight';
import type { Column } from '../../state/layers';
import type { Unit } from '../../state/network-view';

/** Layers that work on each channel separately and keep the positions of its features. */
const perChannel = new Set([
  ...[
    'relu',
    'relu6',
    'leakyReLU',
    'sigmoid',
    'tanh',
    'silu',
    'gelu',
    'maxPool2d',
    'avgPool2d',
    'dropout',
    'dropout2d',
  ],
]);

/** Between the channel and the card, and between the card and the window's edges, in CSS pixels. */
const gap = 8;
/** Pictures of kernels at most. */
const maxKernels = 6;

/** The convolution whose channel this is, also behind an activation or a pooling. */
function convolutionOf(layer: string): Column | null {
  let column = columns.value.find(({ name }) => name === layer);
  while (column !== undefined && perChannel.has(column.type)) {
    const [from] = column.from;
    column = columns.value.find(({ name }) => name === from);
  }
  return column?.type === 'conv2d' ? column : null;
}

function sourceOf(layer: string): Column | undefined {
  const from = columns.value.find(({ name }) => name === layer)?.from[0];
  return columns.value.find(({ name }) => name === from);
}

interface Kernels {
  unit: Unit;
  weights: LayerWeights;
}

function sentenceOf({ weights: { weight, shape, layer, first: index, total } }: Kernels): string {
  const [inputs = 1, height = 1, width = 1] = shape;
  const source = sourceOf(layer);
  const groups = (source?.shape[0] ?? inputs) / inputs;
  const first = Math.floor((index * groups) / total) * inputs;
  return kernelSentence({ ...{ weights: weight, inputs, first, height, width }, source: source?.name ?? 'input' });
}

/** Of the input channels with the most weight. */
function mainChannels({ weight, shape }: LayerWeights): number[] {
  const [inputs = 1, height = 1, width = 1] = shape;
  const size = height * width;
  const energy = (channel: number): number =>
    weight.subarray(channel * size, (channel + 1) * size).reduce((sum, value) => sum + value * value, 0);
  return Array.from({ length: inputs }, (_, channel) => channel)
    .sort((a, b) => energy(b) - energy(a))
    .slice(0, maxKernels);
}

function KernelPictures({ weights }: { weights: LayerWeights }) {
  const [inputs = 1, height = 1, width = 1] = weights.shape;
  const size = height * width;
  const range = Math.max(...weights.weight.map(Math.abs)) || 1;
  return (
    <ul class="peek-kernels" aria-hidden="true">
      {mainChannels(weights).map((channel) => (
        <li key={channel}>
          <Picture
            key={weights.step}
            class="pixels"
            width={width}
            height={height}
            paint={() => ({ values: weights.weight.subarray(channel * size, (channel + 1) * size), range })}
          />
          {inputs > 1 && <span>{channel + 1}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Below the channel where there is room, else above it. */
function place(card: HTMLElement, { layer, index }: Unit): void {
  const unit = document.querySelector(`[data-unit="${CSS.escape(layer)}/${index}"]`);
  if (unit === null) return;
  unit.setAttribute('aria-describedby', card.id);
  const { left, top, bottom } = unit.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const below = bottom + gap;
  const fits = below + card.offsetHeight <= clientHeight - gap;
  card.style.left = `${Math.max(gap, Math.min(left, clientWidth - card.offsetWidth - gap))}px`;
  card.style.top = `${fits ? below : Math.max(gap, top - gap - card.offsetHeight)}px`;
}

export function KernelPeek({ unit }: { unit: Unit }) {
  const card = useRef<HTMLDivElement>(null);
  const shown = useSignal<Kernels | null>(null);
  const isDismissed = useSignal(false);
  const { layer, index } = unit;
  const convolution = convolutionOf(layer);
  const facts = runFacts.value;
  const changed = links.value;
  useEffect(() => {
    if (convolution === null || engine.value === null) return;
    let isCurrent = true;
    readKernels({ layer: convolution.name, first: index, count: 1 }).then(
      (weights) => {
        if (isCurrent) shown.value = weights === null ? null : { unit, weights };
      },
      () => undefined, // a peek is not worth a message: the opened channel says what is wrong
    );
    return () => {
      isCurrent = false;
    };
  }, [convolution?.name, index, facts, changed]);
  useEffect(() => {
    const dismiss = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') isDismissed.value = true;
    };
    isDismissed.value = false;
    document.addEventListener('keydown', dismiss);
    return () => {
      document.removeEventListener('keydown', dismiss);
      document.querySelector(`[data-unit="${CSS.escape(layer)}/${index}"]`)?.removeAttribute('aria-describedby');
    };
  }, [layer, index]);
  const now = shown.value;
  const isShown = convolution !== null && now?.weights.layer === convolution.name && now.weights.first === index;
  useLayoutEffect(() => {
    if (card.current !== null) place(card.current, unit);
  });
  if (!isShown || isDismissed.value) return null;
  const column = columns.value.find(({ name }) => name === layer)!;
  return (
    <div ref={card} id="kernel-peek" class="kernel-peek" role="tooltip" data-testid="kernel-peek">
      <KernelPictures weights={now.weights} />
      <p>
        <strong>
          {unitName(column, index)}
          {convolution !== column && `, after ${convolution.name}`}.
        </strong>{' '}
        {run.value.step === 0 && !isImported(run.value.settings.model) && 'Not trained yet: its weights are random. '}
        {sentenceOf(now)}
      </p>
    </div>
  );
}
