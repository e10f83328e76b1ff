# SPDX-License-Identifier: MIT
#
# A ModelSpec (the package's own data form) run by PyTorch: parameters under state_dict's names with PyTorch's default
# initialisation, and every layer's output by name. A layer reads what its `from` names, by default the layer before.

import math

import torch
import torch.nn.functional as F

kInput = "input"

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

# What computes without numbers of its own. Dropout is off: its random choices are not PyTorch's.
PLAIN = {
    "relu": F.relu,
    "relu6": F.relu6,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "silu": F.silu,
    "gelu": F.gelu,
    "dropout": lambda x: x,
    "dropout2d": lambda x: x,
    "softmax": lambda x: F.softmax(x, dim=1),
    "logSoftmax": lambda x: F.log_softmax(x, dim=1),
    "flatten": lambda x: torch.flatten(x, 1),
    "globalAvgPool2d": lambda x: F.adaptive_avg_pool2d(x, 1),
}
INTEGERS = (-128, 127)
SLIDING = ("conv2d", "maxPool2d", "avgPool2d")
JOINS = ("add", "concat", "multiply")
NORMS = ("batchNorm2d", "batchNorm1d")


def pair(size):
    return tuple(size) if isinstance(size, (list, tuple)) else (size, size)


def window(layer):
    """Kernel, stride and padding; a pool's stride is its kernel by default, a convolution's is 1."""
    kernel = pair(layer["kernelSize"])
    default = 1 if layer["type"] == "conv2d" else kernel
    return kernel, pair(layer.get("stride", default)), pair(layer.get("padding", 0))


def sides(layer):
    """Left, right, top, bottom of a zeroPad2d."""
    padding = layer["padding"]
    return tuple(padding) if isinstance(padding, (list, tuple)) else (padding,) * 4


def with_inputs(spec):
    """(layer, names it reads) in order."""
    before = kInput
    for layer in spec["layers"]:
        yield layer, layer.get("from") or [before]
        before = layer["name"]


