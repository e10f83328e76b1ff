// SPDX-License-Identifier: MIT
//
// What the digits that the engine draws by itself are called; by itself, so that the page does not load what makes them.

export const generatedId = 'generated';
export const generatedTitle = 'Synthetic digits';
