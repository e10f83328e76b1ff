// SPDX-License-Identifier: MIT
// The element's style sheet. Colours follow its color-scheme (theme.ts); custom properties that begin with --tiny-cnn- replace them.

export const styles = String.raw`
:host {
  display: block;
  container-type: inline-size;
  contain-intrinsic-inline-size: 40rem;
  min-width: 0;
  font-size: 1rem;
}
:host([hidden]) { display: none; }

.root {
  --ink: var(--tiny-cnn-ink, #171a21);
  --ink-soft: var(--tiny-cnn-ink-soft, #565e6c);
  --paper: var(--tiny-cnn-paper, #ffffff);
  --well: var(--tiny-cnn-well, #f0f2f5);
  --line: var(--tiny-cnn-line, #dfe2e8);
  --line-strong: #7c8594;
  --accent: var(--tiny-cnn-accent, #0b62b4);
  --on-accent: var(--tiny-cnn-on-accent, #ffffff);
  --positive: var(--tiny-cnn-positive, #095cac);
  --zero: var(--tiny-cnn-zero, #fafafb);
  --negative: var(--tiny-cnn-negative, #de6a08);
  --bad: #a4231b;
  --bad-paper: #fdf0ee;
  --radius: var(--tiny-cnn-radius, 12px);
  position: relative;
  padding: 16px;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font-family: var(--tiny-cnn-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif);
  font-style: normal;
  font-weight: 400;
  line-height: 1.4;
  letter-spacing: normal;
  text-align: start;
  text-transform: none;
  overflow-wrap: break-word;
}
.root.dark {
  --ink: var(--tiny-cnn-ink, #eceef2);
  --ink-soft: var(--tiny-cnn-ink-soft, #a3abb9);
  --paper: var(--tiny-cnn-paper, #121419);
  --well: var(--tiny-cnn-well, #22262e);
  --line: var(--tiny-cnn-line, #2b303a);
  --line-strong: #7d8796;
  --accent: var(--tiny-cnn-accent, #5cb2ff);
  --on-accent: var(--tiny-cnn-on-accent, #08131f);
  --positive: var(--tiny-cnn-positive, #5cb2ff);
  --zero: var(--tiny-cnn-zero, #14161b);
  --negative: var(--tiny-cnn-negative, #ff9630);
  --bad: #ff9d94;
  --bad-paper: #2c1a1a;
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
p, ol, figure { margin: 0; padding: 0; }
ol { list-style: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.samples { position: absolute; width: 0; height: 0; overflow: hidden; }
.probe { color: CanvasText; transition: color 1ms; }
.sample-negative { color: var(--negative); }
.sample-zero { color: var(--zero); }
.sample-positive { color: var(--positive); }
.sample-ink { color: var(--ink); }
.sample-ink-soft { color: var(--ink-soft); }

.out-of-sight {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.grid { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
.message { color: var(--ink-soft); }
.message:not([hidden]) + .grid { margin-top: 16px; }
.message.error {
  padding: 10px 12px;
  border-radius: 7px;
  background: var(--bad-paper);
  color: var(--bad);
}

.pad { order: 1; display: grid; gap: 10px; align-content: start; justify-items: center; }
.paper { position: relative; width: 100%; max-width: 20rem; aspect-ratio: 1; }
.paper canvas {
  display: block;
  width: 100%;
  height: 100%;
  border: 1.5px solid var(--ink);
  border-radius: var(--radius);
  cursor: crosshair;
  touch-action: none;
  user-select: none;
  -webkit-user-select: none;
  -webkit-touch-callout: none;
}
.hint {
  position: absolute;
  inset: auto 8px 8px;
  color: var(--ink-soft);
  text-align: center;
  pointer-events: none;
}
.hint.empty { inset: 0; display: grid; place-items: center; padding: 16px; font-size: 1.125em; }
.tip {
  position: absolute;
  width: 18px;
  height: 18px;
  margin: -9px 0 0 -9px;
  border: 2px solid var(--accent);
  border-radius: 50%;
  box-shadow: 0 0 0 2px var(--paper);
  pointer-events: none;
}
.tip.down { background: var(--accent); }
.keys {
  position: absolute;
  inset: 6px 6px auto;
  padding: 2px 6px;
  border-radius: 7px;
  background: var(--paper);
  color: var(--ink-soft);
  font-size: 0.875em;
  line-height: 1.3;
  pointer-events: none;
}

.buttons { display: flex; flex-wrap: wrap; gap: 8px; width: 100%; max-width: 20rem; }
button {
  flex: 1 1 auto;
  min-height: 38px;
  padding: 0 12px;
  border: 1px solid var(--line-strong);
  border-radius: 7px;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  font-size: 0.9375em;
  font-weight: 550;
  cursor: pointer;
  touch-action: manipulation;
  transition: background 160ms;
}
button:hover:not(:disabled) { background: var(--well); }
button:disabled { opacity: 0.5; cursor: default; }
button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button.primary:hover:not(:disabled) { background: var(--accent); filter: brightness(0.9); }

.layers {
  order: 3;
  display: flex;
  flex-direction: column;
  gap: 12px;
  min-width: 0;
  border-radius: 4px;
}
.layers figure { display: grid; gap: 4px; justify-items: start; }
figcaption { display: flex; gap: 6px; font-size: 0.875em; line-height: 1.25; white-space: nowrap; }
figcaption b { font-weight: 650; }
figcaption span, figure small { color: var(--ink-soft); font-size: 1em; }
figure small { font-size: 0.8125em; }
figure canvas { display: block; max-width: 100%; border-radius: 3px; image-rendering: pixelated; }

.answer { order: 2; display: grid; grid-template-columns: 5.25em minmax(0, 1fr); gap: 12px 16px; align-content: start; }
.prediction {
  display: block;
  min-height: 1em;
  font-size: 4rem;
  font-weight: 750;
  font-variant-numeric: tabular-nums;
  line-height: 1;
}
.prediction.long { font-size: 1.6rem; line-height: 1.15; overflow-wrap: anywhere; }
.verdict { min-height: 2.6em; margin-top: 6px; color: var(--ink-soft); font-size: 0.9375em; line-height: 1.3; }
.probabilities { display: flex; flex-direction: column; justify-content: space-evenly; gap: 2px; }
.probabilities li {
  display: grid;
  grid-template-columns: 0.85em minmax(0, 1fr) 4.4em;
  align-items: center;
  gap: 8px;
  font-size: 0.9375em;
  font-variant-numeric: tabular-nums;
  line-height: 1.3;
}
.class-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.track { display: block; height: 10px; border-radius: 4px; overflow: hidden; background: var(--well); }
.fill {
  display: block;
  height: 100%;
  background: var(--positive);
  opacity: 0.5;
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 120ms;
}
.best .fill { opacity: 1; }
.best .class-name, .best .share { font-weight: 700; color: var(--ink); }
.share { color: var(--ink-soft); text-align: right; white-space: nowrap; }
.probabilities.named li { grid-template-columns: minmax(0, 1fr) auto; row-gap: 1px; }
.named .track { grid-area: 2 / 1 / auto / -1; height: 6px; }
.probabilities.many { display: block; columns: 2; column-gap: 12px; }
.many li { break-inside: avoid; }
.many:not(.named) li { grid-template-columns: 1.1em minmax(0, 1fr); }
.many .share { position: absolute; clip-path: inset(50%); }

.train { order: 4; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; }
.train button { flex: 0 0 auto; min-width: 6.5em; }
.train p { flex: 1 1 14em; color: var(--ink-soft); font-size: 0.9375em; font-variant-numeric: tabular-nums; }
progress { appearance: none; display: block; flex: 1 0 100%; width: 100%; height: 6px; border: 0; border-radius: 3px; overflow: hidden; background: var(--well); }
progress::-webkit-progress-bar { background: var(--well); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }

@container (min-width: 34rem) {
  .root { padding: 20px; }
  .grid { grid-template-columns: minmax(0, 17rem) minmax(0, 1fr); gap: 20px 24px; }
  .layers, .train { grid-column: 1 / -1; }
  .without-answer .layers { grid-column: auto; }
  .without-pad .grid { grid-template-columns: minmax(0, 1fr) 14rem; }
  .without-pad .layers { order: 1; grid-column: auto; }
  .without-pad.without-answer .grid,
  .without-pad.without-layers .grid,
  .without-layers.without-answer .grid { grid-template-columns: minmax(0, 1fr); }
  .answer { grid-template: auto 1fr / minmax(0, 1fr); align-content: stretch; }
  .without-pad.without-layers .answer { grid-template: auto / 8em minmax(0, 1fr); }
  .layers { flex-direction: row; gap: 14px; overflow-x: auto; padding-bottom: 4px; }
  .layers.scrolls { mask-image: linear-gradient(to right, #000 calc(100% - 32px), transparent); }
  .layers.scrolls::after { content: ''; flex: none; width: 20px; }
  .layers figure { flex: none; align-content: start; justify-items: center; }
  figcaption { display: grid; gap: 0; text-align: center; font-size: 0.8125em; }
}

@container (min-width: 64rem) {
  .grid { grid-template-columns: 16rem minmax(0, 1fr) 13rem; gap: 20px 28px; }
  .layers { order: 2; grid-column: auto; align-items: stretch; justify-content: space-between; }
  .answer { order: 3; }
  .without-layers .grid { grid-template-columns: 16rem minmax(0, 1fr); }
  .without-answer .grid { grid-template-columns: 16rem minmax(0, 1fr); }
  .layers figure { grid-template-rows: auto 1fr; align-items: center; }
}

@media (prefers-reduced-motion: reduce) {
  button, .fill { transition: none; }
}

@media (forced-colors: active) {
  .track { border: 1px solid; }
  .fill { background: Highlight; forced-color-adjust: none; }
}
`;
