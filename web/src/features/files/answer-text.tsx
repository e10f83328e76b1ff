// SPDX-License-Identifier: MIT
//
// What a network answers, in words; and the image that it was asked about.

import { argmax } from '../../math/argmax';
import { percent } from '../../shared/format';
import { nameOfClass } from '../../state/class-names';
import { Image } from '../../ui/digit-image';
import type { AskedImage } from './image';
import type { Answer } from '../../shared/protocol-files';

export function AnswerText({ answer, classes }: { answer: Answer; classes: readonly string[] }) {
  const label = argmax(answer);
  return (
    <>
      <strong class="answer-class">{nameOfClass(classes, label)}</strong> {percent(answer[label]!, 1)}
    </>
  );
}

/** Whether every probability is the same, bit for bit. */
export const isSameAnswer = (a: Answer, b: Answer): boolean =>
  a.length === b.length && a.every((probability, i) => probability === b[i]);

export function AskedPicture({ image }: { image: AskedImage }) {
  return (
    <div class="asked-picture" role="img" aria-label={image.about}>
      <Image pixels={image.pixels} index={0} />
    </div>
  );
}
