// SPDX-License-Identifier: MIT
//
// The published data sets as data: what their files are called, what they must hash to once decompressed, and who serves them to other
// sites. Gzip bytes differ between mirrors, so only the decompressed bytes are checked.

export type FileRole = 'trainImages' | 'trainLabels' | 'testImages' | 'testLabels';

export interface PublishedFile {
  role: FileRole;
  /** Name without `.gz`. */
  name: string;
  /** Size of the gzip file in bytes, for the progress bar until a server says better. */
  gzipBytes: number;
  sha256: string;
}

export interface Mirror {
  /** Said to people: who this is. */
  title: string;
  /** Folder with a slash at its end; relative ones are resolved against the page's own data folder. */
  folder: string;
}

export interface PublishedDataset {
  id: string;
  title: string;
  classes: readonly string[];
  files: readonly PublishedFile[];
  mirrors: readonly Mirror[];
}

export const kDigitClasses: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

export const kMnist: PublishedDataset = {
  id: 'mnist',
  title: 'MNIST',
  classes: kDigitClasses,
  files: [
    {
      role: 'trainImages',
      name: 'train-images-idx3-ubyte',
      gzipBytes: 9912422,
      sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    },
    {
      role: 'trainLabels',
      name: 'train-labels-idx1-ubyte',
      gzipBytes: 28881,
      sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    },
    {
      role: 'testImages',
      name: 't10k-images-idx3-ubyte',
      gzipBytes: 1648877,
      sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    },
    {
      role: 'testLabels',
      name: 't10k-labels-idx1-ubyte',
      gzipBytes: 4542,
      sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
  ],
  mirrors: [
    { title: 'this site', folder: 'mnist/' },
    { title: 'cdn.jsdelivr.net', folder: 'https://cdn.jsdelivr.net/gh/fgnt/mnist@ae608a0/' },
    { title: 'raw.githubusercontent.com', folder: 'https://raw.githubusercontent.com/fgnt/mnist/ae608a0/' },
  ],
};

export const kPublishedDatasets: readonly PublishedDataset[] = [kMnist];
