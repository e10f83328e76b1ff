// SPDX-License-Identifier: MIT
//
// A smaller network beside the one on the page: without its least important weights or channels, and trained on.

import { grouped, percent } from '../../shared/format';
import { noun } from '../../state/store';
import { Choice } from '../../ui/choice';
import { accuracies, answerLines, BeforeAfter, Changes } from './before-after';
import { takenNow } from './export-state';
import { exactly } from '../../shared/format-small';
import { failure, phase, progress, pruneNow, removedOf, result, stop, trainedImages, use, wanted } from './prune-state';
import type { Pruning } from '../../shared/protocol-files';
import type { Names } from './before-after';
import type { Shown } from './export-state';
import type { Result } from './prune-state';

const names: Names = { before: 'As it is', after: 'Pruned', where: 'from the smaller one' };
const shares = [0.5, 0.75, 0.9, 0.95];

function Controls({ trainCount }: { trainCount: number }) {
  const { type, sparsity } = wanted.value;
  const set = (change: Partial<Pruning>): void => {
    wanted.value = { ...wanted.value, ...change };
  };
  return (
    <div class="prune-controls">
      <Choice
        inLine
        label="Remove"
        testid="prune-type"
        value={type}
        onPick={(value) => {
          set({ type: value as Pruning['type'] });
        }}
      >
        <option value="unstructured">single weights</option>
        <option value="channels">whole channels</option>
      </Choice>
      <Choice
        inLine
        label="How much"
        testid="prune-share"
        value={String(sparsity)}
        onPick={(value) => {
          set({ sparsity: Number(value) });
        }}
      >
        {shares.map((share) => (
          <option key={share} value={String(share)}>
            {percent(share, 0)} of the {removedOf[type]}
          </option>
        ))}
      </Choice>
      <button
        type="button"
        class="button"
        data-testid="prune"
        disabled={phase.value !== 'idle' || trainCount === 0}
        onClick={() => void pruneNow(takenNow())}
      >
        Prune
      </button>
    </div>
  );
}

function Progress() {
  if (phase.value !== 'training') return null;
  const { step, steps } = progress.value ?? { step: 0, steps: 1 };
  return (
    <div class="comparing">
      <progress aria-label="Training of the smaller network" max={steps} value={step} />
      <button type="button" class="button small" onClick={stop}>
        Stop pruning
      </button>
    </div>
  );
}

function Found({ found, now }: { found: Result; now: Shown }) {
  const { before, after, comparison, answer } = found;
  const { classes } = now.facts;
  const lines = [
    ...answerLines(now, answer, 'pruned-answer'),
    { label: 'Test accuracy', testid: 'pruned-accuracy', ...accuracies(comparison) },
    {
      ...{ label: 'Parameters that are not zero', testid: 'pruned-weights' },
      ...{ before: grouped(before.weights), after: grouped(after.weights) },
    },
    {
      ...{ label: 'Multiply-adds, without those by zero', testid: 'pruned-macs' },
      ...{ before: grouped(before.macs), after: grouped(after.macs) },
    },
    {
      ...{ label: 'Weights, packed by gzip', testid: 'pruned-bytes' },
      ...{ before: exactly(before.bytes), after: exactly(after.bytes) },
    },
  ];
  return (
    <>
      <BeforeAfter names={names} lines={lines} />
      <p>
        <button
          type="button"
          class="button primary"
          data-testid="use-pruned"
          disabled={phase.value !== 'idle'}
          onClick={() => void use(now.facts.name)}
        >
          Use this network
        </button>{' '}
        <span class="quiet">
          It takes the place of the network on the page, learns on there, and can be exported in every form.
          {found.pruning.type === 'unstructured' && ' Its zeros stay zeros.'}
        </span>
      </p>
      <Changes found={comparison} classes={classes} names={names} testid="pruned-changes" />
      <details>
        <summary>Its weights; gaps are zeros</summary>
        <img
          class="sheet"
          src={found.picture}
          alt="The weights of the smaller network, layer by layer; zeros are left empty"
        />
      </details>
    </>
  );
}

export function PrunedPart({ now }: { now: Shown }) {
  const { many } = noun.value;
  const count = Math.min(trainedImages, now.trainCount);
  return (
    <section aria-labelledby="files-pruned">
      <h3 id="files-pruned">Smaller, by pruning</h3>
      <p class="quiet">
        The least important weights or channels are removed, and the rest trains on for three passes over{' '}
        {grouped(count)} training {many}, so that it takes over. The network on the page stays as it is.
      </p>
      <div class="quantized" data-testid="pruned">
        <Controls trainCount={now.trainCount} />
        <Progress />
        {failure.value !== null && <p role="alert">{failure.value}</p>}
        {result.value !== null && <Found found={result.value} now={now} />}
      </div>
    </section>
  );
}
