// SPDX-License-Identifier: MIT
//
// What the network finds alike: test images in the plane in which the activations of its last layer but one differ most, each as its
// class, and the current input among them.

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { grouped, percent } from '../../shared/format';
import { nameOfClass } from '../../state/class-names';
import { classNames, noun } from '../../state/store';
import { Choice } from '../../ui/choice';
import { Image } from '../../ui/digit-image';
import { InfoMark } from '../../ui/info';
import { useInSight } from '../../ui/in-sight';
import { dark, token } from '../../ui/theme';
import {
  arrangeAnew,
  arrangement,
  arrangingFailure,
  ask,
  chooseWay,
  close,
  cursor,
  embedding,
  imageOf,
  isArranging,
  noPlane,
  placed,
  wanted,
  way,
} from './embedding-state';
import { useFollow } from './follow';
import { FollowFailure } from './follow-failure';
import { beside, nearestTo, windowOf } from './plane';
import type { Embedding, NoPlane } from '../../shared/protocol-insight';
import type { Way } from './embedding-state';
import type { Placed } from './plane';

/** Pixels a side of the drawing, before the screen's own density. */
const side = 640;
const glyph = 13;
/** A pointer is at an image that is no farther away. */
const reach = 14;

const nameOf = (label: number): string => nameOfClass(classNames.value, label);

/** Equally far apart around the colour circle, as light or dark as the theme needs. */
function colorOf(label: number, count: number): string {
  const hue = (360 * label) / count + 20;
  return dark.value ? `oklch(0.78 0.14 ${hue})` : `oklch(0.5 0.15 ${hue})`;
}

function draw(context: CanvasRenderingContext2D, seen: Placed, scale: number): void {
  const { left, top, size } = windowOf(seen);
  const at = (x: number, y: number): [number, number] => [((x - left) / size) * side, ((y - top) / size) * side];
  const names = classNames.value;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, side, side);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `600 ${glyph}px system-ui, sans-serif`;
  for (const [i, label] of seen.labels.entries()) {
    context.fillStyle = colorOf(label, names.length);
    context.fillText(nameOf(label).slice(0, 2), ...at(seen.points[2 * i]!, seen.points[2 * i + 1]!));
  }
  const ring = (x: number, y: number, radius: number, color: string): void => {
    context.beginPath();
    context.arc(...at(x, y), radius, 0, 2 * Math.PI);
    context.strokeStyle = token(color);
    context.lineWidth = 2.5;
    context.stroke();
  };
  if (cursor.value !== null) ring(seen.points[2 * cursor.value]!, seen.points[2 * cursor.value + 1]!, 11, '--ink');
  if (seen.input === null) return;
  const [x, y] = at(...seen.input.place);
  ring(...seen.input.place, 15, '--accent');
  context.fillStyle = token('--accent');
  context.font = '700 22px system-ui, sans-serif';
  context.fillText('+', x, y);
}

