// SPDX-License-Identifier: MIT
// Disposes where there is no Symbol.dispose. Node's own cannot be taken away: a function that hides it stands for an older browser's Symbol.
const real = Symbol;
globalThis.Symbol = new Proxy((...args) => real(...args), {
  get: (_, name) => (name === 'dispose' ? undefined : real[name]),
});

const { loadEngine } = await import('tinycnn');
const engine = await loadEngine({ threads: 1 });
const session = engine.createSession({ model: 'tinycnn' });
session.dispose();
engine.dispose();
console.log(Object.getPrototypeOf(session)[real.dispose]);
