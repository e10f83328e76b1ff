// SPDX-License-Identifier: MIT
//
// Why it answers as it does: for the current input, which pixels the score of a class hangs on, and what covering a patch of it does.

import { side } from '../../shared/dataset';
import { nameOfClass } from '../../state/class-names';
import { prediction } from '../../state/digit-state';
import { grouped } from '../../shared/format';
import { patches } from '../../state/inside-view';
import { classNames, digit, noun } from '../../state/store';
import { Choice } from '../../ui/choice';
import { InfoMark } from '../../ui/info';
import { ScaleRamp } from '../../ui/scale-ramp';
import { chooseInside } from './choose-inside';
import {
  askOcclusion,
  askSaliency,
  cursor,
  hasDigit,
  label,
  occlusion,
  occlusionReach,
  patch,
  saliency,
  saliencyReach,
  wantedOcclusion,
  wantedSaliency,
} from './evidence-state';
import { occlusionAt, occlusionInWords, saliencyAt, saliencyInWords } from './evidence-words';
import { useFollow } from './follow';
import { FollowFailure } from './follow-failure';
import { occlusionFormula, saliencyFormula } from './formulas';
import { HeatPicture } from './heat-picture';
import { useInSight } from '../../ui/in-sight';
import type { Box } from '../../state/weight-sheet';

const nameOf = (index: number): string => nameOfClass(classNames.value, index);

const pixelBox = (pixel: number): Box => ({ left: pixel % side, top: Math.floor(pixel / side), width: 1, height: 1 });

/** The patch around a pixel, cut at the edges. */
function patchBox(pixel: number): Box {
  const reach = (patch.value - 1) / 2;
  const { left, top } = pixelBox(pixel);
  const [from, to] = [
    [left, top].map((at) => Math.max(0, at - reach)),
    [left, top].map((at) => Math.min(side, at + reach + 1)),
  ];
  return { left: from[0]!, top: from[1]!, width: to[0]! - from[0]!, height: to[1]! - from[1]! };
}

function SaliencyMap() {
  const seen = saliency.value;
  const name = seen === null ? '' : nameOf(seen.label);
  const reading =
    seen === null ? '' : cursor.value === null ? saliencyInWords(seen, name) : saliencyAt(seen, cursor.value, name);
  return (
    <figure class="evidence">
      <figcaption>
        Saliency{name === '' ? '' : ` for ${name}`}{' '}
        <InfoMark about="saliency">
          <p>
            The gradient of the class’s score (its logit, the number before softmax) with respect to each pixel: blue
            where a little more ink would raise the score, orange where it would lower it. It is valid for small changes
            only.
          </p>
          {saliencyFormula}
        </InfoMark>
      </figcaption>
      <HeatPicture
        label={`Saliency${name === '' ? '' : ` for ${name}`}; use the arrow keys`}
        testid="saliency"
        heat={() => saliency.value && { ...saliency.value, range: saliencyReach.value }}
        reading={reading}
        frame={pixelBox}
      />
      <ScaleRamp negative={`−${saliencyReach.value}`} positive={`+${saliencyReach.value}`} />
      <p class="reading" aria-hidden="true">
        {reading}
      </p>
    </figure>
  );
}

function points(share: number): string {
  const count = Number((100 * share).toPrecision(2));
  return `${count} ${count === 1 ? 'point' : 'points'}`;
}

function OcclusionMap() {
  const seen = occlusion.value;
  const name = seen === null ? '' : nameOf(seen.label);
  const reading =
    seen === null ? '' : cursor.value === null ? occlusionInWords(seen, name) : occlusionAt(seen, cursor.value, name);
  const reach = points(occlusionReach.value);
  return (
    <figure class="evidence">
      <figcaption>
        Occlusion{name === '' ? '' : ` for ${name}`}{' '}
        <InfoMark about="occlusion">
          <p>
            A patch of the {noun.value.one} is covered with background and the network classifies it again: blue where
            that lowers the probability of the class, orange where it raises it, in percentage points. This is done for
            a patch around every pixel.
          </p>
          {occlusionFormula}
        </InfoMark>
      </figcaption>
      <HeatPicture
        label={`Occlusion${name === '' ? '' : ` for ${name}`}; use the arrow keys`}
        testid="occlusion"
        heat={() => occlusion.value && { ...occlusion.value, range: occlusionReach.value }}
        reading={reading}
        frame={patchBox}
      />
      <ScaleRamp negative={`−${reach}`} positive={`+${reach}`} />
      <p class="reading" aria-hidden="true">
        {reading}
      </p>
    </figure>
  );
}

function Choices() {
  const read = prediction(digit.value);
  return (
    <div class="insight-choices">
      <Choice
        label="Class"
        testid="evidence-class"
        inLine
        value={String(label.value ?? '')}
        onPick={(value) => {
          chooseInside('class', value === '' ? null : value);
        }}
      >
        <option value="">as predicted{read === null ? '' : `: ${nameOf(read.label)}`}</option>
        {classNames.value.map((name, index) => (
          <option key={name} value={String(index)}>
            {name}
          </option>
        ))}
      </Choice>
      <Choice
        label="Patch"
        testid="evidence-patch"
        inLine
        value={String(patch.value)}
        title="The size of the area that is covered at a time"
        onPick={(value) => {
          chooseInside('patch', Number(value) === patches[1] ? null : value);
        }}
      >
        {patches.map((size) => (
          <option key={size} value={String(size)}>
            {size}×{size}
          </option>
        ))}
      </Choice>
    </div>
  );
}

export function EvidencePanel() {
  const { ref, inSight } = useInSight<HTMLElement>();
  const saliencyFollower = useFollow(inSight, wantedSaliency, askSaliency);
  const occlusionFollower = useFollow(inSight, wantedOcclusion, askOcclusion);
  const step = occlusion.value?.step;
  return (
    <section ref={ref} class="panel insight-panel" aria-labelledby="evidence-heading">
      <div class="panel-head">
        <div class="with-info">
          <h3 id="evidence-heading">Which pixels support this answer</h3>
          <InfoMark about="evidence for a class">
            <p>
              Both pictures are about one class: the predicted one or any other that you choose. The patch is the area
              of the {noun.value.one} that is covered at a time: a small patch shows single strokes, a large one whole
              parts.
            </p>
          </InfoMark>
        </div>
        <Choices />
      </div>
      <FollowFailure of={saliencyFollower} />
      <FollowFailure of={occlusionFollower} />
      {hasDigit.value ? (
        <>
          <p class="quiet">
            The parts of the current {noun.value.one} that count for the class (blue) and against it (orange)
            {step === undefined ? '' : `, at step ${grouped(step)}`}.
          </p>
          <div class="evidences">
            <SaliencyMap />
            <OcclusionMap />
          </div>
        </>
      ) : (
        <p class="quiet">No input: draw a {noun.value.one} or take one from the test set above.</p>
      )}
    </section>
  );
}
