// SPDX-License-Identifier: MIT
//
// Changes what is looked at inside the network; null: as it is at first.

import { inside } from '../../state/inside-view';
import type { InsideView } from '../../state/inside-view';

export function chooseInside(name: keyof InsideView, value: string | null): void {
  const others = Object.entries(inside.value).filter(([other]) => other !== name);
  inside.value = Object.fromEntries(value === null ? others : [...others, [name, value]]);
}
