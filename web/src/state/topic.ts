// SPDX-License-Identifier: MIT
//
// What info marks are about: the names by which the page asks for their texts.

import type { ComponentChildren } from 'preact';

export type NamedTopic =
  | 'theme'
  | 'choices'
  | 'training'
  | 'figures'
  | 'data'
  | 'drawing'
  | 'prepared'
  | 'preparation'
  | 'network'
  | 'colours'
  | 'answer'
  | 'loss'
  | 'curves'
  | 'accuracy'
  | 'confusion'
  | 'mistakes'
  | 'playback'
  | 'learningRate'
  | 'optimizer'
  | 'batchSize'
  | 'epochs'
  | 'schedule'
  | 'distortion'
  | 'seed'
  | 'threads'
  | 'ownDigits'
  | 'dataBrowser';

/** A name, or a kind of layer, as in the model's spec. */
export type Topic = NamedTopic | `layer:${string}`;

/** Texts are made when they are shown: they say what is so on the page then. */
export type TopicTexts = Partial<Record<NamedTopic, () => ComponentChildren>>;
