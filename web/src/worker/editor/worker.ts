// SPDX-License-Identifier: MIT
//
// The workers of the model editor: each with an engine of its own, so that nothing waits for the worker that trains. One describes specs,
// another measures how fast they train and is ended when that is not wanted any more.

import { ownEngine } from '../own-engine';
import { serve } from '../serve';
import { describe } from './describe';
import { measure } from './measure';
import type { ModelSpec } from 'tinycnn';
import type { EditorCalls } from '../../shared/protocol-editor';

serve<EditorCalls>({
  describe: async ({ spec, classes }) => describe(await ownEngine(), spec as ModelSpec, classes),

  measure: async ({ threads, ...ask }) => measure(await ownEngine(threads), ask),

  weights: async ({ bytes }) => {
    const session = (await ownEngine()).restoreSession(bytes);
    try {
      return session.parameters({ averaged: true });
    } finally {
      session.dispose();
    }
  },
});
