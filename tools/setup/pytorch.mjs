// SPDX-License-Identifier: MIT
// Finds a python3 that has PyTorch, which only the fixtures and the comparison with peers need.
import { spawnSync } from 'node:child_process';

/** PYTHON alone where it is set. Else Debian's own python3 before PATH's: a version manager's rarely has PyTorch. */
export const candidates = () => (process.env.PYTHON ? [process.env.PYTHON] : ['/usr/bin/python3', 'python3']);

/** The command of a python3 that imports torch and numpy, or null. */
export function findPythonWithTorch() {
  return candidates().find((python) => spawnSync(python, ['-c', 'import torch, numpy']).status === 0) ?? null;
}

export const howToGetPyTorch = 'On Debian or Ubuntu: apt-get install python3-torch. PYTHON=… names another python3.';
