// SPDX-License-Identifier: MIT
// What a person at the keyboard can do something about, and the exit codes that tell a script which kind it was.

export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 };

/** The command was understood and could not be done: exit code 1. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {string[]} [advice] what to do, a line each
   */
  constructor(message, advice = []) {
    super(message);
    this.name = 'Failure';
    this.advice = advice;
  }
}

/** The command was not understood: exit code 2. */
export class UsageError extends Failure {
  /**
   * @param {string} message
   * @param {string[]} [advice]
   */
  constructor(message, advice = []) {
    super(message, advice);
    this.name = 'UsageError';
  }
}

const systemWords = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EADDRINUSE: 'the port is in use',
};

/** An error of the operating system in words. */
export const inWords = (error) => systemWords[error.code] ?? error.message;
