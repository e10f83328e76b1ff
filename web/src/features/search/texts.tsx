// SPDX-License-Identifier: MIT
//
// The texts of the info marks of the search.

import { textsFrom } from '../../ui/info';
import { Terms } from '../../ui/terms';

const texts = {
  rate: () => (
    <>
      <p>
        The range test: a network with the weights of its seed is trained for 100 steps while the learning rate rises
        from 0.000001 to 10, each step by the same factor. While the rate is too low the loss stays; then it falls; then
        the rate is too high and it rises.
      </p>
      <p>
        A tenth of the rate with the lowest loss is suggested. It is a place to begin, not the best rate: that also
        depends on the schedule and on how long it trains.
      </p>
    </>
  ),
  sweep: () => (
    <Terms
      of={{
        Search:
          'What is tried: every combination of two settings, the same recipe with other seeds, or fully connected networks of many sizes.',
        'Training images':
          'How many of them each trial learns from, evenly spread. Fewer are faster; small differences between trials need many.',
        Epochs: 'Passes over these images. The schedule of the learning rate ends with the last one.',
        'Judged by':
          'Whoever chooses the best of many by the test images finds some luck among them, and the figure promises too much. Held-out training images keep the test images for a last, fair look.',
        'Successive halving':
          'All are trained for a ninth of the time, the best third three times as long, and the best third of those to the end. A good trial that begins slowly may be lost.',
        'Start the search, Pause, Continue, Delete':
          'Trains one network on each core. What was found is kept in this browser.',
        'Use settings, Use network':
          'Trains the network on the page with these settings, or puts the trial’s own network there.',
      }}
    />
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
