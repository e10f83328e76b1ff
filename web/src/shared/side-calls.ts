// SPDX-License-Identifier: MIT
//
// What the page and the workers beside the one that trains say to each other: each request is answered once, and may report before that.

/** By name: what is asked, and what comes back. */
export type SideCalls<Calls> = { [K in keyof Calls]: { ask: object; answer: unknown } };

export type SideRequest<Calls extends SideCalls<Calls>> = {
  [K in keyof Calls]: { id: number; type: K } & Calls[K]['ask'];
}[keyof Calls];

export type SideReply =
  | { id: number; ok: true; answer: unknown }
  /** `name`: of the error. */
  | { id: number; ok: false; error: string; name: string }
  /** Not the answer yet. */
  | { id: number; soFar: unknown };
