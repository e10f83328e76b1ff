// SPDX-License-Identifier: MIT
//
// Info marks whose texts are in texts.tsx.

import { infoOn } from '../../ui/info';
import { lazy } from '../../ui/lazy-part';
import type { Topic } from './texts';

export const Info = infoOn<Topic>(lazy(async () => (await import('./texts')).Texts));
