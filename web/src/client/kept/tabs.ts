// SPDX-License-Identifier: MIT
//
// What the tabs of this page tell each other: which form of kept runs they know, and that something kept has changed. A tab that is older
// than another one must not write any more, and is told to be loaded anew.

import { keptChanges } from '../../state/kept';
import { schema } from './schema';

interface Word {
  schema: number;
  /** Whether whoever hears it is to say its own. */
  asks: boolean;
}

const channel = new BroadcastChannel('tinycnn-runs');

const say = (asks: boolean): void => {
  channel.postMessage({ schema, asks } satisfies Word);
};

/** `outdated` is called when a newer page is open in another tab. */
export function joinTabs(outdated: () => void): void {
  channel.onmessage = ({ data: word }: MessageEvent<Word>) => {
    if (word.schema > schema) outdated();
    else if (word.asks) say(false);
    ++keptChanges.value;
  };
  say(true);
}

/** Something kept is not as it was. */
export function tellTabs(): void {
  ++keptChanges.value;
  say(false);
}
