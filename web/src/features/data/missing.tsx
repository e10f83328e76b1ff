// SPDX-License-Identifier: MIT
//
// What takes the place of data that could not be loaded, and the ways to others; loaded when it comes to that.

import { loadPublished } from '../../client/data';
import { publishedDatasets } from '../../shared/published-datasets';
import { openFileChooser, openFolderChooser } from '../../ui/file-chooser';
import type { Unavailable } from '../../shared/dataset';

function WaysToData({ id }: { id: string }) {
  return (
    <div class="controls">
      <button type="button" class="button" onClick={openFileChooser}>
        Choose files
      </button>
      <button type="button" class="button" onClick={openFolderChooser}>
        Choose a folder
      </button>
      <button type="button" class="button" onClick={() => void loadPublished(id)}>
        Try the download again
      </button>
    </div>
  );
}

const titleOf = (id: string): string => publishedDatasets.find((each) => each.id === id)?.title ?? id;

const whyNot = (id: string): string =>
  navigator.onLine ? `No source could deliver ${titleOf(id)}.` : 'This device is offline.';

/** Another data set was wanted and could not be loaded: these digits take its place, and the visitor should know. */
export function Substitute({ id, reasons }: Unavailable) {
  return (
    <div class="data-missing" role="status">
      <div>
        <h2>The network learns from synthetic digits</h2>
        <p>
          {whyNot(id)} The page has drawn digits itself instead: the network can learn from them and then classify the
          digits that you draw. If you have the four files of {titleOf(id)}, or images of your own, choose them or drop
          them on this page.
        </p>
        <details class="quiet">
          <summary>What each source answered</summary>
          {reasons}
        </details>
      </div>
      <WaysToData id={id} />
    </div>
  );
}

export function Missing({ id }: { id: string }) {
  return (
    <div class="data-missing">
      <div>
        <h2>There is no data to learn from</h2>
        <p>
          {whyNot(id)} If you have the four files of {titleOf(id)}, choose them or drop them on this page: two of images
          and two of labels, in any order, gzipped or not. You can also use images of your own: PNG or JPEG files in one
          folder for each class (as a folder or a zip archive), or a CSV table.
        </p>
      </div>
      <WaysToData id={id} />
    </div>
  );
}
