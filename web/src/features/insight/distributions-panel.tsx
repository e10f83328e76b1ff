// SPDX-License-Identifier: MIT
//
// The distributions of every layer's weights and gradients over the run: one line a layer, time to the right.

import { useComputed } from '@preact/signals';
import { grouped } from '../../shared/format';
import { brief } from '../../shared/format-small';
import { momentAt } from './moments';
import { noun } from '../../state/store';
import { destination } from '../../ui/arrow-keys';
import { InfoMark } from '../../ui/info';
import { DistributionChart } from './distribution-chart';
import {
  alike,
  ask,
  axisReach,
  cursor,
  images,
  keeps,
  kinds,
  layers,
  moments,
  momentsOf,
  wanted,
} from './distributions-state';
import { useFollow } from './follow';
import { FollowFailure } from './follow-failure';
import { gradientFormula } from './formulas';
import { useInSight } from '../../ui/in-sight';
import type { Kind } from './distributions-state';

const last = (): number => moments.value.all.length - 1;

/** The chosen moment, else the last. */
const present = (): number => Math.min(cursor.value ?? last(), last());

const names: Readonly<Record<Kind, string>> = { weights: 'weights', gradients: 'gradients' };

/** "5 % below −0.12, half below 0.01, 95 % below 0.15", short for the eye and in words for the ear. */
function spreadOf(layer: string, kind: Kind, inWords: boolean): string {
  const step = moments.value.all[present()]?.step ?? 0;
  const found = momentsOf(layer, kind).all.findLast((moment) => moment.step <= step)?.value;
  if (found === undefined) return inWords ? `no ${names[kind]}` : '–';
  const [low, middle, high] = found.percentiles.map(brief);
  return inWords
    ? `${names[kind]}: 5 % are below ${low!}, half below ${middle!}, 95 % below ${high!}; minimum ${brief(found.min)}, maximum ${brief(found.max)}`
    : `${low!} · ${middle!} · ${high!}`;
}

function press(event: KeyboardEvent): void {
  const to = destination(event.key, present(), { count: last() + 1 });
  if (to === null) return;
  event.preventDefault();
  cursor.value = to;
}

/** By where the pointer is over one of the two pictures. */
function point({ clientX, target }: PointerEvent): void {
  const picture = target instanceof Element ? target.closest('.distribution-picture') : null;
  if (picture === null) return;
  const { left, width } = picture.getBoundingClientRect();
  cursor.value = momentAt(moments.value, Math.max(0, Math.min(1, (clientX - left) / width)));
}

const leave = (): void => {
  cursor.value = null;
};

function Layer({ name }: { name: string }) {
  const step = grouped(moments.value.all[present()]?.step ?? 0);
  return (
    <div
      class="distribution"
      tabIndex={0}
      role="slider"
      aria-label={`Weights and gradients of ${name} over the steps`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last())}
      aria-valuenow={Math.max(0, present())}
      aria-valuetext={`Step ${step}: ${kinds.map((kind) => spreadOf(name, kind, true)).join('. ')}`}
      onKeyDown={press}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={leave}
      onBlur={leave}
    >
      <span class="distribution-name">{name}</span>
      {kinds.map((kind) => (
        <div key={kind} class="distribution-kind">
          <DistributionChart layer={name} kind={kind} />
          <p class="percentiles" aria-hidden="true">
            <span class="axis-reach">±{axisReach(name, kind)}</span>
            <span>{spreadOf(name, kind, false)}</span>
          </p>
        </div>
      ))}
    </div>
  );
}

function Switches() {
  return (
    <div class="insight-choices">
      <button
        type="button"
        class="button small"
        aria-pressed={alike.value}
        title="All layers use the same axis, so that they can be compared"
        onClick={() => (alike.value = !alike.value)}
      >
        Same scale for all layers
      </button>
      <button
        type="button"
        class="button small"
        aria-pressed={keeps.value}
        title="Continues to measure while this part is out of view; takes at most 2 % of the time"
        onClick={() => (keeps.value = !keeps.value)}
      >
        Measure in the background
      </button>
    </div>
  );
}

function Time() {
  const { all } = moments.value;
  const [first, end] = [all[0]?.step ?? 0, all.at(-1)?.step ?? 0];
  const at = cursor.value === null ? null : all[present()]?.step;
  return (
    <div class="distribution-times">
      {kinds.map((kind) => (
        <p key={kind} class="distribution-time">
          <span>step {grouped(first)}</span>
          <span>{at === null || at === undefined ? '' : `at step ${grouped(at)}`}</span>
          <span>{end === first ? '' : grouped(end)}</span>
        </p>
      ))}
    </div>
  );
}

function Legend() {
  return (
    <p class="quiet">
      Histograms over time: the stronger the colour, the more values of the layer are there. The lines and the numbers
      are the 5 %, 50 % and 95 % percentiles.{' '}
      {images.value > 0 && `The gradients are those of the loss on ${images.value} fixed training ${noun.value.many}. `}
      Measured only while this part is in view.
    </p>
  );
}

export function DistributionsPanel() {
  const { ref, inSight } = useInSight<HTMLElement>();
  const active = useComputed(() => inSight.value || keeps.value);
  const follower = useFollow(active, wanted, ask);
  return (
    <section ref={ref} class="panel insight-panel wide" aria-labelledby="distributions-heading">
      <div class="panel-head">
        <div class="with-info">
          <h3 id="distributions-heading">Weight and gradient distributions</h3>
          <InfoMark about="weights and gradients over time">
            <p>
              A gradient says how the loss would change if a weight changed, and each step moves the weights against it.
              Gradients are large at the start of training and become smaller as the loss falls.
            </p>
            <p>
              If the gradients of a layer are almost zero from the start, the layer cannot learn: they vanish. If they
              grow from step to step, they explode: the learning rate is too high.
            </p>
            {gradientFormula}
          </InfoMark>
        </div>
        <Switches />
      </div>
      <FollowFailure of={follower} />
      <div class="distributions" data-testid="distributions">
        <div class="distribution-heads" aria-hidden="true">
          <span>Weights</span>
          <span>Gradients</span>
        </div>
        {layers.value.map((name) => (
          <Layer key={name} name={name} />
        ))}
        {layers.value.length > 0 && <Time />}
      </div>
      <Legend />
    </section>
  );
}