/** Of one image, in words. */
function textOf(seen: Embedding, place: number): string {
  return `Test ${noun.value.one} ${grouped(seen.indices[place]!)}: ${nameOf(seen.labels[place]!)}`;
}

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function Plane() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const scale = Math.min(2, devicePixelRatio);
    canvas.current!.width = canvas.current!.height = side * scale;
    const context = canvas.current!.getContext('2d')!;
    return effect(() => {
      if (placed.value === null) context.clearRect(0, 0, side * scale, side * scale);
      else draw(context, placed.value, scale);
    });
  }, []);
  const [seen, shown] = [embedding.value, placed.value];
  const point = ({ clientX, clientY, currentTarget }: PointerEvent): void => {
    if (shown === null) return;
    const box = (currentTarget as HTMLElement).getBoundingClientRect();
    const { left, top, size } = windowOf(shown);
    const [x, y] = [left + ((clientX - box.left) / box.width) * size, top + ((clientY - box.top) / box.height) * size];
    cursor.value = nearestTo(shown, x, y, (reach / box.width) * size);
  };
  const leave = (): void => {
    cursor.value = null;
  };
  const press = (event: KeyboardEvent): void => {
    const direction = directions[event.key];
    if (direction === undefined || shown === null) return;
    event.preventDefault();
    cursor.value = cursor.value === null ? 0 : beside(shown, cursor.value, direction);
  };
  const place = cursor.value;
  const reading = seen === null || place === null ? '' : textOf(seen, place);
  return (
    <div
      class="embedding-plane"
      tabIndex={0}
      role="slider"
      aria-label={`Test ${noun.value.many} by what the network finds alike; use the arrow keys`}
      aria-valuemin={1}
      aria-valuemax={Math.max(1, seen?.labels.length ?? 1)}
      aria-valuenow={(place ?? 0) + 1}
      aria-valuetext={reading}
      data-testid="embedding"
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={leave}
      onKeyDown={press}
      onBlur={leave}
    >
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

function Reading({ seen }: { seen: Embedding }) {
  const place = cursor.value;
  const pixels = place === null ? null : imageOf(place);
  const { input } = seen;
  return (
    <div class="embedding-reading">
      <div class="embedding-image" aria-hidden="true">
        {pixels !== null && <Image pixels={pixels} index={0} />}
      </div>
      <div>
        <p class="reading" aria-hidden="true">
          {place === null ? `Point at one to see it.` : textOf(seen, place)}
        </p>
        {input !== null && (
          <p data-testid="neighbours">
            The current input (+) is nearest to: {input.neighbours.map((each) => nameOf(seen.labels[each]!)).join(', ')}
          </p>
        )}
      </div>
    </div>
  );
}

/** How the plane is arranged, and what of it means something. */
function About({ seen }: { seen: Embedding }) {
  const { many } = noun.value;
  const arranged = arrangement.value;
  const images = `${grouped(seen.labels.length)} test ${many}`;
  if (way.value === 'pca' || arranged === null) {
    return (
      <p class="quiet">
        {images} at step {grouped(seen.step)}. The two directions hold{' '}
        {percent(seen.explained[0]! + seen.explained[1]!, 0)} of the variance of {seen.layer}.
      </p>
    );
  }
  return (
    <p class="quiet">
      {images} as they were to the network at step {grouped(arranged.of.step)}. Neighbours lie together; how far groups
      lie apart says little.{' '}
      {!isArranging.value && arranged.of.step !== seen.step && (
        <button type="button" class="more" onClick={arrangeAnew}>
          Arrange anew
        </button>
      )}
    </p>
  );
}

function None({ of: { because, step } }: { of: NoPlane }) {
  return (
    <p role="status">
      {because === 'not finite'
        ? `At step ${grouped(step)} the activations are NaN or infinite: training has diverged.`
        : `At step ${grouped(step)} the network does not tell one test ${noun.value.one} from another: its activations are the same for all of them.`}
    </p>
  );
}

/** Its room stays once it is done, so that nothing moves. */
function Arranging() {
  if (way.value === 'pca') return null;
  const { epoch = 0, epochs = 1 } = arrangement.value ?? {};
  return (
    <progress
      class={isArranging.value ? 'arranging' : 'arranging is-done'}
      aria-label="Arranging by UMAP"
      max={epochs}
      value={epoch}
    />
  );
}

export function EmbeddingPanel() {
  const { ref, inSight } = useInSight<HTMLElement>();
  const follower = useFollow(inSight, wanted, ask);
  useEffect(() => close, []);
  const seen = embedding.value;
  const { many } = noun.value;
  return (
    <section ref={ref} class="panel insight-panel" aria-labelledby="embedding-heading">
      <div class="panel-head">
        <div class="with-info">
          <h3 id="embedding-heading">What it finds alike</h3>
          <InfoMark about="the embedding">
            <p>
              The layer before the last turns each {noun.value.one} into {seen?.units ?? 'some'} numbers. Principal
              component analysis (PCA) finds the two directions in which these numbers differ most, and this is the view
              along them. What lies close together here is alike to the network; what lies between two groups is what it
              mixes up.
            </p>
            <p>
              The nearest {many} are found with all of the numbers, not with the two that are drawn. While the network
              learns, the groups come apart.
            </p>
            <p>
              UMAP (uniform manifold approximation and projection) instead moves each {noun.value.one} until it lies
              beside its 15 nearest neighbours by all of the numbers. It separates groups more clearly, but the
              distances between groups and their sizes mean little, and it takes seconds: it shows the network of one
              step.
            </p>
          </InfoMark>
        </div>
        <Choice
          inLine
          label="Arranged by"
          testid="embedding-way"
          value={way.value}
          onPick={(picked) => {
            chooseWay(picked as Way);
          }}
        >
          <option value="pca">PCA</option>
          <option value="umap">UMAP</option>
        </Choice>
      </div>
      <FollowFailure of={follower} />
      {arrangingFailure.value !== null && (
        <p role="alert">
          {arrangingFailure.value}{' '}
          <button type="button" class="more" onClick={arrangeAnew}>
            Try again
          </button>
        </p>
      )}
      {seen !== null && <About seen={seen} />}
      {noPlane.value !== null && <None of={noPlane.value} />}
      {follower.failure === null && <Arranging />}
      <Plane />
      {seen !== null && <Reading seen={seen} />}
    </section>
  );
}
