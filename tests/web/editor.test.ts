// SPDX-License-Identifier: MIT
//
// The pure parts of the model editor: what can be done to a network, undo, values as text, JSON in and out, where an error belongs, how much a
// layer sees, which weights can be kept, and a network as a part of a link.

import * as editing from '../../web/src/features/editor/draft';
import { jsonOf, specIn } from '../../web/src/features/editor/json-text';
import { kindOf, kinds } from '../../web/src/features/editor/kinds';
import { keptLayers, knownLayers } from '../../web/src/features/editor/transfer';
import { historyOf, redone, undone, withChange } from '../../web/src/features/editor/undo';
import { flagOf, isOn, summaryOf, textOf, valueIn } from '../../web/src/features/editor/values';
import { receptiveFields } from '../../web/src/math/receptive-field';
import { isImported, isOwn } from '../../web/src/shared/imported';
import { ownEntry, ownId, ownNetworkIn } from '../../web/src/shared/own-network';
import { specProblem } from '../../web/src/shared/spec-problem';
import { fromHash, toHash } from '../../web/src/state/page-link';
import { describe as describeSpec } from '../../web/src/worker/editor/describe';
import { loadEngine } from 'tinycnn';
import { after, before, describe, test } from 'node:test';
import { expect } from '@playwright/test';
import type { Engine, LayerSpec, ModelSpec } from 'tinycnn';
import type { Draft } from '../../web/src/features/editor/draft';
import type { Field } from '../../web/src/features/editor/kinds';

const spec: ModelSpec = {
  name: 'small',
  input: [1, 28, 28],
  layers: [
    { name: 'conv1', type: 'conv2d', outChannels: 4, kernelSize: 5, stride: 2 },
    { name: 'relu1', type: 'relu' },
    { name: 'conv2', type: 'conv2d', outChannels: 4, kernelSize: 3, padding: 1 },
    { name: 'add1', type: 'add', from: ['conv2', 'relu1'] },
    { name: 'flatten', type: 'flatten' },
    { name: 'fc1', type: 'linear', outFeatures: 10 },
  ],
};

const draft = editing.draftOf(spec, { of: 'tinycnn' });

const namesOf = ({ layers }: Draft): string[] => layers.map(({ name }) => name);

const fromOf = (of: Draft, name: string): readonly string[] | null =>
  of.layers.find((layer) => layer.name === name)!.from;

const at = (name: string): number => namesOf(draft).indexOf(name);

describe('a network that is edited', () => {
  test('is the same network again as a spec', () => {
    expect(editing.specOf(draft)).toEqual(spec);
  });

  test('gets a new layer with a name of its own, which a join begins with two layers to read', () => {
    const conv = editing.withNew(draft, 2, 'conv2d');
    expect(namesOf(conv)).toEqual(['conv1', 'relu1', 'conv3', 'conv2', 'add1', 'flatten', 'fc1']);
    const join = editing.withNew(draft, 2, 'concat');
    expect(fromOf(join, 'concat1')).toEqual(['relu1', 'conv1']);
    expect(fromOf(editing.withNew(draft, 0, 'add'), 'add2')).toEqual(['input', 'input']);
  });

  test('gets a copy below the original, with every field of it', () => {
    const copied = editing.withCopy(draft, at('conv1'));
    expect(namesOf(copied).slice(0, 3)).toEqual(['conv1', 'conv3', 'relu1']);
    const [original, copy] = copied.layers;
    expect(copy).toMatchObject({ type: original!.type, values: original!.values, from: null });
    expect(copy!.key).not.toBe(original!.key);
    expect(fromOf(editing.withCopy(draft, at('add1')), 'add2')).toEqual(['conv2', 'relu1']);
    expect(namesOf(editing.withCopy(draft, at('flatten')))).toContain('flatten2');
  });

  test('loses a layer, and whoever read it by name reads what it read', () => {
    expect(fromOf(editing.without(draft, at('relu1')), 'add1')).toEqual(['conv2', 'conv1']);
    expect(fromOf(editing.without(editing.without(draft, 0), 0), 'add1')).toEqual(['conv2', 'input']);
  });

  test('has a layer moved within the list and nowhere else', () => {
    expect(namesOf(editing.moved(draft, 0, 2)).slice(0, 3)).toEqual(['relu1', 'conv2', 'conv1']);
    expect(namesOf(editing.moved(draft, 5, 0))[0]).toBe('fc1');
    for (const to of [-1, 6, 0]) expect(editing.moved(draft, 0, to)).toBe(draft);
  });

  test('keeps its branches when a layer is renamed, also while the name is being typed', () => {
    const renamed = editing.renamed(draft, at('relu1'), 'skip');
    expect(fromOf(renamed, 'add1')).toEqual(['conv2', 'skip']);
    const twice = editing.renamed(draft, at('relu1'), 'conv2'); // for a moment both are called so
    const back = editing.renamed(twice, at('relu1'), 'conv2a');
    expect(fromOf(back, 'add1')).toEqual(['conv2', 'conv2']);
    const emptied = editing.renamed(editing.renamed(draft, at('relu1'), ''), at('relu1'), 'x');
    expect(fromOf(emptied, 'conv2')).toBeNull();
  });

  test('has the kind of a layer changed: what both have in common stays', () => {
    const pooled = editing.retyped(draft, at('conv1'), 'maxPool2d').layers[0]!;
    expect(pooled).toMatchObject({ name: 'pool1', type: 'maxPool2d', values: { kernelSize: 5, stride: 2 } });
    expect(editing.retyped(draft, at('relu1'), 'add').layers[1]).toMatchObject({ from: ['conv1', 'input'] });
    expect(editing.retyped(draft, at('add1'), 'relu').layers[3]).toMatchObject({ from: null, values: {} });
    const named = editing.retyped(editing.renamed(draft, 0, 'edges'), 0, 'linear').layers[0]!;
    expect(named).toMatchObject({ name: 'edges', values: { outFeatures: 32 } });
  });

  test('leaves out what is not said', () => {
    const without = editing.withValue(draft, at('conv1'), 'stride', undefined);
    expect(editing.specOf(without).layers[0]).not.toHaveProperty('stride');
    expect(editing.isSameNetwork(draft, editing.withValue(without, at('conv1'), 'stride', 2))).toBe(true);
    expect(editing.isSameNetwork(draft, without)).toBe(false);
  });
});

