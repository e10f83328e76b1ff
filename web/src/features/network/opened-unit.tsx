// SPDX-License-Identifier: MIT
//
// The place of an opened channel. What it shows is loaded when the first is opened.

import { lazy, LazyPart } from '../../ui/lazy-part';
import type { Unit } from '../../state/network-view';

const detail = lazy(async () => (await import('./detail/detail')).Detail);

export const OpenedUnit = ({ unit }: { unit: Unit }) => <LazyPart part={detail} props={{ unit }} />;
