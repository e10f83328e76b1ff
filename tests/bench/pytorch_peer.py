# SPDX-License-Identifier: MIT
#
# PyTorch's side of peers.mjs: trains a model, given as a spec of TinyCNN's own, on one thread for as long as each line on stdin asks, and
# answers in JSON lines. Inputs are normalised once, before the clock starts; a step gathers its shuffled batch, runs forward with
# dropout, loss, backward and optimizer. Schedules and augmentation are left out.
# usage: pytorch_peer.py IMAGES LABELS (raw bytes of [N,28,28] and [N]) contiguous|channels_last (memory format of images and weights)

import json
import math
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "parity"))
from specs import layers_and_inputs, window, with_inputs  # noqa: E402

kTrialSeconds = 1.0
kDefaults = {"mkldnn": True, "foreach": False}
kChoices = [{"mkldnn": mkldnn, "foreach": foreach} for mkldnn in (True, False) for foreach in (True, False)]
kFormats = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
kPlain = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "flatten": nn.Flatten,
}


class GlobalAvgPool2d(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def module_of(layer, shape):
    """The torch.nn module of one layer of a spec that reads [C,H,W]; None for those that join others."""
    kind = layer["type"]
    if kind == "conv2d":
        kernel, stride, padding = window(layer)
        options = {"groups": layer.get("groups", 1), "bias": layer.get("bias", True)}
        return nn.Conv2d(shape[0], layer["outChannels"], kernel, stride, padding, **options)
    if kind in ("maxPool2d", "avgPool2d"):
        return (nn.MaxPool2d if kind == "maxPool2d" else nn.AvgPool2d)(*window(layer))
    if kind == "linear":
        return nn.Linear(math.prod(shape), layer["outFeatures"], bias=layer.get("bias", True))
    if kind in ("batchNorm2d", "batchNorm1d"):
        norm = nn.BatchNorm2d if kind == "batchNorm2d" else nn.BatchNorm1d
        return norm(shape[0], eps=layer.get("eps", 1e-5), momentum=layer.get("momentum", 0.1))
    if kind in ("dropout", "dropout2d"):
        return (nn.Dropout if kind == "dropout" else nn.Dropout2d)(layer.get("p", 0.5))
    if kind in ("softmax", "logSoftmax"):
        return (nn.Softmax if kind == "softmax" else nn.LogSoftmax)(dim=1)
    if kind == "globalAvgPool2d":
        return GlobalAvgPool2d()
    if kind in ("add", "concat"):
        return None
    return nn.LeakyReLU(layer.get("negativeSlope", 0.01)) if kind == "leakyReLU" else kPlain[kind]()


class Branched(nn.Module):
    """A spec whose layers read others than the one before."""

    def __init__(self, spec, modules):
        super().__init__()
        self.steps = [(layer["name"], layer["type"], names) for layer, names in with_inputs(spec)]
        self.parts = nn.ModuleDict({name: module for name, module in modules.items() if module is not None})

    def forward(self, x):
        outputs = {"input": x}
        for name, kind, names in self.steps:
            inputs = [outputs[each] for each in names]
            if kind == "add":
                outputs[name] = sum(inputs[1:], inputs[0])
            elif kind == "concat":
                outputs[name] = torch.cat(inputs, 1)
            else:
                outputs[name] = self.parts[name](inputs[0])
        return outputs[self.steps[-1][0]]


def model_of(spec):
    modules = {layer["name"]: module_of(layer, shape) for layer, shape in layers_and_inputs(spec)}
    before = ["input", *modules][:-1]
    in_order = all(names == [name] for (_, names), name in zip(with_inputs(spec), before))
    return nn.Sequential(*modules.values()) if in_order else Branched(spec, modules)


def optimizer_of(options, parameters, foreach):
    shared = {"lr": options["learningRate"], "weight_decay": options.get("weightDecay", 0.0), "foreach": foreach}
    if options["type"] in ("adam", "adamW"):
        kind = torch.optim.Adam if options["type"] == "adam" else torch.optim.AdamW
        return kind(parameters, betas=tuple(options["betas"]), eps=options["eps"], **shared)
    if options["type"] == "sgd":
        return torch.optim.SGD(parameters, momentum=options["momentum"], nesterov=options["nesterov"], **shared)
    return torch.optim.RMSprop(
        parameters, alpha=options["alpha"], eps=options["eps"], momentum=options["momentum"], **shared
    )


def loss_of(options):
    if options["type"] == "crossEntropy":
        return nn.CrossEntropyLoss(label_smoothing=options.get("labelSmoothing", 0.0))
    if options["type"] == "nll":
        return F.nll_loss
    return lambda output, labels: F.mse_loss(output, F.one_hot(labels, output.shape[1]).float())


class Training:
    def __init__(self, images, labels, run, choice):
        torch.manual_seed(1)
        self.images, self.labels, self.mkldnn = images, labels, choice["mkldnn"]
        self.format = kFormats[sys.argv[3]]
        self.run_options, self.choice, self.batch_size = run, choice, run["batchSize"]
        self.loss = loss_of(run["loss"])
        self.restart()

    def restart(self):
        self.model = model_of(self.run_options["spec"]).to(memory_format=self.format)
        self.optimizer = optimizer_of(self.run_options["optimizer"], self.model.parameters(), self.choice["foreach"])
        self.order = torch.randperm(len(self.labels))
        self.position = 0

    def step(self):
        if self.position + self.batch_size > len(self.order):
            self.order, self.position = torch.randperm(len(self.order)), 0
        batch = self.order[self.position : self.position + self.batch_size]
        self.position += self.batch_size
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.model(self.images[batch].contiguous(memory_format=self.format)), self.labels[batch])
        loss.backward()
        self.optimizer.step()
        return loss

    def run(self, seconds):
        """Trains from fresh weights for at least `seconds`; images, seconds and the last loss."""
        self.restart()
        with torch.backends.mkldnn.flags(enabled=self.mkldnn):
            self.step()
            start, steps = time.perf_counter(), 0
            while (elapsed := time.perf_counter() - start) < seconds:
                loss = self.step()
                steps += 1
        return {"images": steps * self.batch_size, "seconds": elapsed, "loss": loss.item()}


def blas_libraries():
    """The BLAS and LAPACK files that this process has loaded."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        files = {line.split()[-1] for line in maps}
    return sorted(file for file in files if "blas" in file.rsplit("/", 1)[-1])


def fastest_choice(images, labels, run):
    def speed(choice):
        training = Training(images, labels, run, choice)
        training.run(kTrialSeconds / 4)
        result = training.run(kTrialSeconds)
        return result["images"] / result["seconds"]

    return max(kChoices, key=speed)


def main():
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    raw = [np.fromfile(path, dtype=np.uint8) for path in sys.argv[1:3]]
    images = (torch.from_numpy(raw[0]).float().reshape(-1, 1, 28, 28) / 255 - 0.1307) / 0.3081
    labels = torch.from_numpy(raw[1]).long()
    trainings = {}
    versions = {"torch": torch.__version__, "python": sys.version.split()[0], "threads": torch.get_num_threads()}
    print(json.dumps({**versions, "blas": blas_libraries()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if request["type"] == "prepare":
            run = request["run"]
            choice = fastest_choice(images, labels, run) if request["choose"] else kDefaults
            trainings[request["key"]] = Training(images, labels, run, choice)
            answer = choice
        else:
            answer = trainings[request["key"]].run(request["seconds"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
