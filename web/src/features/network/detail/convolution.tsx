// SPDX-License-Identifier: MIT
//
// A convolution's channel: for the current cell the patch under the kernel, the kernel, their products, what every input channel adds,
// the bias, the sum and the activation.

import { useSignal } from '@preact/signals';
import { convolutionAt } from '../../../math/forward';
import { cellOver, geometryOf, windowAt } from '../../../math/geometry';
import { tensorOf } from '../connections';
import { kernelSentence } from '../../../state/kernel-words';
import { unitRange } from '../../../state/layers';
import { signed } from '../../../shared/format-small';
import { CellPicture } from './cell-picture';
import { ConvolutionBackwards } from './convolution-backwards';
import { moveTo } from './cursor';
import { greatestOf, Line, NumberGrid, tinted } from './numbers';
import { Playback } from './playback';
import { OutputPicture } from './output-picture';
import { ResultLines } from './result-lines';
import { channelOf } from './scene';
import type { Signal } from '@preact/signals';
import type { ChannelTerm } from '../../../math/forward';
import type { Cursor } from './cursor';
import type { Scene } from './scene';

/** A kernel with more columns than this leaves no room for pictures beside its numbers. */
const largeKernel = 3;
/** Input channels that are listed; the others are added up. */
const maxTerms = 6;

interface TermsProps {
  terms: readonly ChannelTerm[];
  chosen: Signal<number | null>;
  name: string;
}

/** What each input channel adds; a click shows its kernel. */
function Terms({ terms, chosen, name }: TermsProps) {
  const ranked = terms.toSorted((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const listed = ranked.slice(0, maxTerms);
  const others = ranked.slice(maxTerms);
  const max = greatestOf(terms.map(({ sum }) => sum));
  return (
    <div class="terms" role="group" aria-label="Contribution of each input channel">
      <p class="caption">Contribution of each channel of {name}</p>
      {listed.map(({ channel, sum }) => (
        <button
          key={channel}
          type="button"
          class="term"
          aria-pressed={chosen.value === channel}
          style={{ background: tinted(sum, max) }}
          onClick={() => (chosen.value = channel)}
        >
          <span>{channel + 1}</span> {signed(sum, 3)}
        </button>
      ))}
      {others.length > 0 && (
        <span class="term others">
          <span>{others.length} more</span>{' '}
          {signed(
            others.reduce((all, { sum }) => all + sum, 0),
            3,
          )}
        </span>
      )}
    </div>
  );
}

const strongest = (terms: readonly ChannelTerm[]): ChannelTerm =>
  terms.reduce((best, term) => (Math.abs(term.sum) > Math.abs(best.sum) ? term : best));

export function Convolution({ scene, cursor }: { scene: Scene; cursor: Cursor }) {
  const { column, index, spec, tensors, inputs } = scene;
  const source = inputs[0]!;
  const { shape } = source.column;
  const chosen = useSignal<number | null>(null);
  const weight = tensorOf(tensors, 'weight');
  if (spec === undefined || weight === undefined) return null;
  const geometry = geometryOf(spec, shape);
  const bias = tensorOf(tensors, 'bias');
  const cell = cursor.cell.value;
  const { terms, bias: added, sum } = convolutionAt(source.data, shape, geometry, weight, bias, index, cell);
  chosen.value ??= strongest(terms).channel;
  const term = terms.find(({ channel }) => channel === chosen.value) ?? terms[0]!;
  const window = windowAt(geometry, cell);
  const output = channelOf(scene, index);
  const width = column.shape[2];
  const across = geometry.kernel[1];
  const others = sum - added - term.sum;
  const filter = terms.length * term.kernel.length;
  const inputTitle = shape[0] === 1 ? source.column.name : `${source.column.name}, channel ${term.channel + 1}`;
  return (
    <>
      <div class={`calculation${across > largeKernel ? ' large' : ''}`}>
        <div class="scene">
          <CellPicture
            key={`${source.column.name}/${term.channel}`}
            title={inputTitle}
            label={`${inputTitle}: the input of the kernel`}
            height={shape[1]}
            width={shape[2]}
            values={channelOf(source, term.channel)}
            range={unitRange(source.column.name, channelOf(source, term.channel))}
            marks={[{ kind: 'window', ...window }]}
            onCell={(to) => {
              moveTo(cursor, cellOver(geometry, to, column.shape), 'pointer');
            }}
            testid="detail-input"
          />
          <div class="products">
            <NumberGrid title="input patch" values={term.patch} across={across} testid="detail-patch" />
            <span class="operator" aria-hidden="true">
              ×
            </span>
            <NumberGrid title="kernel" values={term.kernel} across={across} testid="detail-kernel" />
            <span class="operator" aria-hidden="true">
              =
            </span>
            <NumberGrid title="products" values={term.products} across={across} testid="detail-products" />
          </div>
          <OutputPicture scene={scene} cursor={cursor} />
        </div>
        <div class="workings">
          <div class="tools">
            <Playback cursor={cursor} shape={column.shape} />
            {terms.length > 1 && <Terms terms={terms} chosen={chosen} name={source.column.name} />}
          </div>
          <dl class="sum">
            <Line label={`Sum of these ${term.products.length} products`}>{signed(term.sum, 5)}</Line>
            {terms.length > 1 && <Line label={`The other ${terms.length - 1} channels`}>{signed(others, 5)}</Line>}
            <Line label="Bias">{bias === undefined ? 'none' : signed(added, 5)}</Line>
            <ResultLines
              scene={scene}
              value={sum}
              engine={output[cell.y * width + cell.x]!}
              label={`Sum at row ${cell.y + 1}, column ${cell.x + 1}`}
            />
          </dl>
        </div>
      </div>
      <p class="kernel-sentence" data-testid="kernel-sentence">
        {kernelSentence({
          weights: weight.data.subarray(index * filter, (index + 1) * filter),
          ...{
            inputs: terms.length,
            first: terms[0]!.channel,
            height: geometry.kernel[0],
            width: across,
            source: source.column.name,
          },
        })}
      </p>
      <ConvolutionBackwards scene={scene} cell={cell} channel={term.channel} geometry={geometry} weight={term.kernel} />
    </>
  );
}
