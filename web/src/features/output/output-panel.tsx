// SPDX-License-Identifier: MIT
//
// The prediction: the class by name, the confidence, and the probabilities of all classes.

import { openUnit } from '../../client/network';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { nameOfClass } from '../../state/class-names';
import { isUnlike, prediction } from '../../state/digit-state';
import { percent } from '../../shared/format';
import { isImported } from '../../shared/imported';
import { confidence } from '../../state/story';
import { currentInput, classNames, digit, noun, recipe, run } from '../../state/store';
import { ghostRun } from '../../state/ghost';
import { lazy, LazyPart } from '../../ui/lazy-part';
import { Info } from './info';
import './output.css';

const ghostAnswer = lazy(async () => (await import('./ghost-answer')).GhostAnswer);

function verdict(): string {
  const found = prediction(digit.value);
  const { currentInput } = digit.value;
  if (found === null) return 'No input yet';
  if (run.value.step === 0 && !isImported(run.value.settings.model)) return 'Untrained: just guessing';
  if (isUnlike(digit.value)) return 'Unlike anything it was trained on';
  if (currentInput.kind !== 'test') return confidence(found.probability, null, '');
  const label = nameOfClass(classNames.value, currentInput.label);
  return confidence(found.probability, currentInput.label === found.label, label);
}

function whyUnlike(): string {
  const { many } = noun.value;
  const share = percent(digit.value.frame?.unusual ?? 0, 0);
  return `More unusual to the network than ${share} of its training ${many}. It only knows its classes, so it names the one that fits best.`;
}

function Probability({ index, name, value, best }: { index: number; name: string; value: number; best: boolean }) {
  return (
    <li class={best ? 'best' : ''}>
      <span class="class-name" title={name}>
        {name}
      </span>
      <span class="track" aria-hidden="true">
        <span class="fill" style={{ transform: `scaleX(${value.toFixed(4)})` }} />
      </span>
      <span class="share" data-testid={`probability-${index}`}>
        {percent(value, 1)}
      </span>
    </li>
  );
}

/** From this many classes on the bars stand in two columns, without figures. */
const many = 13;

/** A name longer than a letter or two is written smaller. */
const isLong = (name: string): boolean => Array.from(name).length > 2;

/** How the bars are laid out: beside their names, below them where those are long, or in two columns. */
function layoutFor(names: readonly string[]): string {
  if (names.length >= many) return names.some(isLong) ? 'many named' : 'many';
  return names.some(isLong) ? 'named' : '';
}

/** After this without another stroke, in milliseconds, a drawing is taken to be finished. */
const finishedAfter = 700;

/** What the network predicts for a new drawing or test image, for screen readers. Not at every stroke, nor while it trains. */
function Spoken() {
  const text = useSignal('');
  const shown = currentInput.value;
  useEffect(() => {
    text.value = '';
    const timer = setTimeout(() => {
      const found = prediction(digit.peek());
      if (found === null) return;
      text.value = `Prediction: ${nameOfClass(classNames.peek(), found.label)}. ${verdict()}`;
    }, finishedAfter);
    return () => {
      clearTimeout(timer);
    };
  }, [shown]);
  return (
    <p class="out-of-sight" role="status" data-testid="spoken-answer">
      {text.value}
    </p>
  );
}

export function OutputPanel() {
  const squared = recipe.value?.loss.type === 'mse';
  const found = prediction(digit.value);
  const names = classNames.value;
  const unlike = isUnlike(digit.value);
  const answer = found === null ? '' : nameOfClass(names, found.label);
  const values = digit.value.frame?.probabilities;
  return (
    <section class="panel output-panel" aria-labelledby="output-heading">
      <div class="panel-head">
        <div class="with-info">
          <h2 id="output-heading">Answer</h2> <Info about="the prediction" topic="answer" />
        </div>
      </div>
      <div class="answer">
        <output
          class={`prediction${isLong(answer) ? ' long' : ''}${unlike ? ' unlike' : ''}`}
          data-testid="prediction"
          aria-label={`The predicted ${noun.value.one}`}
          aria-live="off"
        >
          {answer}
        </output>
        <p data-testid="verdict" class={unlike ? 'unlike' : ''} {...(unlike ? { title: whyUnlike() } : {})}>
          {verdict()}
        </p>
      </div>
      {ghostRun.value !== null && <LazyPart part={ghostAnswer} props={{}} />}
      <Spoken />
      <ol
        class={`probabilities ${layoutFor(names)}`}
        data-testid="activation-softmax"
        aria-label={`Probability of each ${noun.value.one === 'digit' ? 'digit' : 'class'}`}
      >
        {names.map((name, i) => (
          <Probability key={name} index={i} name={name} value={values?.[i] ?? 0} best={found?.label === i} />
        ))}
      </ol>
      <button
        type="button"
        class="more how-calculated"
        disabled={found === null}
        onClick={() => {
          openUnit({ layer: 'softmax', index: found?.label ?? 0 });
        }}
      >
        {squared ? 'shares' : 'softmax'}
        <span class="out-of-sight">: how it is calculated</span>
      </button>
    </section>
  );
}
