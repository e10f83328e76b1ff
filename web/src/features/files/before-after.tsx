// SPDX-License-Identifier: MIT
//
// A network beside the same one changed, in integers or pruned: a table of both, and the test images that get another answer.

import { grouped, percent } from '../../shared/format';
import { nameOfClass } from '../../state/class-names';
import { noun } from '../../state/store';
import { Image } from '../../ui/digit-image';
import { AnswerText } from './answer-text';
import type { Shown } from './export-state';
import type { Answer, ChangedDigit, Comparison } from '../../shared/protocol-files';
import type { ComponentChildren } from 'preact';

/** What the two are called. */
export interface Names {
  before: string;
  after: string;
  /** Test images get another answer "in integers". */
  where: string;
}

export interface Line {
  label: string;
  before: ComponentChildren;
  after: ComponentChildren;
  testid: string;
}

/** What both answer for the image that is asked about, if there is one. */
export function answerLines({ image, facts }: Shown, after: Answer, testid: string): Line[] {
  if (image === null) return [];
  const text = (answer: Answer) => <AnswerText answer={answer} classes={facts.classes} />;
  return [{ label: image.about, testid, before: text(facts.answer), after: text(after) }];
}

export function BeforeAfter({ names, lines }: { names: Names; lines: readonly Line[] }) {
  return (
    <table class="before-after">
      <thead>
        <tr>
          <td />
          <th scope="col">{names.before}</th>
          <th scope="col">{names.after}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ label, before, after, testid }) => (
          <tr key={testid} data-testid={testid}>
            <th scope="row">{label}</th>
            <td>{before}</td>
            <td>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function accuracies(found: Comparison | null): Record<'before' | 'after', string> {
  const of = (correct: number): string => percent(correct / found!.count, 2);
  if (found === null || found.count === 0) return { before: '–', after: '–' };
  return { before: of(found.correct.before), after: of(found.correct.after) };
}

interface ChangedProps extends ChangedDigit {
  classes: readonly string[];
  names: Names;
}

function Changed({ index, label, before, after, pixels, classes, names }: ChangedProps) {
  const name = (at: number): string => nameOfClass(classes, at);
  return (
    <li>
      <Image pixels={pixels} index={0} />
      <span class="out-of-sight">
        Test image {index}, labelled {name(label)}: {names.before} answers{' '}
      </span>
      <span class={before === label ? 'is-correct' : ''}>{name(before)}</span>
      <span aria-hidden="true"> → </span>
      <span class="out-of-sight">, {names.after} answers </span>
      <span class={after === label ? 'is-correct' : ''}>{name(after)}</span>
    </li>
  );
}

interface ChangesProps {
  found: Comparison;
  classes: readonly string[];
  names: Names;
  testid: string;
}

export function Changes({ found, classes, names, testid }: ChangesProps) {
  const { count, changes, changed } = found;
  const { many } = noun.value;
  const words =
    changes === 0
      ? `Both give the same answer for all ${grouped(count)} test ${many}.`
      : `Of ${grouped(count)} test ${many}, ${grouped(changes)} ${changes === 1 ? 'gets' : 'get'} another answer ${names.where} (the correct one in bold)${changed.length < changes ? `; the first ${changed.length}` : ''}:`;
  return (
    <>
      <p data-testid={testid}>{words}</p>
      {changed.length > 0 && (
        <ul class="changed" aria-label={`Test ${many} with another answer ${names.where}`}>
          {changed.map((each) => (
            <Changed key={each.index} {...each} classes={classes} names={names} />
          ))}
        </ul>
      )}
    </>
  );
}
