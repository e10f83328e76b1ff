// SPDX-License-Identifier: MIT
//
// Every info mark's text by its topic. Loaded with the first mark that is opened, or pointed at.

import { kBarTexts } from './bar-texts';
import { kInputTexts } from './input-texts';
import { kNetworkTexts, layerExplained } from './network-texts';
import { kResultTexts } from './result-texts';
import { kSettingsTexts } from './settings-texts';
import type { Topic, TopicTexts } from './topic';

const kTexts: Required<TopicTexts> = {
  ...kBarTexts,
  ...kInputTexts,
  ...kNetworkTexts,
  ...kResultTexts,
  ...kSettingsTexts,
};
const kLayer = 'layer:';

const isLayer = (topic: Topic): topic is `layer:${string}` => topic.startsWith(kLayer);

export function Texts({ topic }: { topic: Topic }) {
  return <>{isLayer(topic) ? layerExplained(topic.slice(kLayer.length)) : kTexts[topic]()}</>;
}
