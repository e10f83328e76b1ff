// SPDX-License-Identifier: MIT
//
// Every info mark's text by its topic. Loaded with the first mark that is opened, or pointed at.

import { kBarTexts } from '../features/control-bar/texts';
import { kInputTexts } from '../features/input/texts';
import { kNetworkTexts, layerExplained } from '../features/network/texts';
import { kResultTexts } from '../features/results/texts';
import { kSettingsTexts } from '../features/settings/texts';
import type { Topic, TopicTexts } from '../state/topic';

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
