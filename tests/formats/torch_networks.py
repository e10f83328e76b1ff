# SPDX-License-Identifier: MIT
#
# torch_networks.py FOLDER: for each case of FOLDER/cases.json, { spec, opset, style, images }, a PyTorch module of that spec with random
# weights: exported as N.onnx, its weights saved as N.pt and N.safetensors, and its scores for the images of N.bytes as N.scores, float32.
#
# `style` varies what people write: "plain"; "view": x.view(x.size(0), -1) with a free batch; "fused": exported for inference, so that
# PyTorch folds batch norm; "inside": pixels are normalized within the module.

import json
import math
import pathlib
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

kMean, kStd = 0.2, 0.4


def pair(size):
    return (size, size) if isinstance(size, int) else tuple(size)


def window(layer, stride):
    return {
        "kernel_size": pair(layer["kernelSize"]),
        "stride": pair(layer.get("stride", stride)),
        "padding": pair(layer.get("padding", 0)),
    }


def make_module(layer, shape):
    kind, bias = layer["type"], layer.get("bias", True)
    if kind == "conv2d":
        options = {"dilation": pair(layer.get("dilation", 1)), "groups": layer.get("groups", 1), "bias": bias}
        return nn.Conv2d(shape[0], layer["outChannels"], **options, **window(layer, 1))
    if kind == "zeroPad2d":
        padding = layer["padding"]
        return nn.ZeroPad2d(padding if isinstance(padding, int) else tuple(padding))
    if kind == "linear":
        return nn.Linear(shape[0], layer["outFeatures"], bias=bias)
    if kind.startswith("batchNorm"):
        norm = nn.BatchNorm2d if kind == "batchNorm2d" else nn.BatchNorm1d
        return norm(shape[0], eps=layer.get("eps", 1e-5))
    if kind in ("maxPool2d", "avgPool2d"):
        pool = nn.MaxPool2d if kind == "maxPool2d" else nn.AvgPool2d
        return pool(**window(layer, layer["kernelSize"]))
    makers = {
        "relu": nn.ReLU,
        "relu6": nn.ReLU6,
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "silu": nn.SiLU,
        "gelu": nn.GELU,
        "flatten": nn.Flatten,
        "leakyReLU": lambda: nn.LeakyReLU(layer.get("negativeSlope", 0.01)),
        "dropout": lambda: nn.Dropout(layer.get("p", 0.5)),
        "dropout2d": lambda: nn.Dropout2d(layer.get("p", 0.5)),
        "globalAvgPool2d": lambda: nn.AdaptiveAvgPool2d(1),
        "softmax": lambda: nn.Softmax(dim=1),
        "logSoftmax": lambda: nn.LogSoftmax(dim=1),
    }
    return makers[kind]() if kind in makers else None


kImage = ("conv2d", "zeroPad2d", "maxPool2d", "avgPool2d", "batchNorm2d", "globalAvgPool2d", "dropout2d")
kVector = ("linear", "batchNorm1d", "softmax", "logSoftmax")


class Network(nn.Module):
    def __init__(self, spec, style):
        super().__init__()
        self.layers, self.style = spec["layers"], style
        self.named = nn.ModuleDict()
        x = self.run(torch.zeros(1, *spec["input"]), make=True)
        self.classes = x.shape[1]

    def run(self, x, make=False):
        values, last = {"input": x}, "input"
        for layer in self.layers:
            inputs = [values[name] for name in layer.get("from", [last])]
            kind, name = layer["type"], layer["name"]
            if kind in kImage:
                inputs = [each[:, :, None, None] if each.dim() == 2 else each for each in inputs]
            elif kind in kVector or (kind in ("add", "concat") and any(each.dim() == 2 for each in inputs)):
                inputs = [torch.flatten(each, 1) for each in inputs]
            elif kind == "multiply" and any(each.dim() == 4 and each.shape[2] * each.shape[3] > 1 for each in inputs):
                inputs = [each[:, :, None, None] if each.dim() == 2 else each for each in inputs]
            elif kind == "multiply":
                inputs = [torch.flatten(each, 1) for each in inputs]
            if make:
                module = make_module(layer, inputs[0].shape[1:])
                if module is not None:
                    self.named[name] = module.eval()
            values[name] = self.run_layer(layer, inputs)
            last = name
        result = values[last]
        return torch.flatten(result, 1) if result.dim() > 2 else result

    def run_layer(self, layer, inputs):
        if layer["type"] == "add":
            return sum(inputs[1:], inputs[0])
        if layer["type"] == "multiply":
            return math.prod(inputs)
        if layer["type"] == "concat":
            return torch.cat(inputs, 1)
        if layer["type"] == "flatten" and self.style == "view":
            return inputs[0].reshape(inputs[0].size(0), -1)
        return self.named[layer["name"]](inputs[0])

    def forward(self, x):
        return self.run((x / 255 - kMean) / kStd if self.style == "inside" else x)


def shake(network):
    """Weights and statistics that no layer starts with."""
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 1.0)
            elif name.endswith("running_mean") or (name.endswith("bias") and tensor.dim() == 1):
                tensor.uniform_(-0.1, 0.1)
            elif name.endswith("weight") and tensor.dim() == 1:
                tensor.uniform_(0.5, 1.0)


def write_safetensors(path, tensors):
    """Ordered by name, as the safetensors library does."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in sorted(tensors.items()):
        values = tensor.detach().numpy().tobytes()
        kind = "I64" if tensor.dtype == torch.int64 else "F32"
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def run(case, stem):
    torch.manual_seed(case["seed"])
    network = Network(case["spec"], case["style"]).eval()
    shake(network)
    images = np.fromfile(stem.with_suffix(".bytes"), dtype=np.uint8).reshape(-1, *case["spec"]["input"])
    scale = 1 if case["style"] == "inside" else 255
    pixels = torch.from_numpy(images).float() / scale
    with torch.no_grad():
        network(pixels).numpy().astype(np.float32).tofile(stem.with_suffix(".scores"))
    is_fused = case["style"] == "fused"
    modes = torch.onnx.TrainingMode
    torch.onnx.export(
        network,
        pixels[:1] if case["style"] == "plain" else pixels[:2],
        str(stem.with_suffix(".onnx")),
        opset_version=case["opset"],
        input_names=["pixels"],
        dynamic_axes={"pixels": {0: "N"}} if case["style"] == "view" else None,
        training=modes.EVAL if is_fused else modes.PRESERVE,
        do_constant_folding=is_fused,
    )
    torch.save(network.named.state_dict(), stem.with_suffix(".pt"))
    write_safetensors(stem.with_suffix(".safetensors"), network.named.state_dict())


def main():
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1])
    for i, case in enumerate(json.loads((folder / "cases.json").read_text())):
        run(case, folder / str(i))


if __name__ == "__main__":
    main()
