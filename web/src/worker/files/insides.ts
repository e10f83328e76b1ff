// SPDX-License-Identifier: MIT
//
// What the pictures of a network are made of.

import type { Session } from 'tinycnn';
import type { Insides } from '../../shared/protocol-files';

export function insidesOf(session: Session, pixels: Uint8Array): Insides {
  const { spec, summary } = session;
  return {
    input: spec.input,
    layers: summary.layers,
    tensors: session.parameters({ averaged: true }),
    activations: session.allActivations(pixels),
  };
}
