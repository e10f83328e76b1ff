// SPDX-License-Identifier: MIT
//
// How many threads train: picked, typed, or left to the page; where a page may have one only, it says why.

import { isMoving, useThreads } from '../../client/threads';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { offeredThreads, threads, threadsIn } from '../../state/threads';
import { data, engine } from '../../state/store';
import { Field } from './setting-fields';

const cores = navigator.hardwareConcurrency;

const used = (count: number): string => `${count === 1 ? 'one trains' : `${count} train`} now`;

export function ThreadsSetting() {
  const field = useRef<HTMLInputElement>(null);
  const value = String(threads.value);
  const now = engine.value?.threads ?? 1;
  const alone = !globalThis.crossOriginIsolated;
  useLayoutEffect(() => {
    field.current!.value = alone ? '1' : value;
  }, [value, alone]);
  return (
    <Field label="Threads" topic="threads">
      {(id) => (
        <>
          <input
            ref={field}
            id={id}
            type="text"
            list={`${id}-offered`}
            autocomplete="off"
            disabled={alone || isMoving.value || data.value.progress !== null}
            aria-describedby={`${id}-now`}
            onChange={({ currentTarget }) => {
              const wanted = threadsIn(currentTarget.value);
              if (wanted === null) currentTarget.value = value;
              else void useThreads(wanted);
            }}
          />
          <datalist id={`${id}-offered`}>
            {offeredThreads(cores).map((each) => (
              <option key={each} value={String(each)} />
            ))}
          </datalist>
          <p id={`${id}-now`} class="quiet setting-note" data-testid="threads-now" role="status">
            {alone
              ? 'One only: this page is not cross-origin isolated, because its host does not send the headers for it, and browsers let only such pages share memory between threads.'
              : isMoving.value
                ? 'The run moves over …'
                : `${used(now)}, of ${cores} ${cores === 1 ? 'core' : 'cores'}. Another number goes on from the same step.`}
          </p>
        </>
      )}
    </Field>
  );
}
