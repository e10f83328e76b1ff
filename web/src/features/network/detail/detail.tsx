// SPDX-License-Identifier: MIT
//
// An opened channel in the network's place: how each of its cells is calculated, and what it learns from the current input. Escape or a click
// outside goes one level back: first from a held or played cell, then to the network.

import { closeUnit, openUnit, playWhenOpened } from '../../../client/network';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { functionOf } from '../../../math/functions';
import { signed } from '../../../shared/format-small';
import { currentInput, networkView, noun } from '../../../state/store';
import { isPicture, unitCount, unitName } from '../../../state/layers';
import { layerText } from '../../../state/layer-texts';
import { Info } from '../info';
import { Convolution } from './convolution';
import { stepBack, useCursor } from './cursor';
import { Dense } from './dense';
import { CellBackwards } from './dense-backwards';
import { Elementwise, Flattened, InputCells } from './elementwise';

import { Pooling } from './pooling';
import { channelOf, sceneOf } from './scene';
import { Softmax } from './softmax';
import type { Ref } from 'preact';
import type { Unit } from '../../../state/network-view';
import type { Cursor } from './cursor';
import type { Scene } from './scene';
import './detail.css';

/** Where a click means what it says rather than "out of here". */
const meant =
  'button, [role="button"], a, input, select, textarea, label, canvas, summary, [role="slider"], [popover], .network-panel';

/** Back on the network, the focus is where it was before, if nothing else has taken it. */
function returnFocus({ layer, index }: Unit): void {
  requestAnimationFrame(() => {
    if (networkView.peek().opened !== null || document.activeElement !== document.body) return;
    const find = (unit: string): HTMLElement | null => document.querySelector(`[data-unit="${layer}/${unit}"]`);
    const found = find(String(index)) ?? find('all');
    (found?.querySelector('button') ?? found)?.focus();
  });
}

function useWayBack(unit: Unit, cursor: Cursor | null): void {
  // before it is painted: whoever sees it can close it
  useLayoutEffect(() => {
    const back = (): void => {
      if (cursor === null || !stepBack(cursor)) closeUnit();
    };
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || document.querySelector(':popover-open') !== null) return;
      event.preventDefault();
      back();
    };
    const point = ({ target }: PointerEvent): void => {
      if (target instanceof Element && target.closest(meant) === null) back();
    };
    document.addEventListener('keydown', press);
    document.addEventListener('pointerdown', point);
    return () => {
      document.removeEventListener('keydown', press);
      document.removeEventListener('pointerdown', point);
    };
  }, [unit.layer, unit.index]);
}

function Body({ scene, cursor }: { scene: Scene; cursor: Cursor }) {
  const { type } = scene.column;
  switch (type) {
    case 'conv2d':
      return <Convolution scene={scene} cursor={cursor} />;
    case 'linear':
      return <Dense scene={scene} />;
    case 'softmax':
    case 'logSoftmax':
      return <Softmax scene={scene} />;
    case 'input':
      return <InputCells scene={scene} cursor={cursor} />;
    case 'flatten':
      return <Flattened scene={scene} />;
    case 'maxPool2d':
    case 'avgPool2d':
    case 'globalAvgPool2d':
      return <Pooling scene={scene} cursor={cursor} />;
    default:
      return <Elementwise scene={scene} cursor={cursor} />;
  }
}

/** Of layers that do not show it themselves. */
function hasCellBackwards({ column: { type, name }, spec }: Scene): boolean {
  if (name === 'softmax' || type === 'input') return false;
  const activation = spec !== undefined && functionOf(spec) !== null;
  return activation || !['conv2d', 'linear', 'softmax', 'logSoftmax', 'flatten'].includes(type);
}

/** What was chosen by keyboard, read out once the keys rest. */
function Spoken({ scene, cursor }: { scene: Scene; cursor: Cursor }) {
  const { y, x } = cursor.cell.value;
  const value = channelOf(scene, scene.index)[y * scene.column.shape[2] + x] ?? 0;
  return (
    <p class="out-of-sight" aria-live="polite">
      {cursor.spoken.value ? `Row ${y + 1}, column ${x + 1}: ${signed(value, 3)}` : ''}
    </p>
  );
}

function Back({ button = null }: { button?: Ref<HTMLButtonElement> }) {
  return (
    <button ref={button} type="button" class="button" onClick={closeUnit}>
      ‹ Network
    </button>
  );
}

function Opened({ scene, unit }: { scene: Scene; unit: Unit }) {
  const { column, index } = scene;
  const cursor = useCursor(channelOf(scene, isPicture(column) ? index : 0), column.shape);
  const back = useRef<HTMLButtonElement>(null);
  useWayBack(unit, cursor);
  useLayoutEffect(() => {
    back.current!.focus({ preventScroll: true });
  }, []);
  const plays = playWhenOpened.value;
  useEffect(() => {
    if (!plays) return;
    playWhenOpened.value = false;
    cursor.playing.value = true;
  }, [plays]);
  const { title } = layerText(column.type);
  const count = unitCount(column);
  const turn = (by: number) => () => {
    openUnit({ layer: column.name, index: (index + by + count) % count });
  };
  const kind = isPicture(column) ? 'channel' : 'unit';
  return (
    <section class="detail" aria-label={unitName(column, index)} data-testid="detail">
      <div class="detail-head">
        <Back button={back} />
        <div class="with-info">
          <h3>
            {unitName(column, index)} <span class="quiet">{title}</span>
          </h3>
          <Info about={`how ${column.name} is calculated`} topic={`layer:${column.type}`} />
        </div>
        {count > 1 && (
          <div class="turning">
            <button type="button" class="button" aria-label={`Previous ${kind}`} onClick={turn(-1)}>
              ‹
            </button>
            <button type="button" class="button" aria-label={`Next ${kind}`} onClick={turn(1)}>
              ›
            </button>
          </div>
        )}
      </div>
      {isPicture(column) && (
        <p class="quiet held">
          {cursor.pinned.value
            ? 'This cell is selected. Click it again, or press Escape, to release it.'
            : 'Point at a cell or use the arrow keys. A click keeps it selected.'}{' '}
          <Info about="selecting cells" topic="playback" />
        </p>
      )}
      <Body scene={scene} cursor={cursor} />
      {hasCellBackwards(scene) && <CellBackwards scene={scene} cell={cursor.cell.value} />}
      <Spoken scene={scene} cursor={cursor} />
    </section>
  );
}

export function Detail({ unit }: { unit: Unit }) {
  const last = useRef(unit);
  last.current = unit;
  // before it is painted: whoever closes it at once gets the focus back, too
  useLayoutEffect(
    () => () => {
      returnFocus(last.current);
    },
    [],
  );
  const scene = sceneOf(unit);
  if (scene === null) return <Waiting unit={unit} />;
  return <Opened key={unit.layer} scene={scene} unit={unit} />;
}

/** There is no input, or the weights are on their way. */
function Waiting({ unit }: { unit: Unit }) {
  useWayBack(unit, null);
  return (
    <section class="detail" aria-label={unit.layer}>
      <div class="detail-head">
        <Back />
        <h3>{unit.layer}</h3>
      </div>
      {currentInput.value.kind === 'none' && (
        <p class="quiet">
          Draw a {noun.value.one} or take a test {noun.value.one} to follow every step of the calculation here.
        </p>
      )}
    </section>
  );
}
