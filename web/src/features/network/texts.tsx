// SPDX-License-Identifier: MIT
//
// The texts of the info marks in the network's picture and beside its layers.

import { formulaOf } from './detail/formulas';
import { layerText } from '../../state/layer-texts';
import { display, i, n, o, over } from '../../ui/math';
import { Terms } from '../../ui/terms';
import type { ComponentChildren } from 'preact';

/** What a layer of this kind does, and by which formula. */
function layerExplained(type: string): ComponentChildren {
  const { title, text } = layerText(type);
  return (
    <>
      <p>
        <strong>{title}.</strong> {text}
      </p>
      {formulaOf(type)}
    </>
  );
}

const texts = {
  network: () => (
    <>
      <p>
        Each column is a layer. Each picture or bar is the output of one of its channels or units for the current input:
        its activation. The number below a column is the value at which colours are full.
      </p>
      <p>
        Point at a channel or unit to see its inputs: blue lines are positive weights, orange lines negative ones; a
        thicker line is a stronger weight. For a kernel the line shows the sum of its weights. Press a channel or unit
        to see how its values are calculated.
      </p>
    </>
  ),

  colours: () => (
    <>
      <p>Blue is positive, orange negative, and no colour is zero, everywhere on this page.</p>
      {display(i('colour'), o('='), over(i('value'), i('range')), o('∈'), o('['), n('−1'), o(','), n('1'), o(']'))}
      <p>Scale sets the range:</p>
      <Terms
        of={{
          'each picture':
            'The largest value of that picture. Faint pictures become visible, but pictures cannot be compared.',
          'each layer': 'The largest value of the layer, rounded up: the number below its column.',
          'whole network': 'The largest value of the whole network.',
        }}
      />
    </>
  ),

  playback: () => (
    <Terms
      of={{
        'Play cell by cell': 'Slides the window over the input and shows how each cell is calculated.',
        'Next cell': 'Moves one cell on.',
        'A cell': 'Point at a cell or use the arrow keys; a click or Enter keeps it selected, Escape releases it.',
      }}
    />
  ),
};

/** A name, or a type of layer as in the model's spec. */
export type Topic = keyof typeof texts | `layer:${string}`;

const layerPrefix = 'layer:';
const isLayer = (topic: Topic): topic is `layer:${string}` => topic.startsWith(layerPrefix);

export function Texts({ topic }: { topic: Topic }) {
  return <>{isLayer(topic) ? layerExplained(topic.slice(layerPrefix.length)) : texts[topic]()}</>;
}
