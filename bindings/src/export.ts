// SPDX-License-Identifier: MIT
// Reads the options of exportModel: which there are depends on the format.

import { readChoice, readNumber, readOptions, requireObject, refuse, show, type Values } from './read.js';

/** For each format the options that it alone has, separated by spaces. */
const FORMATS: Readonly<Record<string, string>> = {
  safetensors: '',
  pytorch: '',
  onnx: 'input foldBatchNorm',
  c: 'testAccuracy',
  tflite: 'input',
  json: '',
};

const INPUTS: readonly string[] = ['bytes', 'unit', 'normalized'];
const PRECISIONS: readonly string[] = ['float32'];

/** Plain, checked values. Throws 'invalid-option'. */
export function readExport(options: unknown): Values {
  requireObject(options, 'exportModel');
  const format = readChoice(options.format, 'exportModel.format', Object.keys(FORMATS));
  const names = ['format name precision', FORMATS[format]].filter(Boolean).join(' ');
  const { precision = 'float32', ...values } = readOptions(options, 'exportModel', names);
  readChoice(precision, 'exportModel.precision', PRECISIONS);
  const { name, input, foldBatchNorm: folds, testAccuracy } = values;
  if (input !== undefined) readChoice(input, 'exportModel.input', INPUTS);
  if (folds !== undefined && typeof folds !== 'boolean') {
    refuse('invalid-option', 'exportModel.foldBatchNorm', 'true or false', show(folds));
  }
  if (name !== undefined && typeof name !== 'string')
    refuse('invalid-option', 'exportModel.name', 'a string', show(name));
  if (testAccuracy !== undefined) readNumber(testAccuracy, 'exportModel.testAccuracy', 0, 1);
  return { ...values, format };
}
