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
import subprocess

import numpy as np
import torch

import training_cases
import zoo_weights
from fixture_files import metadata, rounded, write_safetensors
from layer_cases import CASE_FILES
from specs import NORMS, TINYCNN, initial_parameters
from strokes import digit_like_images
from torch_runs import distance, distances, forward_and_backward, kNormalize, train

kSeed = 20
kBatchSize = 16
kSteps = 10
kOptimizers = {
    "adam": {"type": "adam", "learningRate": 1e-3},
    "sgd": {"type": "sgd", "learningRate": 0.01, "momentum": 0.9, "weightDecay": 5e-4},
    "adam-decay": {"type": "adam", "learningRate": 1e-3, "weightDecay": 5e-4},
}
kNormSteps = 3  # that cases with batch norm are trained, on the same batch each time
kNormOptimizer = {"type": "sgd", "learningRate": 0.05, "momentum": 0.9}
kBoth = (torch.float64, torch.float32)
kMoves = 12
kMove = 1e-6  # of each weight; what a float32 output is off by
kSteady = 1e-4


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
        forward_and_backward(TINYCNN, parameters, *batches[0], dtype, kNormalize) for dtype in kBoth
    )
    kept = {name: value for name, value in truth.items() if name.split("/")[0] in ("loss", "gradient") or name == "output/fc2"}
    start = {**rounded(parameters, "weight/"), **rounded(kept)}
    far = {name: distance(truth[name], single[name], True) for name in kept}
    write_safetensors(folder / "tinycnn-start.safetensors", start, metadata(**common, pytorchFloat32Relative=far))

    write_safetensors(folder / "tinycnn-batches.safetensors", {"images": images, "labels": labels}, metadata(**common))

    tensors, far = {}, {}
    for name, options in kOptimizers.items():
        (truth, _), (single, _) = (train(TINYCNN, parameters, batches, options, dtype) for dtype in kBoth)
        tensors.update(rounded(truth, f"{name}/"))
        far[name] = distances(truth, single, relative=False)
    report = metadata(**common, optimizers=kOptimizers, pytorchFloat32Absolute=far)
    write_safetensors(folder / "tinycnn-trained.safetensors", tensors, report)


def run_case(case, parameters, images, labels, dtype):
    """What forward_and_backward gives; with batch norm also the weights after some steps, under trained/."""
    spec, normalize, loss = case["spec"], case.get("normalize", kNormalize), case.get("loss", {"type": "crossEntropy"})
    result = forward_and_backward(spec, parameters, images, labels, dtype, normalize, loss)
    if not any(layer["type"] in NORMS for layer in spec["layers"]):
        del result["trainingLoss"]  # equal to the loss
        return result
    batches = [(images, labels)] * kNormSteps
    trained, _ = train(spec, parameters, batches, kNormOptimizer, dtype, loss=loss, normalize=normalize)
    after = forward_and_backward(spec, trained, images, labels, dtype, normalize, loss)
    result["lossAfterTraining"] = after["loss"]
    del trained["losses"]
    return {**result, **{f"trained/{name}": value for name, value in trained.items()}}


def layer_fixtures(folder, file, layer_cases):
    tensors, cases = {}, []
    random = np.random.RandomState(kSeed)
    for case in layer_cases:
        spec = case["spec"]
        torch.manual_seed(kSeed + len(cases))
        parameters = {name: value * np.float32(case.get("gain", 1)) for name, value in initial_parameters(spec).items()}
        _, height, width = spec["input"]
        images = random.randint(0, 256, (case["count"], height, width)).astype(np.uint8)
        labels = random.randint(0, case["classes"], case["count"]).astype(np.uint8)
        truth, single = (run_case(case, parameters, images, labels, dtype) for dtype in kBoth)
        far = distances(truth, single)
        inner = [f"output/{layer['name']}" for layer in spec["layers"][:-1]]
        truth.update({name: truth[name][:1] for name in inner})  # the first sample's are enough, and keep the file small
        prefix = f"{spec['name']}/"
        tensors.update({prefix + "images": images, prefix + "labels": labels})
        tensors.update({**rounded(parameters, prefix + "weight/"), **rounded(truth, prefix)})
        options = {"normalize": kNormalize, **{key: case[key] for key in ("normalize", "loss", "trains") if key in case}}
        cases.append({"spec": spec, **options, "pytorchFloat32Relative": max(far.values())})
    report = metadata(cases=cases, normSteps=kNormSteps, normOptimizer=kNormOptimizer)
    write_safetensors(folder / f"{file}.safetensors", tensors, report)


