// SPDX-License-Identifier: MIT
//
// Files of networks as other programs write them, made of what the page exports.

import { zipSync } from 'fflate';

interface Tensor {
  name: string;
  shape: readonly number[];
  data: Float32Array;
}

interface SafetensorsHead {
  __metadata__?: Record<string, string>;
  [name: string]: unknown;
}

const headLength = (file: Uint8Array): number => new DataView(file.buffer, file.byteOffset).getUint32(0, true);

export const safetensorsHead = (file: Uint8Array): SafetensorsHead =>
  JSON.parse(Buffer.from(file.subarray(8, 8 + headLength(file))).toString()) as SafetensorsHead;

function headOfTensors(file: Uint8Array): Omit<SafetensorsHead, '__metadata__'> {
  const head = safetensorsHead(file);
  delete head.__metadata__;
  return head;
}

/** As PyTorch's users write it: nothing in it says what network the weights are of. */
export function withoutMetadata(file: Uint8Array): Uint8Array {
  const tensors = headOfTensors(file);
  const head = Buffer.from(JSON.stringify(tensors));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, file.subarray(8 + headLength(file))]);
}

export function tensorsOf(file: Uint8Array): Tensor[] {
  const tensors = headOfTensors(file);
  const start = 8 + headLength(file);
  return Object.entries(tensors as Record<string, { shape: number[]; data_offsets: [number, number] }>).map(
    ([
      name,
      {
        shape,
        data_offsets: [from, to],
      },
    ]) => ({
      name,
      shape,
      data: new Float32Array(file.slice(start + from, start + to).buffer),
    }),
  );
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([0x58, bytes.length, 0, 0, 0]), bytes]);
};
const integer = (value: number): Buffer => {
  const bytes = Buffer.alloc(5);
  bytes.write('J');
  bytes.writeInt32LE(value, 1);
  return bytes;
};
const integers = (values: readonly number[]): Buffer[] => [Buffer.from('('), ...values.map(integer), Buffer.from('t')];

/** One value of a state_dict, whose numbers are in the file data/<key>. */
function pickled({ name, shape, data }: Tensor, key: number): Buffer {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((all, side) => all * side, 1));
  return Buffer.concat([
    text(name),
    Buffer.from('ctorch._utils\n_rebuild_tensor_v2\n(('),
    ...[text('storage'), Buffer.from('ctorch\nFloatStorage\n'), text(String(key)), text('cpu'), integer(data.length)],
    Buffer.from('tQ'),
    ...[integer(0), ...integers(shape), ...integers(strides)],
    Buffer.from('\x89ccollections\nOrderedDict\n)RtR', 'latin1'),
  ]);
}

/** What torch.save(network.state_dict(), file) writes. */
export function torchFile(tensors: readonly Tensor[]): Uint8Array {
  const pickle = Buffer.concat([
    Buffer.from('\x80\x02ccollections\nOrderedDict\n)R(', 'latin1'),
    ...tensors.map(pickled),
    Buffer.from('u.'),
  ]);
  const storages = tensors.map(({ data }, key): [string, Uint8Array] => [
    `weights/data/${key}`,
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
  const files = { 'weights/data.pkl': pickle, ...Object.fromEntries(storages), 'weights/version': Buffer.from('3\n') };
  return zipSync(files, { level: 0 });
}

/** As if another program had written it, so that only the graph counts. */
export function ofAnotherProgram(onnx: Uint8Array): Uint8Array {
  const copy = Buffer.from(onnx);
  const at = copy.indexOf('TinyCNN');
  copy.write('Another', at);
  return copy;
}
