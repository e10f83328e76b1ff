// SPDX-License-Identifier: MIT
//
// The text of the info mark of a lesson.

import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  lessons: () => (
    <Terms
      of={{
        'Next, Back':
          'Each step sets the page up for what it speaks of. All of the page works meanwhile, and you may try things.',
        'The question': 'Guess before you see. Nobody keeps the answers.',
        Close: 'Ends the lesson; the page stays as it is.',
        'Make a lesson': 'Teachers write their own: a link holds all of it, and nothing is stored anywhere.',
      }}
    />
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
