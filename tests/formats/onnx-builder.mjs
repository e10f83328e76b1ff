// SPDX-License-Identifier: MIT
//
// Writes ONNX files by hand, for graphs that no exporter here makes: field numbers as in onnx.proto, one function for each message.

class Message {
  #parts = [];

  #varint(value) {
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes = [];
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    this.#parts.push(Uint8Array.from([...bytes, Number(rest)]));
  }
  integer(field, value) {
    this.#varint(field << 3);
    this.#varint(value);
    return this;
  }
  bytes(field, bytes) {
    this.#varint((field << 3) | 2);
    this.#varint(bytes.length);
    this.#parts.push(bytes);
    return this;
  }
  text(field, text) {
    return this.bytes(field, new TextEncoder().encode(text));
  }
  float(field, value) {
    this.#varint((field << 3) | 5);
    this.#parts.push(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }
  message(field, message) {
    return this.bytes(field, message.result());
  }
  packed(field, values) {
    const inner = new Message();
    for (const value of values) inner.#varint(value);
    return this.bytes(field, inner.result());
  }
  result() {
    return Uint8Array.from(this.#parts.flatMap((part) => [...part]));
  }
}

const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const TYPES = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10, double: 11, bfloat16: 16 };
const ARRAYS = { float: Float32Array, uint8: Uint8Array, int8: Int8Array, int32: Int32Array, double: Float64Array };

/** A TensorProto. `stored`: 'raw', or 'typed' for float_data, int32_data and so on. */
export function tensor(dims, values, { type = 'float', stored = 'raw', name = '', external = false } = {}) {
  const message = new Message();
  for (const dim of dims) message.integer(1, dim);
  message.integer(2, TYPES[type] ?? type);
  if (name) message.text(8, name);
  if (external) return message.integer(14, 1);
  if (stored === 'raw') {
    const raw = type === 'int64' ? BigInt64Array.from(values, BigInt) : (ARRAYS[type] ?? Uint16Array).from(values);
    return message.bytes(9, bytesOf(raw));
  }
  if (type === 'float') return message.bytes(4, bytesOf(Float32Array.from(values)));
  if (type === 'double') return message.bytes(10, bytesOf(Float64Array.from(values)));
  return message.packed(type === 'int64' ? 7 : 5, values);
}

const isMessage = (value) => value instanceof Message;

function attribute(name, value) {
  const message = new Message().text(1, name);
  if (isMessage(value)) return message.message(5, value).integer(20, 4);
  if (typeof value === 'string') return message.text(4, value).integer(20, 3);
  if (Array.isArray(value)) return value.reduce((each, item) => each.integer(8, item), message).integer(20, 7);
  if (typeof value === 'object') return message.float(2, value.float).integer(20, 1);
  return message.integer(3, value).integer(20, 2);
}

/** A NodeProto. Numbers as attributes are integers; { float } is a real number. */
export function node(op, inputs, outputs, attributes = {}, { name = outputs[0], domain } = {}) {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(3, name).text(4, op);
  for (const [key, value] of Object.entries(attributes)) message.message(5, attribute(key, value));
  if (domain) message.text(7, domain);
  return message;
}

function valueInfo(name, dims, type = 1) {
  const shape = new Message();
  for (const dim of dims) {
    shape.message(1, typeof dim === 'number' ? new Message().integer(1, dim) : new Message().text(2, dim));
  }
  const tensorType = new Message().integer(1, type).message(2, shape);
  return new Message().text(1, name).message(2, new Message().message(1, tensorType));
}

/** The bytes of a ModelProto. `constants`: by name, [dims, values, options]. */
export function model({
  nodes,
  input = ['N', 1, 6, 6],
  constants = {},
  output = 'output',
  outputDims = ['N', 3],
  opset = 13,
  metadata = {},
  producer = 'hand',
  listsConstants = false,
}) {
  const graph = new Message();
  for (const each of nodes) graph.message(1, each);
  graph.text(2, 'graph');
  for (const [name, [dims, values, options]] of Object.entries(constants)) {
    graph.message(5, tensor(dims, values, { ...options, name }));
  }
  graph.message(11, valueInfo('input', input));
  if (listsConstants) for (const [name, [dims]] of Object.entries(constants)) graph.message(11, valueInfo(name, dims));
  graph.message(12, valueInfo(output, outputDims));
  const message = new Message().integer(1, opset > 17 ? 10 : 8).text(2, producer);
  message.message(7, graph).message(8, new Message().text(1, '').integer(2, opset));
  for (const [key, value] of Object.entries(metadata)) {
    message.message(14, new Message().text(1, key).text(2, value));
  }
  return message.result();
}

/** `count` numbers in [-0.5, 0.5) that differ with `seed`. */
export const numbers = (count, seed = 1) =>
  Array.from({ length: count }, (_, i) => (Math.imul(i + 1, 0x9e3779b1 + 2 * seed) >>> 8) / 2 ** 24 - 0.5);
