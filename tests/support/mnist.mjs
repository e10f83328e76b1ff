// SPDX-License-Identifier: MIT
//
// MNIST for tests that need it, which are skipped where MNIST_DIR does not name a folder with it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readMnist } from '../../tools/data/mnist.mjs';

const { MNIST_DIR: folder } = process.env;

/** Why a test is skipped; false where MNIST is there. */
export const lacksMnist =
  folder !== undefined && existsSync(join(folder, 'train-images-idx3-ubyte.gz'))
    ? false
    : 'MNIST_DIR does not name a folder with MNIST';

/** { train, test } */
export const mnist = (engine) => readMnist(engine, folder);
