// SPDX-License-Identifier: MIT
//
// What the layer under the pointer does; loaded with the first of them.

import { grouped } from '../../shared/format';
import { columns, readsFarther } from '../../state/layers';
import { layerText } from '../../state/layer-texts';
import { runFacts } from '../../state/store';
import { Info } from './info';
import type { Column } from '../../state/layers';

export function LayerExplanation({ column }: { column: Column }) {
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
