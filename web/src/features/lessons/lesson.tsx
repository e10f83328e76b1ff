// SPDX-License-Identifier: MIT
//
// The card of a lesson over the page: what the step says and asks, and the way to the next one.

import { useEffect, useRef } from 'preact/hooks';
import { lesson } from '../../state/lesson';
import { data, run } from '../../state/store';
import { Info } from './info';
import {
  answered,
  at,
  close,
  failure,
  follow,
  goTo,
  isBusy,
  isTraining,
  scene,
  step,
  withFigures,
} from './lesson-state';
import { Make } from './make';
import { Nudge } from './nudge';
import { hideable } from './scene';
import type { Question, SceneStep } from './scene';
import './lessons.css';

function Asked({ asked }: { asked: Question }) {
  const chosen = answered.value;
  return (
    <fieldset class="lesson-question">
      <legend>{asked.question}</legend>
      {asked.options.map((option, i) => (
        <label key={option} class={chosen !== null && i === asked.right ? 'right' : ''}>
          <input
            type="radio"
            name="lesson-answer"
            checked={chosen === i}
            disabled={chosen !== null}
            onChange={() => {
              answered.value = i;
            }}
          />{' '}
          {option}
        </label>
      ))}
      <p role="status">{chosen !== null && `${chosen === asked.right ? 'Yes. ' : 'No. '}${asked.why}`}</p>
    </fieldset>
  );
}

function Step({ of }: { of: SceneStep }) {
  const { ask, nudge = false, train = false } = of;
  const shown = withFigures(of);
  return (
    <>
      {shown.split(/\n\s*\n/).map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      {train && isTraining.value && <p class="quiet">Training: step {run.value.step.toLocaleString('en-US')} …</p>}
      {nudge && <Nudge />}
      {ask !== undefined && <Asked asked={ask} />}
    </>
  );
}

function Steps() {
  const present = step.value;
  const all = scene.value!.steps;
  if (present === null) return null;
  const waits = isBusy.value || (present.train === true && isTraining.value);
  const unanswered = present.ask !== undefined && answered.value === null;
  const isLast = at.value === all.length - 1;
  return (
    <>
      <div class="lesson-step" aria-live="polite">
        <Step key={at.value} of={present} />
      </div>
      <p class="controls">
        <button
          type="button"
          class="button"
          disabled={at.value === 0}
          onClick={() => {
            goTo(at.value - 1);
          }}
        >
          Back
        </button>{' '}
        <button
          type="button"
          class="button primary"
          data-testid="lesson-next"
          disabled={waits || unanswered}
          onClick={() => {
            if (isLast) close();
            else goTo(at.value + 1);
          }}
        >
          {isLast ? 'Finish' : 'Next'}
        </button>{' '}
        <span class="quiet">
          {at.value + 1} of {all.length}
          {unanswered && ': choose an answer'}
        </span>
      </p>
    </>
  );
}

/** What the lesson leaves out of the page. */
function useHidden(): void {
  const hidden = scene.value?.hide ?? [];
  useEffect(() => {
    const root = document.documentElement;
    for (const name of hideable) root.classList.toggle(`lesson-hides-${name}`, hidden.includes(name));
    return () => {
      for (const name of hideable) root.classList.remove(`lesson-hides-${name}`);
    };
  }, [scene.value]);
}

export function Lesson() {
  const heading = useRef<HTMLHeadingElement>(null);
  const isReady = data.value.facts !== null && run.value.facts !== null;
  useEffect(() => (isReady ? follow() : undefined), [isReady]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useHidden();
  const title = lesson.value === 'make' ? 'Make a lesson' : (scene.value?.title ?? 'Lesson');
  return (
    <section class="lesson" aria-labelledby="lesson-heading" data-testid="lesson">
      <div class="panel-head">
        <div class="with-info">
          <h2 id="lesson-heading" ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <Info about="lessons" topic="lessons" />
        </div>
        <button type="button" class="button small" onClick={close}>
          Close
        </button>
      </div>
      {failure.value !== null && <p role="alert">{failure.value}</p>}
      {lesson.value === 'make' && <Make />}
      {scene.value !== null && <Steps />}
    </section>
  );
}
