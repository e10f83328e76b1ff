// SPDX-License-Identifier: MIT
//
// The network, layer by layer, with what each makes of the current input; redrawn while it learns. A channel that is opened takes the
// network's place.

import { computed, useSignal } from '@preact/signals';
import { grouped } from '../../shared/format';
import { networkView, noun, runFacts } from '../../state/store';
import { Info } from './info';
import { KernelPeekPlace } from './kernel-peek-place';
import { LayerColumn } from './layer-column';
import { columns, hasUnits, isPicture, layout } from '../../state/layers';
import { layerText } from '../../state/layer-texts';
import { Legend } from './legend';
import { Links } from './links';
import { OpenedUnit } from './opened-unit';
import { UnitLinks } from './unit-links';
import type { Column } from '../../state/layers';
import './network.css';

/** A column more does not fit into a laptop's panel. */
const maxColumns = 11;

/** Whether the picture is wider than its panel may be: it is then moved sideways inside of it. */
const scrolls = computed(
  () => layout.value.columns > maxColumns || columns.value.some((column) => isPicture(column) && !hasUnits(column)),
);

/** Whether it reads anything but the column before it. */
const readsFarther = ({ from }: Column, index: number): boolean =>
  from.some((name) => name !== columns.value[index - 1]?.name);

/** Whether a branch goes past some columns in their own row. */
const skips = computed(() => layout.value.rows === 1 && columns.value.some(readsFarther));

function Explanation({ column }: { column: Column | null }) {
  if (column === null) {
    return (
      <p class="explanation">
        Each picture is the output of one filter for the current {noun.value.one}. Nobody designed these filters: the
        network learns them from examples. Point at a picture to see its inputs, press it to see the calculation.
      </p>
    );
  }
  const { title, text } = layerText(column.type);
  const layer = runFacts.value?.summary.layers.find(({ name }) => name === column.name);
  return (
    <p class="explanation">
      <strong>{title}.</strong> {text}
      {readsFarther(column, columns.value.indexOf(column)) && ` Its input is ${column.from.join(' and ')}.`}
      {layer !== undefined && layer.parameters > 0 && ` It has ${grouped(layer.parameters)} trainable weights.`}{' '}
      <Info about={`layers like ${column.name}`} topic={`layer:${column.type}`} />
    </p>
  );
}

function Network() {
  const explained = useSignal<Column | null>(null);
  const model = runFacts.value?.model;
  return (
    <>
      <div class={`network-view${scrolls.value ? ' scrolls' : ''}`}>
        <div
          class={`network${skips.value ? ' skips' : ''}`}
          style={{ gridTemplateColumns: `repeat(${layout.value.columns}, auto)` }}
        >
          <Links />
          {columns.value.map((column) => (
            <LayerColumn
              key={`${model ?? ''}/${column.name}`}
              column={column}
              onExplain={(about) => (explained.value = about)}
            />
          ))}
          <UnitLinks />
        </div>
      </div>
      <Explanation column={explained.value} />
    </>
  );
}

export function NetworkPanel() {
  const parameters = runFacts.value?.summary.parameters;
  const { opened } = networkView.value;
  return (
    <section class="panel network-panel" aria-labelledby="network-heading">
      <div class="panel-head">
        <div class="with-info">
          <h2 id="network-heading">
            Network {parameters !== undefined && <span class="quiet">{grouped(parameters)} weights</span>}
          </h2>
          <Info about="the network" topic="network" />
        </div>
        <Legend />
      </div>
      {opened === null ? <Network /> : <OpenedUnit unit={opened} />}
      <KernelPeekPlace />
    </section>
  );
}