describe('undo', () => {
  test('takes back each change, and redo does it again, until something else is changed', () => {
    let history = historyOf('a');
    for (const next of ['b', 'c']) history = withChange(history, next);
    history = undone(history)!;
    expect(history.present).toBe('b');
    expect(redone(history)!.present).toBe('c');
    history = undone(history)!;
    expect(history.present).toBe('a');
    expect(undone(history)).toBeNull();
    history = withChange(history, 'd');
    expect(redone(history)).toBeNull();
    expect(undone(history)!.present).toBe('a');
  });

  test('takes what was typed into one field as one change', () => {
    let history = historyOf('');
    for (const next of ['1', '12', '128']) history = withChange(history, next, 'conv1.outChannels');
    history = withChange(history, '128 5', 'conv1.kernelSize');
    expect(undone(history)!.present).toBe('128');
    expect(undone(undone(history)!)!.present).toBe('');
    const again = withChange(undone(history)!, '9', 'conv1.kernelSize'); // after an undo it is another one
    expect(undone(again)!.present).toBe('128');
  });

  test('forgets the oldest changes', () => {
    let history = historyOf(0);
    for (let i = 1; i <= 600; ++i) history = withChange(history, i);
    expect(history.past).toHaveLength(500);
  });
});

describe('a value of a layer', () => {
  const size: Field = { name: 'stride', label: 'Stride', type: 'size', usual: '1' };
  const count: Field = { name: 'outChannels', label: 'Channels', type: 'integer' };

  test('is a number or two of them, and NaN where it is none', () => {
    expect(['3', ' 3×5 ', '3x5', '3, 5', '', 'a', '3×'].map((text) => valueIn(text, size))).toEqual([
      ...[3, [3, 5], [3, 5], [3, 5], undefined, NaN, [3, NaN]],
    ]);
    expect(['8', '8.5', '1e2', '', '8 '].map((text) => valueIn(text, count))).toEqual([8, 8.5, 100, NaN, 8]);
  });

  test('reads as it was typed', () => {
    for (const text of ['3', '3×5', '']) expect(textOf(valueIn(text, size))).toBe(text);
    expect(textOf([3, 3])).toBe('3');
  });

  test('is left out where a flag is as usual', () => {
    const bias: Field = { name: 'bias', label: 'Bias', type: 'flag', usual: 'yes' };
    expect([isOn(undefined, bias), isOn(false, bias), isOn(true, bias)]).toEqual([true, false, true]);
    expect([flagOf(true, bias), flagOf(false, bias)]).toEqual([undefined, false]);
  });

  test('is part of what is said of a layer, where it is not as usual', () => {
    expect(summaryOf('conv2d', { outChannels: 8, kernelSize: 5, stride: 2, padding: 0, groups: 1, frozen: true })).toBe(
      '8 channels, 5×5, stride 2, frozen',
    );
    expect(summaryOf('maxPool2d', { kernelSize: [2, 2], stride: 2 })).toBe('2×2');
    expect(summaryOf('linear', { outFeatures: NaN, bias: false })).toBe('? outputs, no bias');
  });
});

