// SPDX-License-Identifier: MIT
//
// How a drawing becomes an image like those of MNIST, step by step: the strokes, their box, the ink of one thickness, the centred image.
// Loaded when they are opened.

import { useEffect, useRef } from 'preact/hooks';
import { effect } from '@preact/signals';
import { currentInput, pad, penWidth } from '../../state/store';
import { paintInk } from '../../ui/ink';
import { Picture } from '../../ui/picture';
import { token } from '../../ui/theme';
import { Info } from './info';
import type { CurrentInput } from '../../state/digit-state';
import type { RenderedStrokes } from 'tinycnn';

const box = 20;
const side = 28;
const pixels = 144;
/** Of the engine's pen, against its 20 pixels. */
const thin = 0.25;

type Steps = RenderedStrokes['steps'];

const stepsOf = (shown: CurrentInput): Steps | null => (shown.kind === 'drawing' ? shown.steps : null);

/** A small canvas that is painted anew whenever a signal that it reads changes. */
function Sketch({ paint }: { paint: (context: CanvasRenderingContext2D) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    return effect(() => {
      paint(context);
    });
  }, [paint]);
  return <canvas ref={canvas} class="pixels" width={pixels} height={pixels} aria-hidden="true" />;
}

function paintStrokes(context: CanvasRenderingContext2D): void {
  paintInk(context, pad.value.strokes, { pen: penWidth.value, color: token('--ink') });
}

/** The pen's path, a thin line, in the box into which it is fitted. */
function paintBox(context: CanvasRenderingContext2D): void {
  const steps = stepsOf(currentInput.value);
  const color = token('--accent');
  context.setTransform(pixels / box, 0, 0, pixels / box, 0, 0);
  context.clearRect(0, 0, box, box);
  context.lineWidth = thin;
  context.strokeStyle = color;
  for (const stroke of steps?.fitted ?? []) {
    context.beginPath();
    stroke.forEach(([x, y], i) => {
      if (i === 0) context.moveTo(x, y);
      context.lineTo(x, y);
    });
    context.stroke();
  }
}

const paintBoxed = () => {
  const steps = stepsOf(currentInput.value);
  return steps === null ? null : { values: steps.boxed, range: 255 };
};

const paintCentred = () => {
  const shown = currentInput.value;
  return shown.kind === 'drawing' ? { values: shown.pixels, range: 255 } : null;
};

export function PreparationSteps() {
  const steps = stepsOf(currentInput.value);
  if (steps === null) return null;
  return (
    <>
      <p class="quiet">
        In four steps, which give it the size and position of MNIST’s digits.{' '}
        <Info about="the preparation" topic="preparation" />
      </p>
      <ol>
        <li>
          <Sketch paint={paintStrokes} />
          <span>Your strokes, at any position and size.</span>
        </li>
        <li>
          <Sketch paint={paintBox} />
          <span>The path of the pen, scaled to a box of 20×20 pixels with its aspect ratio kept.</span>
        </li>
        <li>
          <Picture class="pixels" width={box} height={box} paint={paintBoxed} />
          <span>
            Drawn with a pen as thick as those in MNIST and with soft edges. The pen width on the pad makes no
            difference.
          </span>
        </li>
        <li>
          <Picture class="pixels" width={side} height={side} paint={paintCentred} />
          <span>
            Placed in 28×28 pixels, {steps.left} from the left and {steps.top} from the top, so that the ink’s centre of
            mass is in the middle.
          </span>
        </li>
      </ol>
    </>
  );
}
