// SPDX-License-Identifier: MIT
//
// The weights of one layer as pictures, live: its filters, or what each of its units looks for.

import { useComputed, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { grouped } from '../../shared/format';
import { classNames } from '../../state/store';
import { Choice } from '../../ui/choice';
import { InfoMark } from '../../ui/info';
import { layerText } from '../../state/layer-texts';
import { Picture } from '../../ui/picture';
import { ScaleRamp } from '../../ui/scale-ramp';
import { useFollow } from './follow';
import { FollowFailure } from './follow-failure';
import { kernelFormula } from './formulas';
import { useInSight } from '../../ui/in-sight';
import { ask, atOnce, choose, first, layer, layers, reach, shown, turn, wanted } from './kernels-state';
import {
  isNormalization,
  shapeOf,
  tileLabel,
  tileNoun,
  valuesOf,
  weightInWords,
  weightsInWords,
} from '../../state/layer-weights';
import { useRoom } from '../../ui/use-room';
import { weightBeside } from './weight-keys';
import { weightAt, weightSheet } from '../../state/weight-sheet';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Painting } from '../../ui/picture';
import type { WeightedLayer } from '../../state/layer-weights';
import type { WeightSheet } from '../../state/weight-sheet';

function paintingOf({ order }: WeightSheet, into: Float32Array): Painting | null {
  if (shown.value === null) return null;
  const values = valuesOf(shown.value.layer, shown.value.seen);
  for (let i = 0; i < into.length; ++i) into[i] = order[i]! < 0 ? Number.NaN : values[order[i]!]!;
  return { values: into, range: reach.value };
}

function Tiles({ sheet }: { sheet: WeightSheet }) {
  const now = shown.value;
  if (now === null) return null;
  return (
    <>
      {sheet.tiles.map(({ left, top, width, height }, tile) => (
        <span
          key={tile}
          class={`tile ${sheet.isTable ? 'beside' : 'above'}`}
          style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
        >
          <span>{tileLabel(now.layer, tile, now.seen, classNames.value)}</span>
        </span>
      ))}
    </>
  );
}

function Mark({ sheet, cursor }: { sheet: WeightSheet; cursor: Signal<number | null> }) {
  if (cursor.value === null) return null;
  const { left, top, width, height } = sheet.boxOf(cursor.value);
  return (
    <svg viewBox={`0 0 ${sheet.width} ${sheet.height}`} aria-hidden="true">
      <rect class="mark" x={left} y={top} width={width} height={height} />
    </svg>
  );
}

interface SheetProps {
  sheet: WeightSheet;
  cursor: Signal<number | null>;
  reading: ReadonlySignal<string>;
}

function Sheet({ sheet, cursor, reading }: SheetProps) {
  const frame = useRef<HTMLDivElement>(null);
  const values = new Float32Array(sheet.order.length);
  const count = sheet.shape.tiles * sheet.shape.channels * sheet.shape.height * sheet.shape.width;
  const point = ({ clientX, clientY }: PointerEvent): void => {
    const { left, top } = frame.current!.getBoundingClientRect();
    cursor.value = weightAt(sheet, clientX - left, clientY - top);
  };
  const leave = (): void => {
    cursor.value = null;
  };
  const press = (event: KeyboardEvent): void => {
    const to = weightBeside(sheet, cursor.value ?? 0, event.key);
    if (to === null) return;
    event.preventDefault();
    cursor.value = cursor.value === null && event.key !== 'End' ? 0 : to;
  };
  return (
    <div
      ref={frame}
      class="weight-sheet"
      style={{ width: `${sheet.width}px`, height: `${sheet.height}px` }}
      tabIndex={0}
      role="slider"
      aria-label={`Weights of ${layer.value?.name ?? ''}; use the arrow keys`}
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={(cursor.value ?? 0) + 1}
      aria-valuetext={reading.value || 'No weight selected'}
      data-testid="weight-sheet"
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={leave}
      onKeyDown={press}
      onBlur={leave}
    >
      <Picture width={sheet.width} height={sheet.height} paint={() => paintingOf(sheet, values)} />
      <Tiles sheet={sheet} />
      <Mark sheet={sheet} cursor={cursor} />
    </div>
  );
}