describe('JSON', () => {
  test('is read as it was written', () => {
    const text = jsonOf(spec);
    expect(specIn(text)).toEqual(spec);
    expect(text.split('\n')).toHaveLength(12);
    expect(specIn(JSON.stringify({ format: 'tinycnn', version: 1, spec, parameters: [] }))).toEqual(spec);
  });

  test('that is none says where, and what was expected', () => {
    for (const [text, said] of [
      ['', 'Line 1, column 1: expected a value, but the text ends.'],
      ['{\n  "name": "a",\n  "input" [1]\n}', 'Line 3, column 11: expected :, but there is [.'],
      ['{ "name": "a" "b": 1 }', 'Line 1, column 15: expected , or }, but there is ".'],
      ['{ "layers": [1, 2', 'Line 1, column 18: expected , or ], but the text ends.'],
      ['{ "name": "a\n" }', 'Line 1, column 11: expected a text that ends with " on the same line, but there is ".'],
      ['{ "input": [1, 28, 028] }', 'Line 1, column 21: expected , or ], but there is 28.'],
      ['{ "name": nothing }', 'Line 1, column 11: expected a value, but there is nothing.'],
      ['{} {}', 'Line 1, column 4: expected the end of the text, but there is {.'],
      ["{ 'name': 1 }", 'Line 1, column 3: expected a name in ", but there is \'.'],
    ] as const) {
      expect(() => specIn(text), text).toThrow(said);
    }
  });

  test('that is no network says where, too', () => {
    const wrong = (change: (copy: { layers: object[] } & Record<string, unknown>) => void): string => {
      const copy = structuredClone(spec) as unknown as { layers: object[] } & Record<string, unknown>;
      change(copy);
      return jsonOf(copy);
    };
    for (const [text, said] of [
      ['[]', 'Line 1, column 1: expected an object with name, input and layers.'],
      [wrong((copy) => (copy.input = [28, 28])), 'Line 3, column 12: expected "input": [channels, height, width].'],
      [wrong((copy) => (copy.layers[1] = { name: 'relu1' })), 'Line 6, column 5: expected "type" of layer 2: a text.'],
      [
        wrong((copy) => (copy.layers[3] = { ...copy.layers[3], from: 'conv2' })),
        'Line 8, column 46: expected "from": a list of names of layers.',
      ],
      [wrong((copy) => (copy.colour = 'red')), 'expected nothing but name, input and layers, got "colour".'],
    ] as const) {
      expect(() => specIn(text), text).toThrow(said);
    }
  });
});

describe('an error of the engine', () => {
  const layers = spec.layers;

  test('belongs to the layer that it names', () => {
    for (const [text, layer, said] of [
      ['[conv2d conv2] expected groups that divide 4', 2, 'Expected groups that divide 4'],
      ['[conv2d conv1.stride] expected a number, got string', 0, 'stride: expected a number, got string'],
      ['[layers[1].type] expected one of conv2d', 1, 'type: expected one of conv2d'],
      ['[layers[4]] expected type, name', 4, 'Expected type, name'],
      ["[model] expected layer 3 to have a name other than 'input', got ''", 3, /^Expected layer 3/],
      ["[classes] expected a linear layer at the end of 'small', got 'add1' (add) after it", 3, /^Expected a linear/],
      ['[model] expected at least one layer, got none', null, 'Expected at least one layer, got none'],
      ['out of memory', null, 'Out of memory'],
    ] as const) {
      const found = specProblem(text, layers);
      expect(found.layer, text).toBe(layer);
      if (typeof said === 'string') expect(found.text).toBe(said);
      else expect(found.text).toMatch(said);
    }
  });

  test('about a name that two layers have belongs to the second, and a longer name is told from a shorter one', () => {
    const twice = [...layers, { name: 'conv1', type: 'conv2d' }];
    expect(specProblem('[conv2d conv1] expected a name of its own, but layer 0 has the same', twice).layer).toBe(6);
    const dotted = [
      { name: 'a', type: 'relu' },
      { name: 'a.b', type: 'relu' },
    ];
    expect(specProblem('[relu a.b] expected something', dotted).layer).toBe(1);
  });
});

