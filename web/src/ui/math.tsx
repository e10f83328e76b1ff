// SPDX-License-Identifier: MIT
//
// Words of MathML, so that formulas read in the source much as on the page.

import type { ComponentChildren } from 'preact';

export const i = (name: string) => <mi>{name}</mi>;
export const o = (sign: string) => <mo>{sign}</mo>;
export const n = (number: string) => <mn>{number}</mn>;

export const sub = (name: string, index: string) => (
  <msub>
    <mi>{name}</mi>
    <mi>{index}</mi>
  </msub>
);

export const sum = (over: string, term: ComponentChildren) => (
  <mrow>
    <munder>
      <mo>∑</mo>
      <mi>{over}</mi>
    </munder>
    {term}
  </mrow>
);

export const over = (top: ComponentChildren, bottom: ComponentChildren) => (
  <mfrac>
    <mrow>{top}</mrow>
    <mrow>{bottom}</mrow>
  </mfrac>
);

export const exp = (power: ComponentChildren) => (
  <msup>
    <mi>e</mi>
    <mrow>{power}</mrow>
  </msup>
);

/** On a line of its own. */
export const display = (...parts: ComponentChildren[]) => (
  <math display="block">
    <mrow>{parts}</mrow>
  </math>
);

export const formula = (...parts: ComponentChildren[]) => display(i('y'), o('='), parts);
