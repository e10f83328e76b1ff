// SPDX-License-Identifier: MIT
//
// Names of caches. Pages of one origin share them, so each scope has its own.

export function named(scope: URL, version: string): { name: string; isOurs: (name: string) => boolean } {
  const prefix = `tinycnn ${scope.pathname} `;
  return { name: prefix + version, isOurs: (name) => name.startsWith(prefix) };
}
