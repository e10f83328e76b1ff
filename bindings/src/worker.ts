// SPDX-License-Identifier: MIT
// tinycnn/worker: the same engine and sessions in a worker of their own, as promises, so that a page stays responsive whatever they do.
//
//   import { loadEngine } from 'tinycnn/worker'
//   const engine = await loadEngine()
//   const session = await engine.createSession({ model: 'tinycnn', seed: 1 })
//   await session.setData('train', { images, labels, height: 28, width: 28 })
//   await session.fit({ epochs: 3, onEpoch: ({ loss }) => console.log(loss) })
//   engine.dispose()
//
// Results are transferred out of the worker without a copy; arguments are copied into it.

import { disposeSymbol } from './dispose.js';
import { TinyCNNError } from './errors.js';
import { readOptions, refuse, show } from './read.js';
import { readFolder } from './wasm-url.js';
import { isFromElsewhere, startWorker, type WorkerHandle } from './worker-start.js';
import {
  ENGINE,
  ENGINE_METHODS,
  ENGINE_PROPERTIES,
  QUANTIZED_METHODS,
  SESSION_METHODS,
  SESSION_PROPERTIES,
  type FromWorker,
  type QuantizedFacts,
  type SessionFacts,
} from './worker-protocol.js';
import type { Engine, QuantizedModel, Session } from './index.js';
import type {
  EngineInfo,
  EngineOptions,
  FitEpoch,
  FitOptions,
  LabelledImages,
  QuantizeOptions,
  SessionOptions,
  Split,
  ZooEntry,
} from './types.js';

export type * from './types.js';
export { TinyCNNError, type ErrorCode } from './errors.js';

/** A method that returns a promise; for a property, a promise of its value. */
type Promised<Member> = Member extends (...args: infer Args) => infer Result
  ? (...args: Args) => Promise<Awaited<Result>>
  : Promise<Member>;
type AsPromises<Target, Names extends keyof Target> = { readonly [Name in Names]: Promised<Target[Name]> };
type NamesOf<List extends readonly string[]> = List[number];

/** A QuantizedModel whose methods are promises. */
export interface WorkerQuantizedModel
  extends AsPromises<QuantizedModel, NamesOf<typeof QUANTIZED_METHODS>>, Readonly<QuantizedFacts> {
  /** Frees the memory once the calls before have been answered. */
  dispose(): void;
  [disposeSymbol](): void;
}

/** A Session whose methods are promises. Calls are answered in turn; while `fit` runs, others are answered in between. */
export interface WorkerSession
  extends
    Omit<
      AsPromises<Session, NamesOf<typeof SESSION_METHODS> | NamesOf<typeof SESSION_PROPERTIES>>,
      'setData' | 'prune'
    >,
    Pick<Session, 'spec' | 'summary' | 'classNames' | 'prune'> {
  /** As in Session. `transfer`: moves the arrays' memory into the worker instead of copying it; the arrays are empty afterwards. */
  setData(split: Split, data: LabelledImages, options?: { transfer?: boolean }): Promise<void>;
  /** As in Session; `onEpoch` runs in the caller's thread. */
  fit(options: FitOptions): Promise<FitEpoch[]>;
  /** As in Session; the network stays in the worker. */
  quantize(options?: QuantizeOptions): Promise<WorkerQuantizedModel>;
  /** Frees the memory once the calls before have been answered. */
  dispose(): void;
  [disposeSymbol](): void;
}

/** An Engine in a worker, whose methods are promises. */
export interface WorkerEngine extends AsPromises<
  Engine,
  NamesOf<typeof ENGINE_METHODS> | NamesOf<typeof ENGINE_PROPERTIES>
> {
  /** Which build runs in the worker, and on how many threads. */
  readonly info: EngineInfo;
  /** Every named architecture. */
  readonly zoo: ZooEntry[];
  /** As in Engine. `parameters` are copied into the worker. */
  createSession(options: SessionOptions): Promise<WorkerSession>;
  /** As in Engine. */
  restoreSession(bytes: Uint8Array): Promise<WorkerSession>;
  /** Ends the worker and everything in it. Calls that have not been answered reject with code 'disposed'. */
  dispose(): void;
  [disposeSymbol](): void;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  onEpoch?: ((epoch: FitEpoch) => unknown) | undefined;
}