describe('with the engine', () => {
  let engine: Engine;
  before(async () => {
    engine = await loadEngine({ threads: 1 });
  });
  after(() => {
    engine.dispose();
  });

  const changed = (change: (layers: LayerSpec[]) => void): ModelSpec => {
    const copy = structuredClone(spec);
    change(copy.layers);
    return copy;
  };

  test('every kind of layer that the editor offers is one that it knows, with fields that it has', () => {
    for (const { type, start, fields, joins } of kinds) {
      const usual = fields.flatMap(({ name, usual }) =>
        usual === undefined || name in start || Number.isNaN(Number(usual)) ? [] : [[name, Number(usual)] as const],
      );
      const layer = { name: 'x', type, ...start, ...Object.fromEntries(usual) };
      const layers = [
        ...(type === 'batchNorm2d' || type.includes('2d') ? [] : [{ name: 'flatten', type: 'flatten' }]),
        { ...layer, ...(joins ? { from: ['input', 'input'] } : {}) },
        { name: 'flatten2', type: 'flatten' },
        { name: 'fc', type: 'linear', outFeatures: 10 },
      ];
      expect(describeSpec(engine, { name: 'a', input: [1, 28, 28], layers } as ModelSpec, 10).problem, type).toBeNull();
    }
  });

  test('a spec that fits is described, with as many outputs as there are classes', () => {
    expect(describeSpec(engine, spec, 10)).toMatchObject({ problem: null, outputs: null });
    const letters = describeSpec(engine, spec, 26);
    expect(letters.outputs).toBe(10);
    expect(letters.layers.at(-1)!.shape).toEqual([26, 1, 1]);
  });

  test('of one that does not fit the layers before the misfit are described, and it says where it is', () => {
    const tooLarge = changed((layers) => (layers[2] = { ...layers[2], kernelSize: 40 } as LayerSpec));
    const found = describeSpec(engine, tooLarge, 10);
    expect(found.problem).toMatchObject({ layer: 2, text: expect.stringContaining('14x14') });
    expect(found.layers.map(({ name }) => name)).toEqual(['conv1', 'relu1']);
    const noVector = describeSpec(
      engine,
      changed((layers) => layers.splice(4)),
      10,
    );
    expect(noVector.problem).toMatchObject({ layer: 3 });
    expect(noVector.layers).toHaveLength(4);
    const frozen = changed((layers) => {
      for (const layer of layers) if ('outChannels' in layer || 'outFeatures' in layer) layer.frozen = true;
    });
    expect(describeSpec(engine, frozen, 10)).toMatchObject({ problem: { layer: null }, total: null });
    expect(describeSpec(engine, frozen, 10).layers).toHaveLength(6);
    const joinLast = changed((layers) => layers.splice(4, 2, { name: 'pool', type: 'globalAvgPool2d' }));
    expect(
      describeSpec(
        engine,
        changed((layers) => layers.push({ name: 'twice', type: 'add', from: ['fc1', 'fc1'] })),
        10,
      ).problem,
    ).toMatchObject({ layer: 6 });
    expect(describeSpec(engine, joinLast, 10).problem).toMatchObject({ layer: 3 });
  });

  test('each layer sees as much as its kernels reach', () => {
    const { layers } = describeSpec(engine, spec, 10);
    const fields = receptiveFields(spec.input, spec.layers, layers);
    expect([...fields]).toEqual([
      ...[
        ['conv1', [5, 5]],
        ['relu1', [5, 5]],
        ['conv2', [9, 9]],
        ['add1', [9, 9]],
        ['flatten', [9, 9]],
      ],
      ['fc1', [28, 28]],
    ]);
  });

  test('the last layer of a network sees every row of its receptive field and none beyond', () => {
    for (const { id, spec: other } of engine.zoo) {
      const described = describeSpec(engine, other, 10).layers;
      const [height, width] = [...receptiveFields(other.input, other.layers, described).values()].at(-1)!;
      expect(width, id).toBe(height);
      const session = engine.createSession({ model: id });
      const logits = (change: (row: number) => boolean): Float32Array => {
        const image = Uint8Array.from({ length: 28 * 28 }, (_, i) =>
          change(Math.floor(i / 28)) ? 255 : (i * 37) % 200,
        );
        return session.logits(image);
      };
      const before = logits(() => false);
      const changeBy = (change: (row: number) => boolean): number =>
        Math.max(...logits(change).map((value, i) => Math.abs(value - before[i]!)));
      expect(
        changeBy((row) => row === height - 1),
        id,
      ).toBeGreaterThan(1e-6);
      expect(
        changeBy((row) => row >= height),
        id,
      ).toBeLessThan(5e-7);
      session.dispose();
    }
  });

  test('layers keep their weights where name and shape are the same', () => {
    const kept = (next: ModelSpec): string[] =>
      keptLayers(
        knownLayers(next.layers, describeSpec(engine, next, 10).layers),
        knownLayers(spec.layers, describeSpec(engine, spec, 10).layers),
      );
    expect(kept(spec)).toEqual(['conv1', 'conv2', 'fc1']);
    const square = (layers: LayerSpec[], size: [number, number]): void => {
      layers[2] = { ...layers[2], kernelSize: size, padding: [1, 1] } as LayerSpec;
    };
    expect(
      kept(
        changed((layers) => {
          square(layers, [3, 3]);
        }),
      ),
    ).toEqual(['conv1', 'conv2', 'fc1']);
    expect(kept(changed((layers) => (layers[0] = { ...layers[0], stride: 1 } as LayerSpec)))).toEqual([
      'conv1',
      'conv2',
    ]);
    expect(kept(changed((layers) => (layers[0] = { ...layers[0], outChannels: 6 } as LayerSpec)))).toEqual([]);
    expect(kept(changed((layers) => (layers[0] = { ...layers[0], name: 'other' } as LayerSpec)))).toEqual([
      'conv2',
      'fc1',
    ]);
    expect(kept(changed((layers) => (layers[0] = { ...layers[0], bias: false } as LayerSpec)))).toEqual([
      'conv2',
      'fc1',
    ]);
    expect(kept(changed((layers) => (layers[0] = { ...layers[0], frozen: true } as LayerSpec)))).toEqual([
      'conv1',
      'conv2',
      'fc1',
    ]);
  });

  test('a network that is in a link is the same one where the link is opened, with its recipes', async () => {
    const loss = { type: 'nll' } as const;
    const id = await ownId({ of: 'lenet5', spec, loss });
    expect(isOwn(id)).toBe(true);
    expect(isImported(id)).toBe(false);
    const { settings } = fromHash('');
    const hash = toHash({ data: null, settings: { ...settings, model: id } });
    expect(hash).toBe(`model=${id}`);
    const read = fromHash(`#${hash}`).settings.model;
    const network = await ownNetworkIn(read);
    expect(network).toEqual({ of: 'lenet5', spec, loss });
    const entry = ownEntry(read, network, engine.zoo);
    const lenet = engine.zoo.find((each) => each.id === 'lenet5')!;
    expect(entry).toMatchObject({ id, title: 'Own: small', spec, recipe: { ...lenet.recipe, loss } });
    expect(id.length).toBeLessThan(400);
  });
});

