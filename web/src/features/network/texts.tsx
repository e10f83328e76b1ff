// SPDX-License-Identifier: MIT
//
// What the network's picture, its layers and its answer say of themselves.

import { recipe } from '../../state/store';
import { formulaOf } from './detail/formulas';
import { layerText } from '../../state/layer-texts';
import { display, exp, i, n, o, over, sub, sum } from '../../ui/math';
import { Terms } from '../../ui/terms';
import type { ComponentChildren } from 'preact';
import type { TopicTexts } from '../../state/topic';

/** What a layer of this kind does, and by which formula. */
export function layerExplained(type: string): ComponentChildren {
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

const squared = (): boolean => recipe.value?.loss.type === 'mse';

export const networkTexts = {
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

  answer: () => (
    <>
      <p>
        The last layer gives one number for each class. The bars share a hundred per cent out among them
        {squared()
          ? ', in the measure of those above zero'
          : ' by softmax: the larger the number, the larger the share'}
        . How sure it is does not say whether it is right. The button in the heading shows it worked out.
      </p>
      {!squared() && display(sub('p', 'k'), o('='), over(exp(sub('x', 'k')), sum('j', exp(sub('x', 'j')))))}
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
} satisfies TopicTexts;
