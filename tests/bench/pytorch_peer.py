# SPDX-License-Identifier: MIT
#
# PyTorch's side of peers.mjs: trains TinyCNN on one thread for as long as each line on stdin asks, and answers in JSON lines. Inputs
# are normalised once, before the clock starts; a step gathers its shuffled batch, runs forward, loss, backward and Adam.
# usage: pytorch_peer.py IMAGES LABELS (raw bytes of [N,28,28] and [N])

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

kArea = 28 * 28
kTrialSeconds = 1.0
kDefaults = {"mkldnn": True, "foreach": False}
kChoices = [{"mkldnn": mkldnn, "foreach": foreach} for mkldnn in (True, False) for foreach in (True, False)]


def tinycnn():
    features = [nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    return nn.Sequential(*features, nn.Linear(576, 32), nn.ReLU(), nn.Linear(32, 10))


class Training:
    def __init__(self, images, labels, batch_size, choice):
        torch.manual_seed(1)
        self.images, self.labels, self.batch_size, self.mkldnn = images, labels, batch_size, choice["mkldnn"]
        self.model = tinycnn()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, foreach=choice["foreach"])
        self.order = torch.randperm(len(labels))
        self.position = 0

    def step(self):
        if self.position + self.batch_size > len(self.order):
            self.order, self.position = torch.randperm(len(self.order)), 0
        batch = self.order[self.position : self.position + self.batch_size]
        self.position += self.batch_size
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(self.images[batch]), self.labels[batch])
        loss.backward()
        self.optimizer.step()
        return loss

    def run(self, seconds):
        """Trains for at least `seconds`; images, seconds and the last loss."""
        with torch.backends.mkldnn.flags(enabled=self.mkldnn):
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


def fastest_choice(images, labels, batch_size):
    def speed(choice):
        training = Training(images, labels, batch_size, choice)
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
        batch_size = request["batchSize"]
        if request["type"] == "prepare":
            choice = fastest_choice(images, labels, batch_size) if request["choose"] else kDefaults
            trainings[batch_size] = Training(images, labels, batch_size, choice)
            answer = choice
        else:
            answer = trainings[batch_size].run(request["seconds"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
