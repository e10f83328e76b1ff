// SPDX-License-Identifier: MIT
//
// The formulas of the panels (MathML).

import type { ComponentChildren } from 'preact';

/** What a filter answers at one place. */
export const kernelFormula = (
  <math display="block">
    <mrow>
      <mi>y</mi>
      <mo>=</mo>
      <munder>
        <mo>∑</mo>
        <mi>i</mi>
      </munder>
      <msub>
        <mi>w</mi>
        <mi>i</mi>
      </msub>
      <mo>·</mo>
      <msub>
        <mi>x</mi>
        <mi>i</mi>
      </msub>
      <mo>+</mo>
      <mi>b</mi>
    </mrow>
  </math>
);

/** The gradient of class k's score by a pixel. */
export const saliencyFormula = (
  <math display="block">
    <mrow>
      <mfrac>
        <mrow>
          <mo>∂</mo>
          <msub>
            <mi>s</mi>
            <mi>k</mi>
          </msub>
        </mrow>
        <mrow>
          <mo>∂</mo>
          <msub>
            <mi>x</mi>
            <mi>i,j</mi>
          </msub>
        </mrow>
      </mfrac>
    </mrow>
  </math>
);

const probabilityOf = (image: ComponentChildren) => (
  <>
    <msub>
      <mi>p</mi>
      <mi>k</mi>
    </msub>
    <mo>(</mo>
    {image}
    <mo>)</mo>
  </>
);

/** What the covered patch was worth. */
export const occlusionFormula = (
  <math display="block">
    <mrow>
      {probabilityOf(<mi>x</mi>)}
      <mo>−</mo>
      {probabilityOf(
        <msub>
          <mi>x</mi>
          <mi>covered at i,j</mi>
        </msub>,
      )}
    </mrow>
  </math>
);

/** What a gradient is, and the plain step against it. */
export const gradientFormula = (
  <math display="block">
    <mrow>
      <mi>g</mi>
      <mo>=</mo>
      <mfrac>
        <mrow>
          <mo>∂</mo>
          <mi>L</mi>
        </mrow>
        <mrow>
          <mo>∂</mo>
          <mi>w</mi>
        </mrow>
      </mfrac>
      <mo>,</mo>
      <mspace width="1em" />
      <mi>w</mi>
      <mo>←</mo>
      <mi>w</mi>
      <mo>−</mo>
      <mi>η</mi>
      <mi>g</mi>
    </mrow>
  </math>
);
