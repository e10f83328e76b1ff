// SPDX-License-Identifier: MIT
//
// The formulas of the panels (MathML).

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
