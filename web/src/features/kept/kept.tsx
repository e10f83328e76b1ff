// SPDX-License-Identifier: MIT
//
// Of the drawer: all that this browser keeps of the page, how large it is, and the ways to go on with it and to delete it.

import { useEffect, useState } from 'preact/hooks';
import { deleteAll, deleteData, keepFiles, list } from '../../client/kept/contents';
import { megabytes } from '../../shared/format';
import { keeping, keptChanges } from '../../state/kept';
import { goToTab, setOpen } from '../../state/panels';
import { data } from '../../state/store';
import { Info } from './info';
import type { Contents, ListedData } from '../../client/kept/contents';
import './kept.css';

/** They are listed where they are compared. */
function KeptRuns({ runs }: { runs: Contents['runs'] }) {
  const bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
  return (
    <li>
      <span>
        {runs.length === 1 ? '1 run' : `${runs.length} runs`} <span class="quiet">{megabytes(bytes)}</span>
      </span>
      <button
        type="button"
        class="button small"
        onClick={() => {
          setOpen('settings', false);
          goToTab('runs');
        }}
      >
        Show the runs
      </button>
    </li>
  );
}

function KeptData({ listed }: { listed: ListedData }) {
  const { title, bytes, isOwn } = listed;
  return (
    <li>
      <span>
        {isOwn ? `Your files: ${title}` : title} <span class="quiet">{megabytes(bytes)}</span>
      </span>
      <button type="button" class="button small" aria-label={`Delete ${title}`} onClick={() => void deleteData(listed)}>
        Delete
      </button>
    </li>
  );
}

/** Files of the visitor's are kept only where that is wanted. */
function KeepFiles({ kept }: { kept: readonly ListedData[] }) {
  const { facts } = data.value;
  if (facts?.id !== 'files' || kept.some(({ isOwn, title }) => isOwn && title === facts.title)) return null;
  return (
    <button type="button" class="button" onClick={() => void keepFiles()}>
      Keep my files too
    </button>
  );
}

/** Asks once more before it deletes everything. */
function DeleteAll() {
  const [isSure, setSure] = useState(false);
  return (
    <button
      type="button"
      class="button"
      onBlur={() => {
        setSure(false);
      }}
      onClick={() => {
        setSure(!isSure);
        if (isSure) void deleteAll();
      }}
    >
      {isSure ? 'Press again to delete all of it' : 'Delete all of it'}
    </button>
  );
}

const totalOf = ({ runs, data: sets }: Contents): number =>
  [...runs, ...sets].reduce((sum, { bytes }) => sum + bytes, 0);

function List({ contents }: { contents: Contents }) {
  const { runs, data: sets, digits, isSafe } = contents;
  const isEmpty = runs.length + sets.length + digits === 0;
  if (isEmpty) return <p>Nothing yet.</p>;
  return (
    <>
      <p>
        {megabytes(totalOf(contents))} in all.{' '}
        {isSafe ? 'The browser keeps it until you delete it.' : 'The browser may delete it when it needs room.'}
      </p>
      <ul class="kept-list" aria-label="Runs and data">
        {runs.length > 0 && <KeptRuns runs={runs} />}
        {sets.map((listed) => (
          <KeptData key={listed.id} listed={listed} />
        ))}
        {digits > 0 && <li>{digits === 1 ? '1 digit of your own' : `${digits} digits of your own`}</li>}
      </ul>
      <DeleteAll />
    </>
  );
}

const refused = 'The browser does not let this page store anything.';

export function Kept() {
  const [contents, setContents] = useState<Contents | string | null>(null);
  const changes = keptChanges.value;
  useEffect(() => {
    list().then(setContents, () => {
      setContents(refused);
    });
  }, [changes]);
  const { value } = keeping;
  return (
    <section class="kept" aria-labelledby="kept-heading">
      <div class="with-info">
        <h3 id="kept-heading">Kept in this browser</h3> <Info about="what is kept" topic="kept" />
      </div>
      {value.is === 'refused' && value.why !== contents && <p>{value.why}</p>}
      {typeof contents === 'string' && <p>{contents}</p>}
      {contents !== null && typeof contents === 'object' && (
        <>
          <List contents={contents} />
          <KeepFiles kept={contents.data} />
        </>
      )}
    </section>
  );
}