function Pager() {
  const now = shown.value;
  if (now === null || now.seen.total <= atOnce.value) return null;
  const { one, many } = tileNoun(now.layer);
  const last = Math.min(first.value + atOnce.value, now.seen.total);
  return (
    <div class="pager">
      <button
        type="button"
        class="button small"
        disabled={first.value === 0}
        onClick={() => {
          turn(-1);
        }}
      >
        Previous
      </button>
      <span>
        {last - first.value === 1 ? `${one} ${grouped(last)}` : `${many} ${grouped(first.value + 1)}–${grouped(last)}`}{' '}
        of {grouped(now.seen.total)}
      </span>
      <button
        type="button"
        class="button small"
        disabled={last === now.seen.total}
        onClick={() => {
          turn(1);
        }}
      >
        Next
      </button>
    </div>
  );
}

function about(at: WeightedLayer): string {
  if (isNormalization(at)) {
    return `Batch normalization learns two numbers per channel: γ scales, β shifts.`;
  }
  const [channels, height, width] = at.reads;
  if (at.type === 'conv2d') {
    const each =
      channels === 1
        ? 'Each picture is the kernel of one filter'
        : `Each group is one filter, with a kernel for each of the ${channels} channels of ${at.from}`;
    return `${each}. Its output is large where its input looks like the kernel.`;
  }
  if (height * width > 1) {
    const where = channels === 1 ? '' : `, with one picture for each of the ${channels} channels of ${at.from}`;
    return `Each group is one unit${where}. Inputs at blue places raise its output, inputs at orange places lower it.`;
  }
  return `Each row is one unit, each column is its weight for one unit of ${at.from}.`;
}

export function KernelsPanel() {
  const { ref, inSight } = useInSight<HTMLElement>();
  const holder = useRef<HTMLDivElement>(null);
  const room = useRoom(holder);
  const cursor = useSignal<number | null>(null);
  const follower = useFollow(inSight, wanted, ask);
  const shape = useComputed(() =>
    shown.value === null ? '' : JSON.stringify(shapeOf(shown.value.layer, shown.value.seen)),
  );
  const sheet = useComputed(() =>
    shape.value === '' || room.value === 0
      ? null
      : weightSheet(JSON.parse(shape.value) as WeightSheet['shape'], room.value),
  );
  const reading = useComputed(() =>
    cursor.value === null || shown.value === null || sheet.value === null
      ? ''
      : weightInWords(shown.value.layer, sheet.value.shape, shown.value.seen, cursor.value, classNames.value),
  );
  const at = layer.value;
  return (
    <section ref={ref} class="panel insight-panel" aria-labelledby="kernels-heading">
      <div class="panel-head">
        <div class="with-info">
          <h3 id="kernels-heading">Learned weights</h3>
          <InfoMark about="the weights as pictures">
            <p>
              Each square is one weight: blue is positive, orange negative. Weights start at random; during training
              filters turn into detectors of edges and strokes. Filters that stay pale and noisy have learned little.
              The largest 1 % of the layer’s weights have the full colour.
            </p>
            {kernelFormula}
          </InfoMark>
        </div>
        <Choice
          label="Layer"
          testid="weights-layer"
          inLine
          value={at?.name ?? ''}
          onPick={(name) => {
            cursor.value = null;
            choose(name);
          }}
        >
          {layers.value.map(({ name, type }) => (
            <option key={name} value={name}>
              {name} · {layerText(type).title.toLowerCase()}
            </option>
          ))}
        </Choice>
      </div>
      <FollowFailure of={follower} />
      {at !== null && <p class="quiet">{about(at)}</p>}
      <div ref={holder} class="weight-holder">
        {sheet.value !== null && <Sheet sheet={sheet.value} cursor={cursor} reading={reading} />}
      </div>
      <p class="reading" aria-hidden="true">
        {reading.value || 'Point at a weight to see its value.'}
      </p>
      <div class="insight-foot">
        <Pager />
        <ScaleRamp negative={`−${reach.value}`} positive={`+${reach.value}`} />
      </div>
      {shown.value !== null && <p class="out-of-sight">{weightsInWords(shown.value.layer, shown.value.seen)}</p>}
    </section>
  );
}
