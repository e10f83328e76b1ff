// SPDX-License-Identifier: MIT
//
// The network in 8-bit integers beside itself in floating point: what it takes, how well it does, and which images it takes for others.

import { grouped } from '../../shared/format';
import { noun } from '../../state/store';
import { accuracies, answerLines, BeforeAfter, Changes } from './before-after';
import { compareNow, comparing, comparison, endComparison, files, quantized, whyNotCompared } from './export-state';
import { exactly } from '../../shared/format-small';
import type { Shown } from './export-state';
import type { Names } from './before-after';

const names: Names = { before: 'float32', after: 'int8', where: 'in integers' };

function Table({ now }: { now: Shown }) {
  const { parameters } = now.facts;
  const facts = quantized.value;
  if (facts === null) return null;
  const lines = [
    ...answerLines(now, facts.answer, 'int8-answer'),
    {
      ...{ label: `Weights (${grouped(parameters)})`, testid: 'int8-bytes' },
      ...{ before: exactly(facts.bytes.float), after: exactly(facts.bytes.int8) },
    },
    {
      ...{ label: 'Multiply-adds per image', testid: 'int8-macs' },
      ...{ before: grouped(facts.macs.float), after: grouped(facts.macs.int8) },
    },
    { label: 'Test accuracy', testid: 'int8-accuracy', ...accuracies(comparison.value) },
  ];
  return <BeforeAfter names={names} lines={lines} />;
}

function Progress() {
  const found = comparison.value;
  if (comparing.value !== 'running') return null;
  const [count, total] = [found?.count ?? 0, found?.total ?? 1];
  return (
    <div class="comparing">
      <progress aria-label="Test images compared" max={total} value={count} />
      <button type="button" class="button small" onClick={endComparison}>
        Stop comparing
      </button>
    </div>
  );
}

/** Until the integers are there, unless they cannot be had, which the files say. */
function Waiting({ now }: { now: Shown }) {
  if (files.value.get('c-int8')?.phase === 'failed') return null;
  return (
    <p class="quiet" role="status">
      The ranges of the activations are measured on {grouped(now.calibration)} training {noun.value.many} …
    </p>
  );
}

export function Quantized({ now }: { now: Shown }) {
  if (quantized.value === null) return <Waiting now={now} />;
  const found = comparison.value;
  const state = comparing.value;
  return (
    <div class="quantized" data-testid="quantized">
      <Table now={now} />
      <Progress />
      {(state === 'ended' || state === 'failed' || state === 'partly') && (
        <p>
          {state === 'ended' && 'Stopped.'} {whyNotCompared.value}{' '}
          <button type="button" class="more" onClick={() => void compareNow()}>
            Compare on all test {noun.value.many}
          </button>
        </p>
      )}
      {found !== null && found.count > 0 && (
        <Changes found={found} classes={now.facts.classes} names={names} testid="int8-changes" />
      )}
    </div>
  );
}
