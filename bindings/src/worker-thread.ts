// SPDX-License-Identifier: MIT
// Runs in the worker that worker.ts starts: holds one engine, its sessions and quantized networks. A call is answered when it ends.

import { TinyCNNError } from './errors.js';
import { loadEngine, type Engine, type Session } from './index.js';
import type { QuantizedModel } from './quantize.js';
import { isNode } from './runtime.js';
import {
  ENGINE,
  type Call,
  type FromWorker,
  type QuantizedFacts,
  type SentError,
  type SessionFacts,
  type ToWorker,
} from './worker-protocol.js';
import type { EngineOptions, FitEpoch, FitOptions, QuantizeOptions } from './types.js';

/** Of this worker: a DedicatedWorkerGlobalScope, or Node's parentPort. */
interface Port {
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
}

let port: Port;
let engine: Engine | undefined;
const targets = new Map<number, Session | QuantizedModel>();
let lastTarget = ENGINE;
const controllers = new Map<number, AbortController>();
const epochs = new Map<number, (answer: { goesOn: boolean; failed: boolean }) => void>();

/** The buffers of all arrays in a value. Results are copies that nobody else uses, so that they can be transferred. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) buffersOf(each, found);
  return found;
}

function keep(session: Session): SessionFacts {
  targets.set(++lastTarget, session);
  const { spec, summary, classNames } = session;
  return { target: lastTarget, spec, summary, classNames };
}

function keepQuantized(model: QuantizedModel): { target: number; facts: QuantizedFacts } {
  targets.set(++lastTarget, model);
  const { bytes, macs, input, output, layers, classNames } = model;
  return { target: lastTarget, facts: { bytes, macs, input, output, layers, classNames } };
}

/** `onEpoch` and `signal` stay with the caller, who is sent each epoch and answers whether to continue. */
function fit(session: Session, id: number, options: FitOptions): Promise<FitEpoch[]> {
  const controller = new AbortController();
  controllers.set(id, controller);
  const onEpoch = async (epoch: FitEpoch): Promise<boolean> => {
    const answered = new Promise<{ goesOn: boolean; failed: boolean }>((resolve) => epochs.set(id, resolve));
    port.postMessage({ id, epoch }, []);
    const { goesOn, failed } = await answered;
    if (failed) throw new Error('onEpoch failed');
    return goesOn;
  };
  return session.fit({ ...options, onEpoch, signal: controller.signal });
}

async function callEngine(name: string, args: unknown[]): Promise<unknown> {
  if (name === 'load') {
    engine = await loadEngine(args[0] as EngineOptions);
    return { info: engine.info, zoo: engine.zoo };
  }
  const live = engine!;
  if (name === 'createSession') return keep(live.createSession(args[0] as Parameters<Engine['createSession']>[0]));
  if (name === 'restoreSession') return keep(live.restoreSession(args[0] as Uint8Array));
  return valueOf(live, name, args);
}

function valueOf(object: object, name: string, args: unknown[]): unknown {
  const member = (object as Record<string, unknown>)[name];
  return typeof member === 'function' ? (member as (...given: unknown[]) => unknown).apply(object, args) : member;
}

async function answer({ id, target, name, args }: Call): Promise<unknown> {
  if (target === ENGINE) return callEngine(name, args);
  const object = targets.get(target);
  if (!object) {
    const text = '[worker] expected a live session or quantized network, got one that was disposed';
    throw new TinyCNNError('disposed', text);
  }
  if (name === 'fit') return fit(object as Session, id, args[0] as FitOptions);
  if (name === 'quantize') return keepQuantized(await (object as Session).quantize(args[0] as QuantizeOptions));
  if (name === 'dispose') targets.delete(target);
  return valueOf(object, name, args);
}

const toSent = (error: unknown): SentError =>
  error instanceof TinyCNNError ? { code: error.code, message: error.message } : { message: String(error) };

async function take(call: Call): Promise<void> {
  try {
    const value = await answer(call);
    port.postMessage({ id: call.id, value }, [...buffersOf(value)]);
  } catch (error) {
    port.postMessage({ id: call.id, error: toSent(error) }, []);
  } finally {
    controllers.delete(call.id);
    epochs.delete(call.id);
  }
}

function listen(message: ToWorker): void {
  if ('call' in message) void take(message.call);
  else if ('abort' in message) controllers.get(message.abort)?.abort();
  else epochs.get(message.answer)?.(message);
}

/** A browser delivers messages once this module has run, Node once there is a listener. */
async function listenToPort(): Promise<void> {
  if (isNode) {
    const { parentPort } = await import(/* @vite-ignore */ 'node:worker_threads');
    port = parentPort!;
    parentPort!.on('message', listen);
    return;
  }
  port = globalThis as unknown as Port;
  globalThis.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    listen(data);
  };
}

void listenToPort(); // not awaited: bundlers write workers in a format without top-level await
