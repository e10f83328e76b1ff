// SPDX-License-Identifier: MIT
//
// The worker of the export and import dialogs: an engine of its own with a copy of the network, so that nothing that is done here holds
// training up, and a file that should bring it down takes nothing else with it.

import { ownEngine, serve } from '../serve';
import { insidesOf } from './insides';
import { Network } from './network';
import { Reader } from './read';
import type { FileCalls, NetworkFacts } from '../../shared/protocol-files';

let network: Network | null = null;
let page: { facts: NetworkFacts; pixels: Uint8Array } | null = null;

function taken(): Network {
  if (network === null) throw new Error('There is no network yet.');
  return network;
}

serve<FileCalls>({
  see: async ({ checkpoint, pixels }) => {
    const session = (await ownEngine()).restoreSession(checkpoint);
    try {
      const { spec, summary, classNames: classes } = session;
      return { spec, summary, classes, answer: session.predict(pixels), insides: insidesOf(session, pixels) };
    } finally {
      session.dispose();
    }
  },

  take: async ({ copy, pixels }) => {
    network = new Network(await ownEngine(), copy, pixels);
    const { facts } = network;
    page = { facts, pixels };
    return facts;
  },

  make: (ask) => taken().make(ask),

  insides: () => Promise.resolve(taken().insides),

  quantize: () => taken().quantizedFacts(),

  compare: ({ seconds }, report) => taken().compare(seconds, report),

  prune: (ask, report) => taken().prune(ask, report),

  read: async (ask) => {
    const { session, test } = taken();
    const { facts, pixels } = page!;
    const here = { spec: session.spec, test, classes: facts.classes.length, pixels };
    return new Reader(await ownEngine(), here).read(ask);
  },
});
