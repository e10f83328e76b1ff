// SPDX-License-Identifier: MIT
//
// The network, layer by layer, with what each makes of the current input; redrawn while it learns. A channel that is opened takes the
// network's place.

import { computed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { grouped } from '../../shared/format';
import { dialog } from '../../state/panels';
import { networkView, noun, runFacts } from '../../state/store';
import { Info } from './info';
import { LayerColumn } from './layer-column';
import { columns, hasUnits, isPicture, layout, readsFarther } from '../../state/layers';
import { Legend } from './legend';
import { Links } from './links';
import { OpenedUnit } from './opened-unit';
import { UnitLinks } from './unit-links';
import { lazy, LazyPart } from '../../ui/lazy-part';
import { hasTouch } from '../../ui/theme';
import { sheetWidth } from './units';
import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import type { Column } from '../../state/layers';
import './network.css';
import './swipe.css';

const explanation = lazy(async () => (await import('./explanation')).LayerExplanation);
const peekPlace = lazy(async () => (await import('./kernel-peek-place')).KernelPeekPlace);
const zoom = lazy(() => import('./zoom'));
const minimap = lazy(async () => (await import('./minimap')).Minimap);

/** Widths of what is no picture of its own, in CSS pixels, with the room around them. */
const cellsWidth = 58;
const sheetGap = 24;
const usualDown = 4;

/** What the size of pictures follows from: how many stand side by side and below each other, and what all else takes. */
const measures = computed((): Record<string, string> => {
  const byColumn = new Map<number, Column[]>();
  for (const column of columns.value) {
    const at = layout.value.places.get(column.name)?.column ?? 0;
    byColumn.set(at, [...(byColumn.get(at) ?? []), column]);
  }
  let [across, narrow] = [0, 0];
  for (const stack of byColumn.values()) {
    const sheets = stack.filter((column) => isPicture(column) && !hasUnits(column));
    if (stack.some((column) => isPicture(column) && hasUnits(column))) ++across;
    else if (sheets.length > 0) narrow += Math.max(...sheets.map((column) => sheetWidth(column))) + sheetGap;
    else narrow += cellsWidth;
  }
  const down = Math.max(usualDown, layout.value.rows * usualDown);
  return { '--across': String(Math.max(1, across)), '--narrow': `${narrow}px`, '--down': String(down) };
});

/** Whether a branch goes past some columns in their own row. */
const skips = computed(() => layout.value.rows === 1 && columns.value.some(readsFarther));

function Explanation({ column }: { column: Column | null }) {
  if (column !== null && explanation.value !== null) return <LazyPart part={explanation} props={{ column }} />;
  return (
    <p class="explanation">
      Each picture is what one filter makes of the current {noun.value.one}. Nobody designed these filters: the network
      learns them from examples. {hasTouch ? 'Tap' : 'Hover to see its inputs; click'} a picture to see the calculation.
    </p>
  );
}

/** Whether the network is wider than its room, and is moved sideways in it. */
function useOverflow(view: RefObject<HTMLElement | null>): ReadonlySignal<boolean> {
  const overflows = useSignal(false);
  useEffect(() => {
    const element = view.current!;
    const network = element.firstElementChild as HTMLElement;
    const look = (): void => {
      overflows.value = network.scrollWidth > element.clientWidth + 1;
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    observer.observe(network);
    return () => {
      observer.disconnect();
    };
  }, []);
  return overflows;
}

function Network() {
  const explained = useSignal<Column | null>(null);
  const view = useRef<HTMLDivElement>(null);
  const scrolls = useOverflow(view);
  const model = runFacts.value?.model;
  return (
    <>
      <div ref={view} class={`network-view${scrolls.value ? ' scrolls' : ''}`}>
        <div
          class={`network${skips.value ? ' skips' : ''}`}
          style={{ gridTemplateColumns: `repeat(${layout.value.columns}, auto)` }}
        >
          <Links />
          {columns.value.map((column) => (
            <LayerColumn
              key={`${model ?? ''}/${column.name}`}
              column={column}
              onExplain={(about) => {
                void explanation.load().catch(() => undefined); // then the general words stay
                explained.value = about;
              }}
            />
          ))}
          <UnitLinks />
        </div>
      </div>
      {scrolls.value && (
        <div class="minimap-place">
          <LazyPart part={minimap} props={{ view }} />
        </div>
      )}
      <Explanation column={explained.value} />
    </>
  );
}

export function NetworkPanel() {
  const isPeeking = useSignal(false);
  if (networkView.value.pointed !== null) isPeeking.value = true; // from the first time on
  const parameters = runFacts.value?.summary.parameters;
  const { opened } = networkView.value;
  const isPointed = networkView.value.pointed !== null;
  useEffect(() => {
    if (isPointed) void zoom.load().catch(() => undefined); // then a channel opens without
  }, [isPointed]);
  const between = zoom.value?.zoomBetween;
  useEffect(() => between?.(), [between]);
  return (
    <section class="panel network-panel" aria-labelledby="network-heading" style={measures.value}>
      <div class="panel-head">
        <div class="with-info">
          <h2 id="network-heading">
            Network {parameters !== undefined && <span class="quiet">{grouped(parameters)} weights</span>}
          </h2>{' '}
          <Info about="the network" topic="network" />
          {(['export', 'import'] as const).map((name) => (
            <button
              key={name}
              type="button"
              class="more"
              data-testid={name}
              disabled={parameters === undefined}
              onClick={() => (dialog.value = name)}
            >
              {name === 'export' ? 'Export' : 'Import'}
            </button>
          ))}
        </div>
        <Legend />
      </div>
      {opened === null ? <Network /> : <OpenedUnit unit={opened} />}
      <div class="peek-place">{(hasTouch || isPeeking.value) && <LazyPart part={peekPlace} props={{}} />}</div>
    </section>
  );
}
