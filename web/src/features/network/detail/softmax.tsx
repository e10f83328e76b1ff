// SPDX-License-Identifier: MIT
//
// Softmax and log-softmax: every logit, its exponential, and its share of the sum of all. A network that learns by squared error has no
// softmax: its outputs above zero are shared out as they are.

import { softmaxOf } from '../../../math/forward';
import { nameOfClass } from '../../../state/class-names';
import { signed } from '../../../shared/format-small';
import { classNames, recipe } from '../../../state/store';
import { greatestOf, Line, tinted } from './numbers';
import { ResultLines } from './result-lines';
import type { Scene } from './scene';

interface Row {
  logit: number;
  part: number;
  share: number;
}

/** As the engine shares outputs out that were not trained as logits. */
function shareOut(outputs: Float32Array): Row[] {
  const parts = Array.from(outputs, (value) => Math.max(0, value));
  const sum = parts.reduce((all, part) => all + part, 0);
  return parts.map((part, i) => ({ logit: outputs[i]!, part, share: sum > 0 ? part / sum : 1 / parts.length }));
}

export function Softmax({ scene }: { scene: Scene }) {
  const { column, index, inputs, data: values } = scene;
  const logits = inputs[0]!.data;
  const isAnswer = column.name === 'softmax';
  const plain = isAnswer && recipe.value?.loss.type === 'mse';
  const { shares, sum } = softmaxOf(logits);
  const rows = plain ? shareOut(logits) : shares.map(({ logit, exp, share }) => ({ logit, part: exp, share }));
  const partSum = plain ? rows.reduce((all, { part }) => all + part, 0) : sum;
  const max = greatestOf(rows.map(({ logit }) => logit));
  const logarithmic = column.type === 'logSoftmax';
  const { share } = rows[index]!;
  return (
    <>
      <table class="terms-table">
        <caption>{plain ? 'Outputs and their shares' : 'Logits and their shares'}</caption>
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col">{plain ? 'output' : 'logit'}</th>
            <th scope="col">{plain ? 'max(0, output)' : 'exp(logit − largest)'}</th>
            <th scope="col">share of the sum</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i} class={i === index ? 'chosen' : ''}>
              <th scope="row">{nameOfClass(classNames.value, i)}</th>
              <td style={{ background: tinted(row.logit, max) }}>{signed(row.logit, 3)}</td>
              <td>{signed(row.part, 4)}</td>
              <td style={{ background: tinted(row.share, 1) }}>{signed(row.share, 4)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl class="sum">
        <Line label={plain ? 'Sum of the positive outputs' : 'Sum of the exponentials'}>{signed(partSum, 5)}</Line>
        <ResultLines
          scene={scene}
          value={logarithmic ? Math.log(share) : share}
          engine={values[index]!}
          label={logarithmic ? 'Logarithm of the probability' : 'Share of the sum: the probability'}
        />
      </dl>
    </>
  );
}
