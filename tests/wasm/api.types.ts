// SPDX-License-Identifier: MIT
//
// The package's types as a user meets them; types.test.mjs has it compiled. Each line below a @ts-expect-error must be an error.

import { loadEngine, TinyCNNError } from 'tinycnn';
import type {
  ErrorCode,
  Evaluation,
  FitEpoch,
  FitOptions,
  ImportedModel,
  LabelledImages,
  LayerSpec,
  ModelSpec,
  Session,
} from 'tinycnn';
import { loadEngine as loadWorkerEngine } from 'tinycnn/worker';
import type { WorkerQuantizedModel, WorkerSession } from 'tinycnn/worker';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Expect<Claim extends true> = Claim;

export type Claims = [
  Expect<Same<FitEpoch['test'], Evaluation | undefined>>,
  Expect<Same<ReturnType<Session['logits']>, Float32Array>>,
  Expect<Same<ReturnType<Session['fit']>, Promise<FitEpoch[]>>>,
  Expect<Same<WorkerSession['spec'], ModelSpec>>,
  Expect<Same<WorkerSession['step'], Promise<number>>>,
];

export async function engineAndSession(data: LabelledImages, controller: AbortController): Promise<void> {
  using engine = await loadEngine({ threads: 1, relaxed: false, wasmUrl: new URL('https://example.org/') });
  using session = engine.createSession({ model: 'tinycnn', seed: 2 ** 40, classNames: ['a', 'b'] });
  const restored: Session = engine.restoreSession(session.save());
  restored.dispose();

  await session.fit({
    epochs: 2,
    signal: controller.signal,
    onEpoch: async ({ loss }: FitEpoch) => Promise.resolve(loss > 0.1),
  });
  const batch: Float32Array[] = session.predictBatch(data.images);
  session.predictBatch([data.images, [1, 2, 3]]);
  session.setData('validation', { ...data, channels: 3, count: batch.length });

  const file: Uint8Array = await session.exportModel({ format: 'onnx', input: 'unit', foldBatchNorm: true });
  const imported: ImportedModel = await engine.importModel(file, { spec: 'tinycnn', input: 'unit' });
  const { spec, parameters, normalize } = imported;
  engine.createSession({ model: spec, parameters, normalize }).dispose();
  await session.exportModel({ format: 'c', name: 'digits', precision: 'float32', testAccuracy: file.length });

  const { layers: pruned } = await session.prune({ type: 'unstructured', sparsity: 0.5, schedule: { steps: 100 } });
  await session.prune({ type: 'unstructured', sparsity: pruned[0]!.zeros + (await session.pruning()).target });

  const smaller = await session.prune({ type: 'channels', sparsity: 0.5 });
  engine.createSession({ model: smaller.spec, parameters: smaller.parameters }).dispose();
  const { spec: rounding } = await session.quantizationAware({ calibration: 100 });
  engine.createSession({ model: rounding, emaDecay: 0.9 }).dispose();
  // @ts-expect-error: channels go at once
  await session.prune({ type: 'channels', sparsity: 0.5, schedule: { steps: 100 } });
  // @ts-expect-error: prune needs a sparsity
  await session.prune({ type: 'unstructured' });
  // @ts-expect-error: an unknown option
  await loadEngine({ thread: 1 });
  // @ts-expect-error: there is no such format
  await session.exportModel({ format: 'keras' });
  // @ts-expect-error: an option of another format
  await session.exportModel({ format: 'json', foldBatchNorm: true });
  // @ts-expect-error: an unknown option of an optimizer
  engine.createSession({ model: 'tinycnn', optimizer: { type: 'adam', lr: 0.1 } });
  // @ts-expect-error: an option of another optimizer
  engine.createSession({ model: 'tinycnn', optimizer: { type: 'adam', nesterov: true } });
  // @ts-expect-error: fit needs epochs
  await session.fit({});
  // @ts-expect-error: there is no such split
  session.evaluate('holdout');
}

export const layers: LayerSpec[] = [
  { name: 'conv', type: 'conv2d', outChannels: 2, kernelSize: [3, 3], frozen: true },
  { name: 'norm', type: 'batchNorm2d', frozen: true },
  { name: 'fc', type: 'linear', outFeatures: 10, frozen: false, inputScale: 0.5 },
  { name: 'round', type: 'fakeQuantize', scale: 0.01, zeroPoint: -128 },
  // @ts-expect-error: a layer without weights cannot be frozen
  { name: 'relu', type: 'relu', frozen: true },
  // @ts-expect-error: a field of another type
  { name: 'pool', type: 'maxPool2d', kernelSize: 2, groups: 2 },
];
export const colour: ModelSpec = { name: 'colour', input: [3, 32, 32], layers };

export function explain(error: unknown): string {
  if (!(error instanceof TinyCNNError)) return '';
  const { code }: { code: ErrorCode } = error;
  switch (code) {
    case 'invalid-option':
    case 'invalid-spec':
    case 'invalid-data':
    case 'invalid-checkpoint':
    case 'missing-data':
    case 'out-of-memory':
    case 'busy':
    case 'aborted':
    case 'disposed':
    case 'unsupported':
    case 'load-failed':
    case 'internal':
      return code;
  }
}

export async function worker(data: LabelledImages, options: FitOptions): Promise<[number, Float32Array, FitEpoch[]]> {
  using engine = await loadWorkerEngine({ threads: 'auto' });
  const session: WorkerSession = await engine.createSession({ model: 'tinycnn' });
  await session.setData('train', data, { transfer: true });
  // @ts-expect-error: there is no such option
  await session.setData('train', data, { move: true });
  const results = [await session.step, await session.predict(data.images), await session.fit(options)] as const;
  session.dispose();
  return [...results];
}

export async function integers(session: Session, remote: WorkerSession): Promise<[Int8Array, Int8Array, Uint8Array[]]> {
  const here = await session.quantize({ calibration: 100 });
  const there: WorkerQuantizedModel = await remote.quantize();
  const files = [
    here.exportModel({ format: 'c', testAccuracy: 0.98 }),
    await there.exportModel({ format: 'tflite', name: 'digits' }),
    await session.exportModel({ format: 'tflite', precision: 'int8', calibration: 10 }),
    await session.exportModel({ format: 'onnx', precision: 'int8', input: 'unit' }),
  ];
  // @ts-expect-error: quantized networks are not written as JSON
  here.exportModel({ format: 'json' });
  // @ts-expect-error: pixels are int8
  await session.exportModel({ format: 'tflite', precision: 'int8', input: 'unit' });
  return [here.scores(new Uint8Array(784)), await there.scores([0]), files];
}
