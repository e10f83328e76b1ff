// SPDX-License-Identifier: MIT
//
// The text of the info mark beside what is kept.

import { textsFrom } from '../../ui/info';

const texts = {
  kept: () => (
    <>
      <p>
        While it trains, the page saves the run every few seconds: weights, optimizer, curves and settings. After a
        reload or a crash it goes on from there, bit for bit. Nothing leaves this browser.
      </p>
      <p>
        A run that another one replaces stays, if it was trained for 100 steps or tested. The tab “Runs” lists them all.
        Files of your own are kept only if you want that.
      </p>
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
