// SPDX-License-Identifier: MIT
//
// How many threads train: picked, typed, or left to the page; where a page may have one only, it says why.

import { isMoving, useThreads } from '../../client/threads';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { inWords, threads } from '../../state/threads';
import { offeredThreads, threadsIn } from '../../state/threads-choice';
import { data, engine, threadsInUse, threadUse } from '../../state/store';
import { Field } from './setting-fields';

const cores = navigator.hardwareConcurrency;

const reported = `(the browser reports ${cores} ${cores === 1 ? 'core' : 'cores'})`;

function howMany(): string {
  const used = `${inWords(threadsInUse.value)} ${threadsInUse.value === 1 ? 'is' : 'are'} training now ${reported}`;
  const max = engine.value?.threads ?? 1;
  if (threads.value !== 'auto' || max === 1) return `${used}.`;
  return threadUse.value?.isMeasuring === false
    ? `${used}: of up to ${max}, the page has measured this number to be the fastest here.`
    : `Up to ${max} threads ${reported}: in the first moments of training the page measures which number is the fastest here.`;
}

/** The page's service worker adds those headers to what it hands out. */
const afterReload = (): string =>
  navigator.serviceWorker?.controller ? ' Reload the page to have it isolated by its service worker.' : ''; // eslint-disable-line @typescript-eslint/no-unnecessary-condition -- undefined outside secure contexts

export function ThreadsSetting() {
  const field = useRef<HTMLInputElement>(null);
  const value = String(threads.value);
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
              ? `Only 1 thread: the server does not send the headers that make this page cross-origin isolated, and browsers let only isolated pages share memory between threads.${afterReload()}`
              : isMoving.value
                ? 'Moving the run to another number of threads …'
                : `${howMany()} After a change training continues from the same step.`}
          </p>
        </>
      )}
    </Field>
  );
}
