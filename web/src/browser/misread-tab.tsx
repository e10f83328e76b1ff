// SPDX-License-Identifier: MIT
//
// What the network reads wrongly: the confusion matrix over the test images, and the images behind each of its cells.

import { useEffect } from 'preact/hooks';
import { pickTestDigit } from '../controller';
import { nameOfClass } from '../state/class-names';
import { grouped, percent } from '../state/format';
import { classNames, noun, run, runFacts } from '../state/store';
import { Image } from './image';
import { cell, loadMisread, looking, misreadings } from './state';
import type { Misreadings } from '../protocol';

const kMostShown = 36;

function Cell({ confusion, label, read }: { confusion: number[][]; label: number; read: number }) {
  const row = confusion[label]!;
  const count = row[read]!;
  const total = row.reduce((sum, each) => sum + each, 0);
  const strength = total === 0 ? 0 : Math.min(1, (label === read ? 0.45 : 4) * (count / total));
  const names = classNames.value;
  const chosen = cell.value?.label === label && cell.value.read === read;
  const style = { '--strength': `${Math.round(100 * strength)}%` };
  if (label === read || count === 0) {
    return (
      <td class={label === read ? 'right' : ''} style={style}>
        {count === 0 ? '' : count}
      </td>
    );
  }
  return (
    <td class="wrong" style={style}>
      <button
        type="button"
        aria-pressed={chosen}
        aria-label={`${nameOfClass(names, label)} read as ${nameOfClass(names, read)}: ${count}`}
        onClick={() => (cell.value = chosen ? null : { label, read })}
      >
        {count}
      </button>
    </td>
  );
}

function Matrix({ confusion }: { confusion: number[][] }) {
  const names = classNames.value;
  return (
    <div class="matrix" tabIndex={0} role="group" aria-label="Confusion matrix">
      <table data-testid="confusion-matrix">
        <caption class="quiet">Rows: what it is. Columns: what it is read as.</caption>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col" title={name}>
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name, label) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {names.map((other, read) => (
                <Cell key={other} confusion={confusion} label={label} read={read} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MisreadImages({ found }: { found: Misreadings }) {
  const names = classNames.value;
  const wanted = found.images
    .map((image, place) => ({ ...image, place }))
    .filter(({ label, read }) => cell.value === null || (cell.value.label === label && cell.value.read === read));
  return (
    <ul class="sample-grid misread" data-testid="misread-images">
      {wanted.slice(0, kMostShown).map(({ index, label, read, probability, place }) => (
        <li key={index}>
          <button
            type="button"
            class="sample"
            title={`Test ${noun.value.one} ${index}: ${nameOfClass(names, label)}, read as ${nameOfClass(names, read)}`}
            onClick={() => void pickTestDigit(index)}
          >
            <Image key={`${found.step}/${index}`} pixels={found.pixels} index={place} />
            <span>
              {nameOfClass(names, label)} → {nameOfClass(names, read)}
            </span>
            <span class="quiet">{percent(probability, 0)} sure</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function summary({ looked, count, confusion, step }: Misreadings): string {
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  const among = looked === count ? `all ${grouped(count)}` : `the first ${grouped(looked)} of ${grouped(count)}`;
  return (
    `At step ${grouped(step)} it misreads ${grouped(looked - right)} of ${among} test ${noun.value.many}. ` +
    'Choose a number to see only those, and an image to watch the network read it.'
  );
}

export function MisreadTab() {
  useEffect(() => {
    if (misreadings.value === null && !looking.value) void loadMisread();
  }, [runFacts.value, misreadings.value]);
  const found = misreadings.value;
  if (found === null) return <p class="quiet">Reading the test {noun.value.many}</p>;
  return (
    <>
      <div class="browser-line">
        <p class="quiet">{summary(found)}</p>
        <button
          type="button"
          class="button"
          disabled={looking.value || run.value.step === found.step}
          onClick={() => void loadMisread()}
        >
          Read them again
        </button>
      </div>
      <div class="misread-view">
        <Matrix confusion={found.confusion} />
        <MisreadImages found={found} />
      </div>
    </>
  );
}