describe('a damaged link', () => {
  test('says so, wherever it was cut or changed', async () => {
    const id = await ownId({ of: 'tinycnn', spec });
    const middle = id.length >> 1;
    const other = `${id.slice(0, middle)}${id[middle] === 'A' ? 'B' : 'A'}${id.slice(middle + 1)}`;
    for (const wrong of [id.slice(0, -3), id.slice(0, 12), 'own.', 'own.*', other, 'tinycnn']) {
      await expect(ownNetworkIn(wrong), wrong).rejects.toThrow('The network in this link is damaged');
    }
  });

  test('cannot fill the memory, and what is no network is none', async () => {
    const packed = async (value: unknown): Promise<string> => ownId(value as Parameters<typeof ownId>[0]);
    const bomb = await packed({ of: 'x'.repeat(5_000_000), spec });
    expect(bomb.length).toBeLessThan(10_000);
    for (const wrong of [bomb, await packed({ of: 1, spec }), await packed({ of: 'a', spec: { name: 'a' } })]) {
      await expect(ownNetworkIn(wrong)).rejects.toThrow('damaged');
    }
  });
});

test('fields that the editor does not know can be changed, too', () => {
  const { fields } = kindOf('conv2d', { outChannels: 4, kernelSize: 3, inputScale: 0.5 });
  expect(fields.at(-1)).toMatchObject({ name: 'inputScale', type: 'number' });
  expect(kindOf('somethingNew', { flag: true }).fields).toEqual([
    { name: 'flag', label: 'flag', type: 'flag', usual: '' },
  ]);
});