/** Copies a view's own bytes, so that the rest of its buffer is not sent. */
function compact(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const isPart = value.byteLength < value.buffer.byteLength && 'slice' in value;
    return isPart ? (value as Uint8Array).slice() : value;
  }
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value.map(compact) : value;
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, compact(each)])) : value;
}

/** Sends calls and settles their promises with the answers. */
class Connection {
  readonly #worker: WorkerHandle;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: TinyCNNError | undefined;

  constructor(worker: WorkerHandle) {
    this.#worker = worker;
    worker.listen(
      (message) => void this.#take(message),
      (error) => {
        this.end(error);
      },
    );
  }

  call(target: number, name: string, args: unknown[], transfer: ArrayBuffer[] = []): Promise<unknown> {
    return this.start(target, name, args, transfer).done;
  }

  start(target: number, name: string, args: unknown[], transfer: ArrayBuffer[] = [], onEpoch?: Waiting['onEpoch']) {
    const id = ++this.#lastId;
    const done = new Promise<unknown>((resolve, reject) => {
      if (this.#ended) throw this.#ended;
      this.#send({ call: { id, target, name, args: args.map(compact) } }, transfer);
      this.#waiting.set(id, { resolve, reject, onEpoch });
      this.#worker.keepAlive(true);
    });
    return { id, done };
  }

  #send(message: Parameters<WorkerHandle['post']>[0], transfer: ArrayBuffer[] = []): void {
    try {
      this.#worker.post(message, transfer);
    } catch (error) {
      const text = `[worker] expected values that can be sent to a worker, got: ${String(error)}`;
      throw new TinyCNNError('invalid-option', text, { cause: error });
    }
  }

  abort(id: number): void {
    if (this.#waiting.has(id)) this.#send({ abort: id });
  }

  async #take(message: FromWorker): Promise<void> {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if ('epoch' in message) return this.#tell(message.id, waiting, message.epoch);
    this.#waiting.delete(message.id);
    this.#worker.keepAlive(this.#waiting.size > 0);
    if ('value' in message) waiting.resolve(message.value);
    else waiting.reject(new TinyCNNError(message.error.code ?? 'internal', message.error.message));
  }

