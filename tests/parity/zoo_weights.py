# SPDX-License-Identifier: MIT
#
# Weights for models too large to store: a pure function of (tensor's place, element), the same here and in zoo-weights.mjs to the
# last bit. And what is stored instead of a large tensor: sums over it and a sample of it.

import numpy as np

from specs import initial_parameters as parameters_of

kBatchSize = 13  # fills no block
kSampled = 256  # values of a tensor at most


def noise(tensor, count):
    """float64 in [-1, 1): a 32-bit integer hash (C. Wellons' lowbias32, https://nullprogram.com/blog/2018/07/31/) of each index."""
    x = (np.arange(count, dtype=np.uint64) + np.uint64(tensor * 2654435761)) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = ((x ^ (x >> np.uint64(shift))) * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    return (x ^ (x >> np.uint64(16))).astype(np.float64) / 2**31 - 1


def middle_and_spread(name, fan_in):
    """fan_in is None for batch norm."""
    kind = name.rpartition(".")[2]
    if fan_in is None:
        return (0.75, 0.25) if kind in ("weight", "running_var") else (0.0, 0.1)
    return 0.0, 1 / np.sqrt(fan_in)


def initial_parameters(spec):
    parameters = parameters_of(spec)
    for tensor, (name, value) in enumerate(parameters.items()):
        weight = parameters[name.rpartition(".")[0] + ".weight"]
        middle, spread = middle_and_spread(name, weight[0].size if weight.ndim > 1 else None)
        parameters[name] = (middle + spread * noise(tensor, value.size)).astype(np.float32).reshape(value.shape)
    return parameters


def sample(value):
    flat = value.reshape(-1)
    return flat[:: -(-flat.size // kSampled)]


def sums(value):
    flat = value.reshape(-1).astype(np.float64)
    return {"sum": float(flat.sum()), "magnitudes": float(np.abs(flat).sum()), "norm": float(np.sqrt((flat**2).sum()))}
