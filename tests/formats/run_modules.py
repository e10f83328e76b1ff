# SPDX-License-Identifier: MIT
#
# run_modules.py FOLDER: imports each generated module N.py of a folder, loads N.safetensors with it, runs it over the images of N.bytes
# and writes the scores as N.scores, float32. Prints what PyTorch's own way of counting says of each.

import importlib.util
import json
import pathlib
import sys

import numpy as np
import torch


def run(module_file):
    spec = importlib.util.spec_from_file_location(f"network{module_file.stem}", module_file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.load(module_file.with_suffix(".safetensors"))
    facts = json.loads(module_file.with_suffix(".json").read_text())
    images = np.fromfile(module_file.with_suffix(".bytes"), dtype=np.uint8).reshape(-1, *facts["input"])
    with torch.no_grad():
        scores = network(torch.from_numpy(images).float())
    scores.numpy().astype(np.float32).tofile(module_file.with_suffix(".scores"))
    trained = sum(parameter.numel() for parameter in network.parameters())
    return {"parameters": trained, "classNames": module.CLASS_NAMES, "shape": list(scores.shape)}


def main():
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1])
    print(json.dumps({file.stem: run(file) for file in sorted(folder.glob("*.py"))}))


if __name__ == "__main__":
    main()