  /** Calls onEpoch; if it throws, `fit` rejects with that error. */
  async #tell(id: number, waiting: Waiting, epoch: FitEpoch): Promise<void> {
    try {
      const goesOn = (await waiting.onEpoch?.(epoch)) !== false;
      if (!this.#ended) this.#send({ answer: id, goesOn, failed: false });
    } catch (error) {
      waiting.reject(error);
      if (!this.#ended) this.#send({ answer: id, goesOn: false, failed: true });
    }
  }

  end(error: TinyCNNError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Gives `object` a method for each of `methods` and a promise for each of `properties` of the worker's target. */
function forward(
  object: object,
  connection: Connection,
  target: number,
  methods: readonly string[],
  properties: readonly string[],
) {
  for (const name of methods) {
    Object.assign(object, { [name]: (...args: unknown[]) => connection.call(target, name, args) });
  }
  for (const name of properties) {
    Object.defineProperty(object, name, { enumerable: true, get: () => connection.call(target, name, []) });
  }
}

/** The buffers of those arrays that span their whole buffer. */
const wholeBuffers = (data: LabelledImages): ArrayBuffer[] =>
  [data.images, data.labels].flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );

async function fit(connection: Connection, target: number, options: FitOptions): Promise<FitEpoch[]> {
  const { onEpoch, signal, ...rest } = readOptions(options, 'fit', 'epochs targetAccuracy patience onEpoch signal');
  if (onEpoch !== undefined && typeof onEpoch !== 'function')
    refuse('invalid-option', 'fit.onEpoch', 'a function', show(onEpoch));
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    refuse('invalid-option', 'fit.signal', 'an AbortSignal', show(signal));
  }
  const { id, done } = connection.start(target, 'fit', [rest], [], onEpoch as Waiting['onEpoch']);
  const abort = () => {
    connection.abort(id);
  };
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  try {
    return (await done) as FitEpoch[];
  } catch (error) {
    const isAborted = error instanceof TinyCNNError && error.code === 'aborted';
    throw isAborted ? new TinyCNNError('aborted', error.message, { cause: signal?.reason }) : error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Tells the worker that a target is not needed any more. It may be disposed, and so may the engine. */
const disposer = (connection: Connection, target: number) => () => {
  connection.call(target, 'dispose', []).catch(() => undefined);
};

async function quantize(
  connection: Connection,
  session: number,
  options: QuantizeOptions = {},
): Promise<WorkerQuantizedModel> {
  const answer = await connection.call(session, 'quantize', [options]);
  const { target, facts } = answer as { target: number; facts: QuantizedFacts };
  const dispose = disposer(connection, target);
  const model = { ...facts, dispose, [disposeSymbol]: dispose };
  forward(model, connection, target, QUANTIZED_METHODS, []);
  return model as unknown as WorkerQuantizedModel;
}

function toSession(connection: Connection, { target, spec, summary, classNames }: SessionFacts): WorkerSession {
  const session = { spec, summary, classNames };
  forward(session, connection, target, SESSION_METHODS, SESSION_PROPERTIES);
  const dispose = disposer(connection, target);
  const setData = async (split: Split, data: LabelledImages, options: { transfer?: boolean } = {}): Promise<void> => {
    const { transfer = false } = readOptions(options, 'setData', 'transfer');
    if (typeof transfer !== 'boolean') refuse('invalid-option', 'setData.transfer', 'true or false', show(transfer));
    await connection.call(target, 'setData', [split, data], transfer ? wholeBuffers(data) : []);
  };
  const load = async (bytes: Uint8Array): Promise<void> => {
    await connection.call(target, 'load', [bytes]);
    session.classNames = (await connection.call(target, 'classNames', [])) as readonly string[];
  };
  const own = {
    ...{ setData, load, dispose },
    fit: (options: FitOptions) => fit(connection, target, options),
    quantize: (options?: QuantizeOptions) => quantize(connection, target, options),
  };
  return Object.assign(session, own, { [disposeSymbol]: dispose }) as unknown as WorkerSession;
}

/**
 * Starts a worker and loads the engine in it: `loadEngine` of 'tinycnn', as promises. Rejects with the same codes, and with 'load-failed'
 * where the worker cannot be started. In Node an idle worker does not keep the program alive.
 */
export async function loadEngine(options: EngineOptions = {}): Promise<WorkerEngine> {
  const read = readOptions(options, 'loadEngine', 'threads relaxed wasmUrl');
  if (read.wasmUrl !== undefined) read.wasmUrl = readFolder(read.wasmUrl);
  // the engine's own threads are workers too, which a page cannot start from another origin; an invalid number is refused as ever
  const { threads = 'auto' } = read;
  if (isFromElsewhere() && (threads === 'auto' || (threads as number) > 1)) read.threads = 1;
  const connection = new Connection(await startWorker());
  const dispose = () => {
    connection.end(new TinyCNNError('disposed', '[engine] expected a live engine, got one that was disposed'));
  };
  try {
    const facts = (await connection.call(ENGINE, 'load', [read])) as Pick<WorkerEngine, 'info' | 'zoo'>;
    const make = async (name: string, argument: unknown): Promise<WorkerSession> =>
      toSession(connection, (await connection.call(ENGINE, name, [argument])) as SessionFacts);
    const engine = {
      ...facts,
      createSession: (given: SessionOptions) => make('createSession', given),
      restoreSession: (bytes: Uint8Array) => make('restoreSession', bytes),
      dispose,
      [disposeSymbol]: dispose,
    };
    forward(engine, connection, ENGINE, ENGINE_METHODS, ENGINE_PROPERTIES);
    return engine as unknown as WorkerEngine;
  } catch (error) {
    dispose();
    throw error;
  }
}
