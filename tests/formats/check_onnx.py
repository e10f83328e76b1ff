# SPDX-License-Identifier: MIT
#
# check_onnx.py FILE…: ONNX's own checker and shape inference on each file, strict. Prints what it finds as JSON, one report per file.

import json
import sys

import onnx
from onnx import checker, shape_inference


def sizes(value):
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]


def report(file):
    model = onnx.load(file)
    checker.check_model(model, full_check=True)
    stated = {value.name: sizes(value) for value in [*model.graph.value_info, *model.graph.output]}
    outputs = [[value.name, sizes(value)] for value in model.graph.output]
    del model.graph.value_info[:]
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    inferred = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    found = {value.name: sizes(value) for value in [*inferred.value_info, *inferred.output]}
    return {
        "ir": model.ir_version,
        "opsets": {each.domain: each.version for each in model.opset_import},
        "wrongShapes": {name: [shape, found.get(name)] for name, shape in stated.items() if found.get(name) != shape},
        "nodes": [[node.op_type, node.name] for node in model.graph.node],
        "initializers": [each.name for each in model.graph.initializer],
        "metadata": {each.key: each.value for each in model.metadata_props},
        "input": [[value.name, sizes(value)] for value in model.graph.input],
        "output": outputs,
    }


print(json.dumps([report(file) for file in sys.argv[1:]]))
