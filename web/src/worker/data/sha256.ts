// SPDX-License-Identifier: MIT
//
// SHA-256 as lower-case hex (FIPS 180-4). Browsers offer crypto.subtle to secure contexts only; a page opened over plain http from a
// machine nearby loads a few lines that give the same answer.

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- undefined outside secure contexts, whatever lib.dom says
  if (globalThis.crypto?.subtle === undefined) return (await import('./sha256-in-script')).sha256InScript(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
