// SPDX-License-Identifier: MIT
//
// The text of the theme's info mark.

import { textsFrom } from '../../ui/info';

const texts = {
  theme: () => (
    <p>Light or dark colours; Auto does as the rest of your system. This browser remembers what you choose.</p>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
