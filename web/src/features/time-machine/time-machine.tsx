// SPDX-License-Identifier: MIT
//
// The run's past: a slider over its moments, which everything below follows; what is kept of it; and the hash by which its weights are known.

import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { followPast } from '../../client/checkpoints';
import { goOnWith } from '../../client/kept/restore';
import { followBest } from '../../client/patience';
import {
  goOnFromHere,
  goTo,
  isPlaying,
  isReplaying,
  lookAt,
  lookAtPresent,
  pastHash,
  play,
  proof,
  stopPlaying,
} from '../../client/time-machine';
import { followHash, weightsHash } from '../../client/weights-hash';
import { grouped, unknown } from '../../shared/format';
import { keeping, offer, outcome } from '../../state/kept';
import { lookedAt, moments } from '../../state/past';
import { run } from '../../state/store';
import { Icon } from '../../ui/icons';
import { Info } from './info';
import { Share } from './share';
import './time-machine.css';

followHash();
followPast();
followBest();

/** What the visitor should hear of: that nothing is kept, that something else is, or that a step was trained again. */
function news(): string {
  const { value } = keeping;
  if (isReplaying.value) return 'Training this step again …';
  if (proof.value !== null && lookedAt.value !== null) return proof.value;
  return value.is === 'refused' ? `Not kept: ${value.why} Training goes on.` : (offer.value?.text ?? '');
}

const saved = (): string => (keeping.value.is === 'saved' ? `Saved up to step ${grouped(keeping.value.step)}` : '');

/** The moment that is shown: its place among all, the last one being the present. */
function presentIndex(): number {
  const step = lookedAt.value;
  const all = moments.value;
  if (step === null) return all.length;
  return Math.max(
    0,
    all.findLastIndex((moment) => moment.step <= step),
  );
}

function Slider() {
  const all = moments.value;
  const index = presentIndex();
  const step = lookedAt.value ?? run.value.step;
  return (
    <input
      type="range"
      aria-label="Step of the run that is looked at"
      aria-valuetext={`step ${grouped(step)}${lookedAt.value === null ? ', the present' : ''}`}
      min={0}
      max={all.length}
      value={index}
      disabled={all.length === 0 || isReplaying.value}
      onInput={({ currentTarget: { valueAsNumber: to } }) => {
        stopPlaying();
        const moment = all[to];
        if (moment === undefined) lookAtPresent();
        else void lookAt(moment);
      }}
    />
  );
}

/** Any step so far, also one between two moments. */
function StepField() {
  const shown = lookedAt.value ?? run.value.step;
  // training, which goes on, does not write over what is being typed
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <label class="step-field" title="Shows any step of the run; one that was not noted is trained again, bit for bit">
      <span>Step</span>
      <input
        type="number"
        aria-label="Look back at step"
        min={0}
        max={run.value.step}
        value={typed ?? shown}
        disabled={isReplaying.value}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
        }}
        onBlur={() => {
          setTyped(null);
        }}
        onChange={({ currentTarget }) => {
          const { valueAsNumber: to } = currentTarget;
          setTyped(null);
          stopPlaying();
          if (Number.isInteger(to) && to >= 0 && to <= run.value.step) void goTo(to);
          else currentTarget.value = String(shown);
        }}
      />
    </label>
  );
}

function PlayButton() {
  const playing = isPlaying.value;
  return (
    <button
      type="button"
      class="button small play"
      disabled={moments.value.length < 2 || isReplaying.value}
      aria-label={playing ? 'Stop the film' : 'Play the run as a film'}
      title={playing ? 'Stop' : 'Play the run as a film'}
      onClick={() => {
        if (playing) stopPlaying();
        else void play();
      }}
    >
      <Icon name={playing ? 'pause' : 'play'} />
    </button>
  );
}

function WaysOfPast() {
  if (lookedAt.value === null) return null;
  return (
    <>
      <button
        type="button"
        class="button small"
        title="Back to the network as it is now"
        onClick={() => {
          stopPlaying();
          lookAtPresent();
        }}
      >
        Now
      </button>
      <button
        type="button"
        class="button small"
        disabled={isReplaying.value}
        title="Starts a new run from this step; this one is kept"
        onClick={() => {
          stopPlaying();
          void goOnFromHere();
        }}
      >
        Go on from here
      </button>
    </>
  );
}

const said = { same: 'same as in the link', other: 'not those of the link' } as const;

function Hash() {
  const hash = lookedAt.value === null ? weightsHash.value?.hash : pastHash.value;
  return (
    <span class="quiet hash" title="Two runs with the same hash have bit-exact the same weights">
      Weights <code data-testid="weights-hash">{hash ?? unknown}</code>
      {outcome.value !== null && lookedAt.value === null && (
        <strong data-testid="link-outcome"> {said[outcome.value]}</strong>
      )}
    </span>
  );
}

/** What is said and done about runs that are kept. */
function Kept() {
  const id = useComputed(() => offer.value?.id ?? null).value;
  const text = news();
  return (
    <>
      <p class="quiet news" role="status" data-testid="kept-news">
        {text}
      </p>
      {id !== null && (
        <button type="button" class="more" onClick={() => void goOnWith(id)}>
          Go on with it
        </button>
      )}
      <p
        class={text === '' ? 'quiet news' : 'out-of-sight'}
        data-testid="kept"
        title="This browser keeps the run, so that it goes on after a reload"
      >
        {saved()}
      </p>
    </>
  );
}

export function TimeMachine() {
  return (
    <section class="time-machine" aria-label="Time machine" data-testid="time-machine">
      <PlayButton />
      <Slider />
      <StepField />
      <WaysOfPast />
      <Kept />
      <Hash />
      <Share />
      <Info about="the time machine" topic="timeMachine" />
    </section>
  );
}