def training_fixtures(folder, file, runs):
    """Every run trains both networks on the same batches."""
    random, count = np.random.RandomState(kSeed), training_cases.kSteps * training_cases.kBatchSize
    images = random.randint(0, 256, (count, training_cases.kSide, training_cases.kSide)).astype(np.uint8)
    labels = random.randint(0, training_cases.kClasses, count).astype(np.uint8)
    spans = [slice(i, i + training_cases.kBatchSize) for i in range(0, count, training_cases.kBatchSize)]
    batches = [(images[span], labels[span]) for span in spans]
    tensors, entries = {"images": images, "labels": labels}, []
    torch.manual_seed(kSeed)
    for network, spec in training_cases.NETWORKS.items():
        parameters = initial_parameters(spec)
        tensors.update(rounded(parameters, f"{network}/weight/"))
        for run in runs:
            (truth, rates), (single, _) = (
                train(spec, parameters, batches, run["optimizer"], dtype, run["schedule"], ema_decay=run.get("emaDecay", 0))
                for dtype in kBoth
            )
            tensors.update(rounded(truth, f"{network}/{run['name']}/"))
            far = distances(truth, single)
            entries.append({**run, "network": network, "learningRates": rates, "pytorchFloat32Relative": max(far.values())})
    report = metadata(networks=training_cases.NETWORKS, runs=entries, batchSize=training_cases.kBatchSize, steps=training_cases.kSteps)
    write_safetensors(folder / f"{file}.safetensors", tensors, report)


def train_by_recipe(entry, parameters, batches, dtype):
    spec, recipe = entry["spec"], entry["recipe"]
    options = {"normalize": recipe["normalize"], "loss": recipe["loss"]}
    return train(spec, parameters, batches, recipe["optimizer"], dtype, recipe["schedule"], **options)[0]


def rotated(batches, first):
    return batches[first:] + batches[:first]


def is_steady(entry, batches):
    """Whether weights that begin a little otherwise, by what float32 may be off, end a little otherwise: that no ReLU and no max-pool on the
    way is so near a tie that they send a gradient elsewhere."""
    parameters, random = zoo_weights.initial_parameters(entry["spec"]), np.random.RandomState(kSeed)
    truth = train_by_recipe(entry, parameters, batches, torch.float64)
    for _ in range(kMoves):
        moved = {name: value * (1 + random.uniform(-kMove, kMove, value.shape)) for name, value in parameters.items()}
        if max(distances(truth, train_by_recipe(entry, moved, batches, torch.float64)).values()) > kSteady:
            return False
    return True


def first_batch(entry, batches):
    """Where training begins so that it is steady; 0 if it is so nowhere."""
    return next((first for first in range(len(batches)) if is_steady(entry, rotated(batches, first))), 0)


def zoo_runs(entry, batches, first, dtype):
    """Summaries of one forward and backward pass, and of the weights after a step for each batch, from the first one on."""
    spec, recipe = entry["spec"], entry["recipe"]
    parameters = zoo_weights.initial_parameters(spec)
    once = forward_and_backward(spec, parameters, *batches[0], dtype, recipe["normalize"], recipe["loss"])
    kept = {name: value for name, value in once.items() if not name.startswith("output/")}
    kept["output"] = once[f"output/{spec['layers'][-1]['name']}"]
    trained = train_by_recipe(entry, parameters, rotated(batches, first), dtype)
    return {**kept, **{f"trained/{name}": value for name, value in trained.items()}}


def farthest(distances_by_name):
    """The largest of what is before the slash: gradient/…, trained/…"""
    groups = {}
    for name, far in distances_by_name.items():
        group = name if name == "trained/losses" else name.split("/")[0]
        groups[group] = max(groups.get(group, 0.0), far)
    return groups


def zoo_fixtures(folder):
    """The package tells its zoo, so it has to be built (npm run build)."""
    script = pathlib.Path(__file__).parent / "print_zoo.mjs"
    zoo = json.loads(subprocess.run(["node", script], check=True, capture_output=True).stdout)
    images, labels = digit_like_images(kBatchSize * kSteps, kSeed)  # those of tinycnn-batches
    spans = [slice(i, i + zoo_weights.kBatchSize) for i in range(0, kSteps * zoo_weights.kBatchSize, zoo_weights.kBatchSize)]
    batches = [(images[span], labels[span]) for span in spans]
    tensors, models = {}, []
    for entry in zoo:
        first = first_batch(entry, batches)
        truth, single = (zoo_runs(entry, batches, first, dtype) for dtype in kBoth)
        sampled = {name: zoo_weights.sample(value) for name, value in truth.items()}
        tensors.update(rounded(sampled, f"{entry['id']}/"))
        sums = {name: zoo_weights.sums(value) for name, value in truth.items()}
        models.append({**entry, "firstBatch": first, "sums": sums, "pytorchFloat32Relative": farthest(distances(truth, single))})
    report = metadata(models=models, batchSize=zoo_weights.kBatchSize, steps=kSteps)
    write_safetensors(folder / "zoo.safetensors", tensors, report)


def survey(seeds):
    for seed in range(1, seeds + 1):
        parameters, batches = tinycnn_start(seed)
        for name, options in kOptimizers.items():
            (truth, _), (single, _) = (train(TINYCNN, parameters, batches, options, dtype) for dtype in kBoth)
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
    for file, cases in CASE_FILES.items():
        layer_fixtures(folder, file, cases)
    training_fixtures(folder, "optimizers", training_cases.OPTIMIZERS)
    training_fixtures(folder, "schedules", training_cases.SCHEDULES)
    zoo_fixtures(folder)


if __name__ == "__main__":
    main()
