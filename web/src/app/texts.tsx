// SPDX-License-Identifier: MIT
//
// Every info mark's text by its topic. Loaded with the first mark that is opened, or pointed at.

import { barTexts } from '../features/control-bar/texts';
import { inputTexts } from '../features/input/texts';
import { networkTexts, layerExplained } from '../features/network/texts';
import { resultTexts } from '../features/results/texts';
import { settingsTexts } from '../features/settings/texts';
import type { Topic, TopicTexts } from '../state/topic';

const texts: Required<TopicTexts> = {
  ...barTexts,
  ...inputTexts,
  ...networkTexts,
  ...resultTexts,
  ...settingsTexts,
};
const layer = 'layer:';

const isLayer = (topic: Topic): topic is `layer:${string}` => topic.startsWith(layer);

export function Texts({ topic }: { topic: Topic }) {
  return <>{isLayer(topic) ? layerExplained(topic.slice(layer.length)) : texts[topic]()}</>;
}
