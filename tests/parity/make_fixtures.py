# SPDX-License-Identifier: MIT
#
# Writes tests/parity/fixtures/*.safetensors with PyTorch: what TinyCNN and each layer must compute. The truth is PyTorch in float64,
# started from float32 weights and rounded to float32 for storage; how far PyTorch's own float32 is from it is recorded in each
# header, so that the tests' tolerances have a reason. Everything follows from kSeed: a second run writes the same tensors.
#
# Adam divides a gradient by its own magnitude, so a weight whose gradient nearly cancels turns rounding into a whole step: with some
# seeds PyTorch's own float32 ends further from float64 than the tests allow. `--survey N` prints that distance for seeds 1..N.

import argparse
import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

from layer_cases import LAYER_CASES
from specs import TINYCNN, forward, initial_parameters
from strokes import digit_like_images

kSeed = 20
kBatchSize = 16
kSteps = 10
kNormalize = {"mean": 0.1307, "std": 0.3081}
kOptimizers = {
    "adam": {"type": "adam", "learningRate": 1e-3},
    "sgd": {"type": "sgd", "learningRate": 0.01, "momentum": 0.9, "weightDecay": 5e-4},
    "adam-decay": {"type": "adam", "learningRate": 1e-3, "weightDecay": 5e-4},
}
kLargestFile = 400_000  # bytes; the fixtures are committed


def write_safetensors(path, tensors, metadata):
    """The safetensors format: u64 header length, JSON header, raw little-endian data. https://github.com/huggingface/safetensors"""
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
    if len(content) > kLargestFile:
        raise ValueError(f"{path.name}: {len(content)} bytes, more than the {kLargestFile} allowed")
    path.write_bytes(content)
    print(f"{path.name}: {len(tensors)} tensors, {len(content)} bytes")


def leaves(parameters, dtype):
    return {name: torch.tensor(value, dtype=dtype, requires_grad=True) for name, value in parameters.items()}


def normalized(images, dtype, normalize):
    """[N,H,W] bytes to [N,1,H,W]."""
    return ((torch.tensor(images).to(dtype) / 255 - normalize["mean"]) / normalize["std"]).unsqueeze(1)


def forward_and_backward(spec, parameters, images, labels, dtype, normalize):
    """Outputs of every layer, the mean cross entropy and its gradients, as float64 arrays."""
    weights = leaves(parameters, dtype)
    outputs = forward(spec, weights, normalized(images, dtype, normalize))
    logits = outputs[spec["layers"][-1]["name"]]
    loss = F.cross_entropy(logits, torch.tensor(labels).long())
    loss.backward()
    result = {f"output/{name}": value for name, value in outputs.items()}
    result["loss"] = loss.reshape(1)
    result.update({f"gradient/{name}": weight.grad for name, weight in weights.items()})
    return {name: value.detach().double().numpy() for name, value in result.items()}


def make_optimizer(options, weights):
    decay = options.get("weightDecay", 0)
    if options["type"] == "adam":
        return torch.optim.Adam(weights, lr=options["learningRate"], weight_decay=decay)
    return torch.optim.SGD(weights, lr=options["learningRate"], momentum=options["momentum"], weight_decay=decay)


def train(spec, parameters, batches, options, dtype):
    """Weights after one step per batch and the loss of each batch before its step, as float64 arrays."""
    weights = leaves(parameters, dtype)
    optimizer = make_optimizer(options, list(weights.values()))
    losses = []
    for images, labels in batches:
        optimizer.zero_grad()
        logits = forward(spec, weights, normalized(images, dtype, kNormalize))[spec["layers"][-1]["name"]]
        loss = F.cross_entropy(logits, torch.tensor(labels).long())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    result = {name: weight.detach().double().numpy() for name, weight in weights.items()}
    return {**result, "losses": np.array(losses)}


def distance(truth, other, relative):
    """The largest difference by elements; relative: in units of the truth's largest magnitude."""
    scale = max(np.abs(truth).max(), np.finfo(np.float64).tiny) if relative else 1.0
    return float(np.abs(truth - other).max() / scale)


def distances(truth, other, relative=True):
    return {name: distance(truth[name], other[name], relative) for name in truth}


def rounded(tensors, prefix=""):
    return {prefix + name: value.astype(np.float32) for name, value in tensors.items()}


