# SPDX-License-Identifier: MIT
#
# Random networks out of all layers, with branches that join again, as ModelSpecs from a seed, and what PyTorch makes of each: outputs,
# loss, gradients, and weights after some steps of a random optimizer, schedule and loss. Every layer is read by another, for PyTorch
# gives what nobody reads no gradient at all. RandomState's stream is frozen by numpy: a seed's networks never change.

import argparse
import pathlib

import numpy as np
import torch

from fixture_files import metadata, rounded, write_safetensors
from specs import NORMS, initial_parameters, output_shape
from torch_runs import distances, forward_and_backward, kNormalize, train

kSteps = 4
kFarthest = 2e-4  # that PyTorch's float32 may be from its float64, relative
kLargestLoss = 10.0  # what exceeds it is about to diverge
kPlain = ("relu", "relu", "relu", "sigmoid", "tanh", "silu", "gelu", "leakyReLU", "dropout")
kMostChannels = 24
kMostFeatures = 400  # that a linear layer reads


class Builder:
    """Grows a network layer by layer; `shapes` holds [C,H,W] of all that can be read."""

    def __init__(self, random):
        self.random = random
        self.layers = []
        self.shapes = {"input": [1, *random.randint(5, 15, 2).tolist()]}
        self.last = "input"
        self.has_norms = self.chance(0.6)

    def chance(self, probability):
        return self.random.uniform() < probability

    def choose(self, options):
        return options[self.random.randint(len(options))]

    @property
    def shape(self):
        return self.shapes[self.last]

    def append(self, kind, names=None, **options):
        name = f"{kind}{len(self.layers) + 1}"
        names = names or [self.last]
        layer = {"name": name, "type": kind, "from": names, **options}
        self.layers.append(layer)
        self.shapes[name] = output_shape(layer, [self.shapes[each] for each in names])
        self.last = name

    def kernel(self, most, padding_of):
        """Sizes of a window that fits: kernel and padding, each a number or [height, width]."""
        sides = [int(self.random.randint(1, min(most, side) + 1)) for side in self.shape[1:]]
        paddings = [int(self.random.randint(0, padding_of(side) + 1)) for side in sides]
        strides = self.random.randint(1, 3, 2).tolist()
        if self.chance(0.6):  # square
            side = min(sides)
            return {"kernelSize": side, "padding": int(self.random.randint(0, padding_of(side) + 1)), "stride": strides[0]}
        return {"kernelSize": sides, "padding": paddings, "stride": strides}

    def conv(self):
        channels = self.shape[0]
        groups = self.choose([n for n in range(1, channels + 1) if channels % n == 0]) if self.chance(0.5) else 1
        out_channels = groups * int(self.random.randint(1, max(2, 9 // groups)))
        self.append("conv2d", outChannels=out_channels, groups=int(groups), bias=self.chance(0.6), **self.kernel(4, lambda k: k - 1))

    def pool(self):
        self.append(self.choose(["maxPool2d", "avgPool2d"]), **self.kernel(3, lambda k: k // 2))

    def activation(self):
        kind = self.choose(kPlain)
        options = {"leakyReLU": {"negativeSlope": float(self.random.uniform(0, 0.5))}, "dropout": {"p": 0.0}}
        self.append(kind, **options.get(kind, {}))

    def norm(self, kind):
        if self.has_norms:
            self.append(kind, eps=self.choose([1e-5, 1e-3]), momentum=self.choose([0.1, 0.5]))

    def join(self):
        """Add to, or concatenate with, any earlier layer that fits."""
        same_size = [name for name, shape in self.shapes.items() if shape[1:] == self.shape[1:] and name != self.last]
        same_shape = [name for name in same_size if self.shapes[name] == self.shape]
        kind = self.choose(["add", "concat"])
        others = same_shape if kind == "add" else [n for n in same_size if self.shapes[n][0] + self.shape[0] <= kMostChannels]
        if not others:
            return
        names = [self.last, self.choose(others)]
        if self.chance(0.3) and (kind == "add" or sum(self.shapes[n][0] for n in names) + self.shape[0] <= kMostChannels):
            names.append(self.choose([*names]))
        self.random.shuffle(names)
        self.append(kind, names)

    def branch(self):
        """Two ways from here that meet again."""
        fork, (channels, *_) = self.last, self.shape
        out_channels = int(self.random.randint(1, 6))
        kind = self.choose(["add", "concat"])
        ends = []
        for _ in range(2):
            self.last = fork
            side = self.choose([1, 3])
            if kind == "concat":
                out_channels = int(self.random.randint(1, 6))
            self.append("conv2d", outChannels=out_channels, kernelSize=side, padding=side // 2, bias=self.chance(0.6))
            if self.chance(0.5):
                self.activation()
            if self.chance(0.3):
                self.norm("batchNorm2d")
            ends.append(self.last)
        self.append(kind, ends)

    def grow_image(self):
        makers = [self.conv, self.conv, self.pool, self.activation, self.activation, self.join, self.branch]
        makers += [lambda: self.norm("batchNorm2d"), lambda: self.append("dropout2d", p=0.0)]
        for _ in range(self.random.randint(2, 9)):
            self.choose(makers)()

    def linear(self, features=None):
        self.append("linear", outFeatures=features or int(self.random.randint(2, 17)), bias=self.chance(0.7))

    def grow_vector(self):
        while np.prod(self.shape) > kMostFeatures:
            self.append("avgPool2d", kernelSize=2)
        self.append("globalAvgPool2d" if self.chance(0.3) else "flatten")
        makers = [self.linear, self.activation, lambda: self.norm("batchNorm1d"), self.join]
        makers += [lambda: self.append(self.choose(["softmax", "logSoftmax"]))]
        for _ in range(self.random.randint(0, 5)):
            self.choose(makers)()

    def end(self, loss):
        self.linear(int(self.random.randint(2, 12)))
        if loss["type"] == "nll":
            self.append("logSoftmax")
        elif loss["type"] == "mse" and self.chance(0.7):
            self.append(self.choose(["sigmoid", "softmax", "tanh"]))


def pruned(layers):
    """Without the layers that nobody reads, and `from` only where it is not the layer before."""
    read, kept = {layers[-1]["name"]}, []
    for layer in reversed(layers):
        if layer["name"] in read:
            read.update(layer["from"])
            kept.insert(0, layer)
    before = "input"
    for i, layer in enumerate(kept):
        if layer["from"] == [before]:
            kept[i] = {key: value for key, value in layer.items() if key != "from"}
        before = layer["name"]
    return kept


def random_loss(random):
    kind = ("crossEntropy", "crossEntropy", "nll", "mse")[random.randint(4)]
    smoothing = {"labelSmoothing": float(random.uniform(0, 0.5))} if kind == "crossEntropy" and random.uniform() < 0.5 else {}
    return {"type": kind, **smoothing}


def random_optimizer(random, has_norm):
    """Those that divide by a gradient's magnitude make steps of rounding where batch norm leaves no gradient."""
    kinds = ("sgd",) if has_norm else ("sgd", "adam", "adamW", "rmsprop")
    kind = kinds[random.randint(len(kinds))]
    # RMSprop's first steps are ten times the rate.
    options = {"type": kind, "learningRate": float(10 ** random.uniform(-3.5, -2)) / (10 if kind == "rmsprop" else 1)}
    if kind in ("sgd", "rmsprop") and random.uniform() < 0.6:
        options["momentum"] = float(random.uniform(0.5, 0.95))
        if kind == "sgd":
            options["nesterov"] = bool(random.uniform() < 0.5)
    if random.uniform() < 0.5:
        options["weightDecay"] = float(10 ** random.uniform(-4, -1))
    if random.uniform() < 0.4:
        options["clipNorm"] = float(10 ** random.uniform(-1, 1))
    return options


def random_schedule(random):
    options = [
        {"type": "constant"},
        {"type": "step", "stepSize": 2, "gamma": 0.5},
        {"type": "exponential", "gamma": 0.9},
        {"type": "cosine", "totalSteps": 6},
        {"type": "oneCycle", "totalSteps": 6, "pctStart": 0.4, "annealStrategy": ("cos", "linear")[random.randint(2)]},
    ]
    warmup = {"warmupSteps": 2} if random.uniform() < 0.3 else {}
    return {**options[random.randint(len(options))], **warmup}


def random_network(seed, index):
    """{ spec, loss, optimizer, schedule, count }"""
    random = np.random.RandomState([seed, index])
    builder, loss = Builder(random), random_loss(random)
    builder.grow_image()
    builder.grow_vector()
    builder.end(loss)
    layers = pruned(builder.layers)
    has_norm = any(layer["type"] in NORMS for layer in layers)
    spec = {"name": f"network {index + 1} of seed {seed}", "input": builder.shapes["input"], "layers": layers}
    options = {"optimizer": random_optimizer(random, has_norm), "schedule": random_schedule(random)}
    return {"spec": spec, "loss": loss, **options, "count": int(random.randint(6, 21)), "classes": builder.shape[0]}, random


def run_network(network, parameters, batches, dtype):
    spec, loss = network["spec"], network["loss"]
    result = forward_and_backward(spec, parameters, *batches[0], dtype, kNormalize, loss)
    trained, rates = train(spec, parameters, batches, network["optimizer"], dtype, network["schedule"], loss)
    return {**result, **{f"trained/{name}": value for name, value in trained.items()}}, rates


def run_everywhere(network, random, torch_seed):
    """All that a test needs to compare, and the network with how far PyTorch's float32 is from its float64."""
    torch.manual_seed(torch_seed)
    parameters = initial_parameters(network["spec"])
    _, height, width = network["spec"]["input"]
    images = random.randint(0, 256, (kSteps, network["count"], height, width)).astype(np.uint8)
    labels = random.randint(0, network["classes"], (kSteps, network["count"])).astype(np.uint8)
    batches = list(zip(images, labels))
    (truth, rates), (single, _) = (run_network(network, parameters, batches, dtype) for dtype in (torch.float64, torch.float32))
    prefix = f"{network['spec']['name']}/"
    tensors = {prefix + "images": images, prefix + "labels": labels}
    tensors.update({**rounded(parameters, prefix + "weight/"), **rounded(truth, prefix)})
    far = max(distances(truth, single).values())
    return tensors, {**network, "learningRates": rates, "pytorchFloat32Relative": far}


def comparable_networks(seed, count):
    """The first `count` whose numbers float32 can tell: those that diverge, or where batch norm blows up what nearly cancelled, say
    nothing."""
    tensors, networks, index = {}, [], 0
    while len(networks) < count:
        of_network, network = run_everywhere(*random_network(seed, index), torch_seed=1000 * seed + index)
        index += 1
        losses = of_network[f"{network['spec']['name']}/trained/losses"]
        if network["pytorchFloat32Relative"] <= kFarthest and losses.max() <= kLargestLoss:
            tensors.update(of_network)
            networks.append(network)
    return tensors, networks, index - count


def main():
    parser = argparse.ArgumentParser(description="Writes random networks and what PyTorch makes of them as a safetensors file.")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=50)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    tensors, networks, passed_over = comparable_networks(arguments.seed, arguments.count)
    report = metadata(networks=networks, passedOver=passed_over, steps=kSteps)
    write_safetensors(arguments.file, tensors, report, largest=None)


if __name__ == "__main__":
    main()
