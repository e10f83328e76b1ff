// SPDX-License-Identifier: MIT
// Trains on synthetic digits, so that nothing has to be downloaded, and classifies the drawing after every movement of the pen.
import { loadEngine } from 'tinycnn';

const [status, pad, clear, answer] = ['status', 'pad', 'clear', 'answer'].map((id) => document.getElementById(id));

const epochs = 3;

async function train(session, engine) {
  session.setData('train', engine.generateDigits({ seed: 1, count: 20_000 }));
  session.setData('test', engine.generateDigits({ seed: 2, count: 1_000 }));
  await session.fit({
    epochs,
    onEpoch: ({ epoch, test }) => {
      status.textContent = `Epoch ${epoch} of ${epochs}: ${(100 * test.accuracy).toFixed(1)} % of the test digits are classified correctly.`;
    },
  });
}

/** Calls onChange(strokes) whenever the drawing changes. A stroke is a list of [x, y] in any unit. */
function enableDrawing(onChange) {
  const ink = pad.getContext('2d');
  Object.assign(ink, { strokeStyle: 'white', lineWidth: 18, lineCap: 'round' });
  let strokes = [];

  const extend = ({ offsetX, offsetY }) => {
    const stroke = strokes.at(-1);
    const [x, y] = stroke.at(-1) ?? [offsetX, offsetY];
    stroke.push([offsetX, offsetY]);
    ink.beginPath();
    ink.moveTo(x, y);
    ink.lineTo(offsetX, offsetY);
    ink.stroke();
    onChange(strokes);
  };
  pad.onpointerdown = (event) => {
    pad.setPointerCapture(event.pointerId);
    strokes.push([]);
    extend(event);
  };
  pad.onpointermove = (event) => {
    if (pad.hasPointerCapture(event.pointerId)) extend(event);
  };
  clear.onclick = () => {
    strokes = [];
    ink.clearRect(0, 0, pad.width, pad.height);
    answer.textContent = '';
  };
}

try {
  const engine = await loadEngine();
  const session = engine.createSession({
    model: 'tinycnn',
    seed: 1,
    optimizer: { type: 'adam', learningRate: 0.003 },
  });
  enableDrawing((strokes) => {
    const probabilities = session.predict(engine.renderStrokes(strokes).pixels); // the drawing as MNIST's digits are: 28 × 28 pixels
    const digit = probabilities.indexOf(Math.max(...probabilities));
    answer.textContent = `${digit} (${(100 * probabilities[digit]).toFixed(0)} %)`;
  });
  status.textContent = 'Training…';
  await train(session, engine);
} catch (error) {
  status.textContent = error.message;
}
