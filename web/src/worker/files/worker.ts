// SPDX-License-Identifier: MIT
//
// The worker of the export and import dialogs: an engine of its own with a copy of the network, so that nothing that is done here holds
// training up, and a file that should bring it down takes nothing else with it.

import { ownEngine } from '../own-engine';
import { serve } from '../serve';
import { insidesOf } from './insides';
import { Network } from './network';
import { Reader } from './read';
import type { FileCalls, NetworkCopy, NetworkFacts } from '../../shared/protocol-files';

interface Taken {
  network: Network;
  facts: NetworkFacts;
  pixels: Uint8Array;
}

let page: Promise<Taken> | null = null;

/** What is asked for while the network is being taken waits for it. */
async function taken(): Promise<Taken> {
  if (page === null) throw new Error('There is no network yet.');
  return page;
}

const network = async (): Promise<Network> => (await taken()).network;

async function take(copy: NetworkCopy, pixels: Uint8Array): Promise<Taken> {
  const whole = new Network(await ownEngine(), copy, pixels);
  return { network: whole, facts: whole.facts, pixels };
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
    page = take(copy, pixels);
    return (await page).facts;
  },

  make: async (ask) => (await network()).make(ask),

  insides: async () => (await network()).insides,

  quantize: async () => (await network()).quantizedFacts(),

  compare: async ({ seconds }, report) => (await network()).compare(seconds, report),

  prune: async (ask, report) => (await network()).prune(ask, report),

  read: async (ask) => {
    const {
      network: { session, test },
      facts,
      pixels,
    } = await taken();
    const here = { spec: session.spec, test, classes: facts.classes.length, pixels };
    return new Reader(await ownEngine(), here).read(ask);
  },
});
