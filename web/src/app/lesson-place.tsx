// SPDX-License-Identifier: MIT
//
// The place of a lesson, which is loaded when one is opened.

import { lesson } from '../state/lesson';
import { lazy, LazyPart } from '../ui/lazy-part';

const part = lazy(async () => (await import('../features/lessons/lesson')).Lesson);

export const Lesson = () => (lesson.value === null ? null : <LazyPart part={part} props={{}} />);
