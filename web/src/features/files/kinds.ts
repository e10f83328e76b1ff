// SPDX-License-Identifier: MIT
//
// What can be taken out of the page, and what each is for. Pure.

import type { FileKind } from '../../shared/protocol-files';

export type ItemKind = FileKind | 'run' | 'kernels' | 'activations' | 'curves';

export interface Item {
  kind: ItemKind;
  title: string;
  purpose: string;
  ending: string;
}

export interface Group {
  id: 'programs' | 'int8' | 'here';
  title: string;
  about: string;
  items: readonly Item[];
}

export const groups: readonly Group[] = [
  {
    id: 'programs',
    title: 'For other programs',
    about:
      'The network in floating point. Files that this page can read are read back, and the network in them is asked about the same image.',
    items: [
      {
        kind: 'onnx',
        title: 'ONNX',
        purpose: 'Network and weights for ONNX Runtime, OpenVINO, Core ML tools and browsers.',
        ending: '.onnx',
      },
      {
        kind: 'safetensors',
        title: 'safetensors',
        purpose: 'The weights under the names that PyTorch gives them.',
        ending: '.safetensors',
      },
      {
        kind: 'pytorch',
        title: 'PyTorch module',
        purpose: 'The network as Python code. Its function load() reads the safetensors file.',
        ending: '.py',
      },
      {
        kind: 'tflite',
        title: 'TensorFlow Lite',
        purpose: 'For TensorFlow Lite (LiteRT) on phones and small computers.',
        ending: '.tflite',
      },
      {
        kind: 'c',
        title: 'C header',
        purpose: 'One C99 file that needs no library, for any C or C++ program.',
        ending: '.h',
      },
      {
        kind: 'json',
        title: 'JSON',
        purpose: 'Network and weights as text, for scripts and for reading by eye.',
        ending: '.json',
      },
    ],
  },
  {
    id: 'int8',
    title: 'In 8-bit integers',
    about:
      'Every weight and every activation is rounded to one of 256 values. The network gets about four times smaller and needs no floating-point unit.',
    items: [
      {
        kind: 'onnx-int8',
        title: 'ONNX, int8',
        purpose: 'For ONNX Runtime and others: smaller, and faster where the processor has 8-bit instructions.',
        ending: '.onnx',
      },
      {
        kind: 'tflite-int8',
        title: 'TensorFlow Lite, int8',
        purpose: 'For TensorFlow Lite Micro and accelerators that compute with integers.',
        ending: '.tflite',
      },
      {
        kind: 'c-int8',
        title: 'C header, int8',
        purpose: 'One C99 file for microcontrollers without a floating-point unit.',
        ending: '.h',
      },
    ],
  },
  {
    id: 'here',
    title: 'To keep, and to show',
    about: '',
    items: [
      {
        kind: 'run',
        title: 'Run with its history',
        purpose:
          'Everything up to now: weights, optimizer, settings, curves, tests and the past. Import goes on with it.',
        ending: '.tinyrun',
      },
      {
        kind: 'checkpoint',
        title: 'Checkpoint',
        purpose:
          'Weights, optimizer and step. Programs that use TinyCNN train on from it; Import on this page reads its network.',
        ending: '.tinycnn',
      },
      {
        kind: 'kernels',
        title: 'Weights as a picture',
        purpose: 'The kernels of all layers in one PNG image.',
        ending: '.png',
      },
      {
        kind: 'activations',
        title: 'Activations as a picture',
        purpose: 'What every layer makes of this image, in one PNG image.',
        ending: '.png',
      },
      {
        kind: 'curves',
        title: 'Curves as a table',
        purpose: 'Loss and accuracy over the steps of this run as CSV, for spreadsheets and plots.',
        ending: '.csv',
      },
    ],
  },
];

/** Without characters that a file system or Python would not take. */
const inFileName = (name: string): string =>
  name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '') || 'network';
const asIdentifier = (name: string): string => name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^(?=\d)/, '_') || 'network';

export function fileName({ kind, ending }: Item, network: string): string {
  if (kind === 'pytorch' || kind === 'c') return asIdentifier(network) + ending;
  if (kind === 'c-int8') return `${asIdentifier(network)}_int8${ending}`;
  const suffix =
    kind === 'tflite-int8' || kind === 'onnx-int8'
      ? '-int8'
      : kind === 'kernels' || kind === 'activations' || kind === 'curves'
        ? `-${kind}`
        : '';
  return inFileName(network) + suffix + ending;
}
