// SPDX-License-Identifier: MIT
//
// Where in a spec the engine has found something that does not fit. Pure.

export interface SpecProblem {
  /** What was expected, as a sentence without the place. */
  text: string;
  /** The layer; null for the network as a whole. */
  layer: number | null;
}

interface Named {
  name: unknown;
  type: unknown;
}

/** The layer that a text of the engine begins with, "[conv2d conv1] …" or "[conv2d conv1.stride] …": of several the one with the longest
 * name; of two of the same name the second, since that is the one that is refused. */
function namedLayer(text: string, layers: readonly Named[]): number | null {
  let found: number | null = null;
  let longest = -1;
  for (const [i, { type, name }] of layers.entries()) {
    const start = `[${String(type)} ${String(name)}`;
    const { length } = String(name);
    if (length < longest || !(text.startsWith(`${start}] `) || text.startsWith(`${start}.`))) continue;
    [found, longest] = [i, length];
  }
  return found;
}

/** "[layers[3].type] …", "[model] expected layer 3 to have …", "[classes] … got 'fc2' (linear) after it". */
function countedLayer(text: string, layers: readonly Named[]): number | null {
  const [, digits] = /^\[(?:model\.)?layers\[(\d+)\]/.exec(text) ?? /^\[model\] expected layer (\d+) /.exec(text) ?? [];
  if (digits !== undefined) return Number(digits);
  const [, name] = /^\[classes\] .*got '(.*)' \(\w+\) after it$/.exec(text) ?? [];
  const at = layers.findIndex((layer) => layer.name === name);
  return at === -1 ? null : at;
}

/** "[conv2d conv1.stride] expected …" is "stride: expected …" at conv1. */
function withoutPlace(text: string, layer: Named | undefined): string {
  const named = layer === undefined ? '' : `[${String(layer.type)} ${String(layer.name)}`;
  const rest =
    named !== '' && text.startsWith(named) ? text.slice(named.length) : text.replace(/^\[[\w.]+(?:\[\d+\])?/, '');
  const [, field = '', said = text] = /^(?:\.(\w+))?\] (.*)$/s.exec(rest) ?? [];
  return field === '' ? said.charAt(0).toUpperCase() + said.slice(1) : `${field}: ${said}`;
}

/** `text`: of the error that the engine's `describe` or `createSession` throws for these layers. */
export function specProblem(text: string, layers: readonly Named[]): SpecProblem {
  const layer = namedLayer(text, layers) ?? countedLayer(text, layers);
  return { text: withoutPlace(text, layer === null ? undefined : layers[layer]), layer };
}
