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
        Every column is a layer, every picture or bar what one of its channels or units makes of the digit. The number
        below is the value at which the colours are full.
      </p>
      <p>
        Point at one to see what it reads: blue lines are positive weights, orange ones negative; the thicker, the
        stronger. Of a kernel the line shows the sum of its weights. Press one to see how it is worked out.
      </p>
    </>
  ),

  colours: () => (
    <>
      <p>Blue is positive, orange negative, and no colour is zero, everywhere on this page.</p>
      {display(i('colour'), o('='), over(i('value'), i('range')), o('∈'), o('['), n('−1'), o(','), n('1'), o(']'))}
      <p>What the range is, Scale decides:</p>
      <Terms
        of={{
          'each picture': 'Its own largest value. Shows faint ones clearly, but they cannot be compared.',
          'each layer': 'The largest of the layer, rounded up: the number below its column.',
          'all alike': 'The largest of the whole network.',
        }}
      />
    </>
  ),

  playback: () => (
    <Terms
      of={{
        'Play cell by cell': 'Slides the window over the input, and shows each cell as it is worked out.',
        'Next cell': 'One cell further.',
        'A cell': 'Point at one, or move by the arrow keys; a click or Enter holds it, Escape lets it go.',
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
