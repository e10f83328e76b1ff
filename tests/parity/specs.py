# SPDX-License-Identifier: MIT
#
# A ModelSpec (the package's own data form) run by PyTorch: parameters under state_dict's names with PyTorch's default
# initialisation, and every layer's output by name. Layers are read in order, each from the one before.

import math

import torch
import torch.nn.functional as F

TINYCNN = {
    "name": "tinycnn",
    "input": [1, 28, 28],
    "layers": [
        {"name": "conv1", "type": "conv2d", "outChannels": 4, "kernelSize": 3},
        {"name": "relu1", "type": "relu"},
        {"name": "conv2", "type": "conv2d", "outChannels": 4, "kernelSize": 3},
        {"name": "relu2", "type": "relu"},
        {"name": "pool", "type": "maxPool2d", "kernelSize": 2},
        {"name": "flatten", "type": "flatten"},
        {"name": "fc1", "type": "linear", "outFeatures": 32},
        {"name": "relu3", "type": "relu"},
        {"name": "fc2", "type": "linear", "outFeatures": 10},
    ],
}


def pair(size):
    return tuple(size) if isinstance(size, (list, tuple)) else (size, size)


def window(layer):
    """Kernel, stride and padding; a pool's stride is its kernel by default, a convolution's is 1."""
    kernel = pair(layer["kernelSize"])
    default = kernel if layer["type"] == "maxPool2d" else 1
    return kernel, pair(layer.get("stride", default)), pair(layer.get("padding", 0))


def layers_and_inputs(spec):
    """(layer, [C,H,W] that it reads) in order."""
    shape = list(spec["input"])
    for layer in spec["layers"]:
        yield layer, list(shape)
        if layer["type"] in ("conv2d", "maxPool2d"):
            kernel, stride, padding = window(layer)
            channels = layer["outChannels"] if layer["type"] == "conv2d" else shape[0]
            spatial = [(size + 2 * p - k) // s + 1 for size, k, s, p in zip(shape[1:], kernel, stride, padding)]
            shape = [channels, *spatial]
        elif layer["type"] == "flatten":
            shape = [math.prod(shape), 1, 1]
        elif layer["type"] == "linear":
            shape = [layer["outFeatures"], 1, 1]


def initial_parameters(spec):
    """PyTorch's modules own the initialisation: float32 arrays from torch's global generator."""
    parameters = {}
    for layer, (channels, height, width) in layers_and_inputs(spec):
        bias = layer.get("bias", True)
        if layer["type"] == "conv2d":
            module = torch.nn.Conv2d(channels, layer["outChannels"], window(layer)[0], bias=bias)
        elif layer["type"] == "linear":
            module = torch.nn.Linear(channels * height * width, layer["outFeatures"], bias=bias)
        else:
            continue
        for name, value in module.state_dict().items():
            parameters[f"{layer['name']}.{name}"] = value.numpy().copy()
    return parameters


def forward(spec, weights, x):
    """Each layer's output by the layer's name, for x [N,C,H,W]."""
    outputs = {}
    for layer in spec["layers"]:
        name, kind = layer["name"], layer["type"]
        weight, bias = weights.get(f"{name}.weight"), weights.get(f"{name}.bias")
        if kind == "conv2d":
            _, stride, padding = window(layer)
            x = F.conv2d(x, weight, bias, stride=stride, padding=padding)
        elif kind == "maxPool2d":
            kernel, stride, _ = window(layer)
            x = F.max_pool2d(x, kernel, stride)
        elif kind == "linear":
            x = F.linear(x, weight, bias)
        elif kind == "relu":
            x = F.relu(x)
        elif kind == "flatten":
            x = torch.flatten(x, 1)
        else:
            raise ValueError(f"layer {name}: unknown type {kind}")
        outputs[name] = x
    return outputs