def output_shape(layer, shapes):
    """[C,H,W] of what a layer makes of the shapes it reads."""
    kind, (channels, *size_of) = layer["type"], shapes[0]
    if kind in SLIDING:
        dilation = pair(layer.get("dilation", 1))
        spatial = [(size + 2 * p - d * (k - 1) - 1) // s + 1 for size, d, k, s, p in zip(size_of, dilation, *window(layer))]
        return [layer.get("outChannels", channels), *spatial]
    if kind == "flatten":
        return [math.prod(shapes[0]), 1, 1]
    if kind == "linear":
        return [layer["outFeatures"], 1, 1]
    if kind == "globalAvgPool2d":
        return [channels, 1, 1]
    if kind == "concat":
        return [sum(shape[0] for shape in shapes), *size_of]
    if kind == "zeroPad2d":
        left, right, top, bottom = sides(layer)
        return [channels, size_of[0] + top + bottom, size_of[1] + left + right]
    if kind == "multiply":
        return list(max(shapes, key=math.prod))
    return list(shapes[0])


def layers_and_inputs(spec):
    """(layer, [C,H,W] of the first that it reads) in order."""
    shapes = {kInput: list(spec["input"])}
    for layer, names in with_inputs(spec):
        read = [shapes[name] for name in names]
        yield layer, list(read[0])
        shapes[layer["name"]] = output_shape(layer, read)


def is_buffer(name):
    """Running statistics are stored among the parameters but not trained."""
    return name.rpartition(".")[2].startswith("running_")


def norm_state(channels):
    """Batch norm starts from ones and zeros, which would hide a mistake: these are random instead."""
    return {
        "weight": torch.rand(channels) + 0.5,
        "bias": 0.3 * torch.randn(channels),
        "running_mean": 0.3 * torch.randn(channels),
        "running_var": torch.rand(channels) + 0.5,
    }


def initial_parameters(spec):
    """float32 arrays from torch's global generator, in state_dict's order; PyTorch's modules own the initialisation."""
    parameters = {}
    for layer, (channels, height, width) in layers_and_inputs(spec):
        bias = layer.get("bias", True)
        if layer["type"] == "conv2d":
            kernel, groups = window(layer)[0], layer.get("groups", 1)
            state = torch.nn.Conv2d(channels, layer["outChannels"], kernel, groups=groups, bias=bias).state_dict()
        elif layer["type"] == "linear":
            state = torch.nn.Linear(channels * height * width, layer["outFeatures"], bias=bias).state_dict()
        elif layer["type"] in NORMS:
            state = norm_state(channels)
        else:
            continue
        for name, value in state.items():
            parameters[f"{layer['name']}.{name}"] = value.numpy().copy()
    return parameters


def straight_through(rounded, x, mask=True):
    """`rounded` with the gradient of x where the mask is set, else none."""
    return rounded.detach() + torch.where(torch.as_tensor(mask), x - x.detach(), torch.zeros_like(x))


def fake_quantize(x, layer):
    """torch.fake_quantize_per_tensor_affine, which has no float64."""
    scale, zero = layer["scale"], layer.get("zeroPoint", 0)
    integers = torch.round(x / scale) + zero
    low, high = INTEGERS
    inside = (integers >= low) & (integers <= high)
    return straight_through((torch.clamp(integers, low, high) - zero) * scale, x, inside)


def fake_quantize_weights(weight, bias, layer):
    """Symmetric int8 with a scale for each output channel, for a linear layer one; biases in units of this and the input's scale."""
    sizes = weight.detach().abs()
    sides = tuple(range(1, weight.dim())) if layer["type"] == "conv2d" else tuple(range(weight.dim()))
    scale = torch.amax(sizes, sides, keepdim=True) / 127
    rounded = straight_through(torch.round(weight / scale) * scale, weight)
    if bias is None:
        return rounded, None
    unit = (layer["inputScale"] * scale).flatten()
    return rounded, straight_through(torch.round(bias / unit) * unit, bias)


def run_layer(layer, inputs, weights, training):
    name, kind, x = layer["name"], layer["type"], inputs[0]
    weight, bias = weights.get(f"{name}.weight"), weights.get(f"{name}.bias")
    if layer.get("inputScale", 0) > 0:
        weight, bias = fake_quantize_weights(weight, bias, layer)
    if kind == "fakeQuantize":
        return fake_quantize(x, layer)
    if kind == "conv2d":
        _, stride, padding = window(layer)
        options = {"dilation": pair(layer.get("dilation", 1)), "groups": layer.get("groups", 1)}
        return F.conv2d(x, weight, bias, stride=stride, padding=padding, **options)
    if kind == "zeroPad2d":
        return F.pad(x, sides(layer))
    if kind == "maxPool2d":
        return F.max_pool2d(x, *window(layer))
    if kind == "avgPool2d":
        return F.avg_pool2d(x, *window(layer))
    if kind == "linear":
        return F.linear(torch.flatten(x, 1), weight, bias)
    if kind in NORMS:
        running = weights[f"{name}.running_mean"], weights[f"{name}.running_var"]
        return F.batch_norm(x, *running, weight, bias, training, layer.get("momentum", 0.1), layer.get("eps", 1e-5))
    if kind == "leakyReLU":
        return F.leaky_relu(x, layer.get("negativeSlope", 0.01))
    if kind == "multiply" and any(each.dim() == 4 and math.prod(each.shape[2:]) > 1 for each in inputs):
        return math.prod(each[:, :, None, None] if each.dim() == 2 else each for each in inputs)
    if kind in JOINS:
        if any(each.dim() == 2 for each in inputs):  # [N,C] beside [N,C,1,1]
            inputs = [torch.flatten(each, 1) for each in inputs]
        if kind == "multiply":
            return math.prod(inputs)
        return sum(inputs[1:], inputs[0]) if kind == "add" else torch.cat(inputs, 1)
    return PLAIN[kind](x)


def forward(spec, weights, x, training=False):
    """Each layer's output by the layer's name, for x [N,C,H,W]. Training: batch norm by this batch, whose statistics then
    move the running ones among `weights` in place."""
    outputs = {kInput: x}
    for layer, names in with_inputs(spec):
        outputs[layer["name"]] = run_layer(layer, [outputs[name] for name in names], weights, training)
    del outputs[kInput]
    return outputs
