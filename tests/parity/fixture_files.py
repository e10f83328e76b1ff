# SPDX-License-Identifier: MIT
#
# Writes safetensors files: u64 header length, JSON header, raw little-endian data. https://github.com/huggingface/safetensors

import json
import struct
import sys

import numpy as np
import torch

kLargestFile = 400_000  # bytes; the fixtures are committed


def write_safetensors(path, tensors, metadata, largest=kLargestFile):
    kinds = {np.dtype("float32"): "F32", np.dtype("uint8"): "U8"}
    header, blobs, offset = {"__metadata__": metadata}, [], 0
    # Larger elements first, so that each tensor starts at a multiple of its element size.
    for name, tensor in sorted(tensors.items(), key=lambda item: -item[1].dtype.itemsize):
        blob = np.ascontiguousarray(tensor).astype(tensor.dtype.newbyteorder("<")).tobytes()
        span = [offset, offset + len(blob)]
        header[name] = {"dtype": kinds[tensor.dtype], "shape": list(tensor.shape), "data_offsets": span}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    content = struct.pack("<Q", len(text)) + text + b"".join(blobs)
    if largest and len(content) > largest:
        raise ValueError(f"{path.name}: {len(content)} bytes, more than the {largest} allowed")
    path.write_bytes(content)
    print(f"{path.name}: {len(tensors)} tensors, {len(content)} bytes")


def metadata(**entries):
    versions = {"torch": torch.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
    return {"versions": json.dumps(versions), **{name: json.dumps(value) for name, value in entries.items()}}


def rounded(tensors, prefix=""):
    return {prefix + name: value.astype(np.float32) for name, value in tensors.items()}