def metadata(**entries):
    versions = {"torch": torch.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
    return {"versions": json.dumps(versions), **{name: json.dumps(value) for name, value in entries.items()}}


def tinycnn_start(seed):
    """Initial weights, and one (images, labels) for each step."""
    torch.manual_seed(seed)
    parameters = initial_parameters(TINYCNN)
    images, labels = digit_like_images(kBatchSize * kSteps, seed)
    spans = [slice(kBatchSize * i, kBatchSize * (i + 1)) for i in range(kSteps)]
    return parameters, [(images[span], labels[span]) for span in spans]


def tinycnn_fixtures(folder):
    parameters, batches = tinycnn_start(kSeed)
    images, labels = (np.concatenate(parts) for parts in zip(*batches))
    common = {"spec": TINYCNN, "normalize": kNormalize, "batchSize": kBatchSize, "steps": kSteps}

    truth, single = (
        forward_and_backward(TINYCNN, parameters, *batches[0], dtype, kNormalize) for dtype in (torch.float64, torch.float32)
    )
    kept = {name: value for name, value in truth.items() if not name.startswith("output/") or name == "output/fc2"}
    start = {**rounded(parameters, "weight/"), **rounded(kept)}
    far = {name: distance(truth[name], single[name], True) for name in kept}
    write_safetensors(folder / "tinycnn-start.safetensors", start, metadata(**common, pytorchFloat32Relative=far))

    write_safetensors(folder / "tinycnn-batches.safetensors", {"images": images, "labels": labels}, metadata(**common))

    tensors, far = {}, {}
    for name, options in kOptimizers.items():
        truth, single = (train(TINYCNN, parameters, batches, options, dtype) for dtype in (torch.float64, torch.float32))
        tensors.update(rounded(truth, f"{name}/"))
        far[name] = distances(truth, single, relative=False)
    report = metadata(**common, optimizers=kOptimizers, pytorchFloat32Absolute=far)
    write_safetensors(folder / "tinycnn-trained.safetensors", tensors, report)


def layer_fixtures(folder):
    tensors, cases = {}, []
    random = np.random.RandomState(kSeed)
    for case in LAYER_CASES:
        spec, normalize = case["spec"], case.get("normalize", kNormalize)
        torch.manual_seed(kSeed + len(cases))
        parameters = {name: value * np.float32(case.get("gain", 1)) for name, value in initial_parameters(spec).items()}
        _, height, width = spec["input"]
        images = random.randint(0, 256, (case["count"], height, width)).astype(np.uint8)
        labels = random.randint(0, case["classes"], case["count"]).astype(np.uint8)
        truth, single = (
            forward_and_backward(spec, parameters, images, labels, dtype, normalize) for dtype in (torch.float64, torch.float32)
        )
        far = distances(truth, single)
        inner = [f"output/{layer['name']}" for layer in spec["layers"][:-1]]
        truth.update({name: truth[name][:1] for name in inner})  # the first sample's are enough, and keep the file small
        prefix = f"{spec['name']}/"
        tensors.update({prefix + "images": images, prefix + "labels": labels})
        tensors.update({**rounded(parameters, prefix + "weight/"), **rounded(truth, prefix)})
        cases.append({"spec": spec, "normalize": normalize, "pytorchFloat32Relative": max(far.values())})
    write_safetensors(folder / "layers.safetensors", tensors, metadata(cases=cases))


def survey(seeds):
    for seed in range(1, seeds + 1):
        parameters, batches = tinycnn_start(seed)
        for name, options in kOptimizers.items():
            truth, single = (train(TINYCNN, parameters, batches, options, dtype) for dtype in (torch.float64, torch.float32))
            far = max(distance(truth[weight], single[weight], False) for weight in parameters)
            print(f"seed {seed}, {name}: PyTorch's float32 weights are within {far:.1e} of its float64 after {kSteps} steps")


def main():
    parser = argparse.ArgumentParser(description="Writes the PyTorch fixtures of tests/parity.")
    parser.add_argument("--survey", type=int, metavar="N", help="write nothing; print float32's distance from float64 for seeds 1..N")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.survey:
        survey(arguments.survey)
        return
    folder = pathlib.Path(__file__).parent / "fixtures"
    folder.mkdir(exist_ok=True)
    tinycnn_fixtures(folder)
    layer_fixtures(folder)


if __name__ == "__main__":
    main()
