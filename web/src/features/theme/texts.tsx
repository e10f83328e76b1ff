// SPDX-License-Identifier: MIT
//
// The text of the theme's info mark.

import { textsFrom } from '../../ui/info';

const texts = {
  theme: () => (
    <p>Light or dark colours; Auto follows the setting of your system. The browser remembers your choices.</p>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
