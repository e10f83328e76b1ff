# SPDX-License-Identifier: MIT
#
# Small networks, each of which puts one layer's sizes to the test: odd sizes, windows that overlap or do not divide the image, channels
# and batches that fill no vector. Inputs have one channel, so a 1x1 convolution makes more of them where a layer is to read several.
# Each list becomes a file of fixtures.


def conv(name, channels, kernel, **options):
    return {"name": name, "type": "conv2d", "outChannels": channels, "kernelSize": kernel, **options}


def pool(kernel, **options):
    return {"name": "pool", "type": "maxPool2d", "kernelSize": kernel, **options}


def avg_pool(kernel, **options):
    return {"name": "pool", "type": "avgPool2d", "kernelSize": kernel, **options}


def plain(kind, name=None, **options):
    return {"name": name or kind, "type": kind, **options}


def join(kind, name, *inputs, **options):
    return {"name": name, "type": kind, "from": list(inputs), **options}


def after(input, layer):
    return {**layer, "from": [input]}


def linear(name, features, **options):
    return {"name": name, "type": "linear", "outFeatures": features, **options}


def relu(name="relu"):
    return {"name": name, "type": "relu"}


FLATTEN = {"name": "flatten", "type": "flatten"}


def case(name, size, count, layers, classes=3, **options):
    """`classes` logits come from a last linear layer unless the network ends in logits or scores (what some losses read) already."""
    ends_in_logits = layers[-1]["name"] in ("logits", "scores")
    tail = [] if ends_in_logits else [FLATTEN, linear("logits", classes)]
    spec = {"name": name, "input": [1, *size], "layers": layers + tail}
    return {"spec": spec, "count": count, "classes": classes, **options}


LAYER_CASES = [
    case("conv 1x1", (3, 4), 5, [conv("conv", 3, 1)]),
    case("conv 2x2, an even kernel", (5, 5), 4, [conv("conv", 2, 2)]),
    case("conv 3x3", (7, 6), 16, [conv("conv", 4, 3)]),
    case("conv 3x3 without bias", (5, 7), 9, [conv("conv", 3, 3, bias=False)]),
    case("conv 3x3, padding 1", (6, 5), 17, [conv("conv", 4, 3, padding=1)]),
    case("conv 3x3, stride 2", (8, 7), 8, [conv("conv", 3, 3, stride=2)]),
    case("conv 3x3, stride 2, padding 1, rows left over", (6, 8), 3, [conv("conv", 5, 3, stride=2, padding=1)]),
    case("conv 3x3, stride 3, padding 2", (8, 8), 7, [conv("conv", 2, 3, stride=3, padding=2)]),
    case("conv 5x5, padding 2", (5, 5), 6, [conv("conv", 3, 5, padding=2)]),
    case("conv 7x7, padding 3", (7, 5), 5, [conv("conv", 2, 7, padding=3)]),
    case("conv 1x1, stride 2", (7, 7), 5, [conv("conv", 3, 1, stride=2)]),
    case("conv 3x5, stride [2,1], padding [1,2]", (7, 6), 5, [conv("conv", 3, [3, 5], stride=[2, 1], padding=[1, 2])]),
    case("conv as large as the image", (4, 6), 5, [conv("conv", 5, [4, 6])]),
    case("conv 3x3 of 3 channels, padding 1", (5, 5), 10, [conv("expand", 3, 1), conv("conv", 5, 3, padding=1)]),
    case("conv 3x3 of 5 channels, stride 2", (7, 7), 10, [conv("expand", 5, 1), conv("conv", 3, 3, stride=2)]),
    case("conv 3x3 of 8 channels without bias", (5, 6), 33, [conv("expand", 8, 1), conv("conv", 4, 3, bias=False)]),
    case("conv 5x5 of 2 channels, padding 2", (6, 6), 6, [conv("expand", 2, 3, padding=1), conv("conv", 3, 5, padding=2)]),
    case("conv 1x1 of 7 channels", (4, 4), 6, [conv("expand", 7, 1), conv("conv", 3, 1)]),
    case("three convs with relus", (9, 9), 5, [conv("a", 3, 3), relu("r1"), conv("b", 5, 3, padding=1), relu("r2"), conv("c", 2, 3)]),
    case("pool 2", (8, 6), 16, [conv("expand", 3, 1), pool(2)]),
    case("pool 2 of an odd image", (7, 5), 5, [conv("expand", 3, 1), pool(2)]),
    case("pool 3", (9, 9), 4, [conv("expand", 2, 1), pool(3)]),
    case("pool 3, stride 1, overlapping", (6, 5), 5, [conv("expand", 3, 1), pool(3, stride=1)]),
    case("pool 3, stride 2, overlapping, of an even image", (8, 10), 5, [conv("expand", 2, 1), pool(3, stride=2)]),
    case("pool 2, stride 3, with gaps", (9, 8), 5, [conv("expand", 2, 1), pool(2, stride=3)]),
    case("pool 2x3, stride [1,2]", (5, 8), 5, [conv("expand", 3, 1), pool([2, 3], stride=[1, 2])]),
    case("pool as large as the image", (5, 4), 5, [conv("expand", 3, 1), pool([5, 4])]),
    case("pool of the image itself", (6, 6), 5, [pool(2)]),
    case("pool of a relu", (7, 8), 9, [conv("conv", 4, 3, padding=1), relu(), pool(2)]),
    case("relu after pool", (8, 8), 9, [conv("conv", 4, 3, padding=1), pool(2), relu()]),
    case("linear alone", (4, 5), 7, [FLATTEN, linear("logits", 3)]),
    case("linear without bias", (4, 5), 7, [FLATTEN, linear("logits", 3, bias=False)]),
    case("linear of one feature", (1, 1), 4, [FLATTEN, linear("logits", 2)], classes=2),
    case("two linears with relu", (5, 3), 17, [FLATTEN, linear("hidden", 13), relu(), linear("logits", 4)], classes=4),
    case("relu of the image itself", (5, 5), 5, [relu()]),
    case("flatten keeps channel, row, column order", (3, 5), 5, [conv("expand", 4, 1), FLATTEN, linear("logits", 3)]),
    case("one sample", (6, 6), 1, [conv("conv", 3, 3), relu(), pool(2)]),
    case("two classes", (4, 4), 8, [FLATTEN, linear("logits", 2)], classes=2),
    case("26 classes", (5, 5), 40, [FLATTEN, linear("logits", 26)], classes=26),
    case("large logits do not overflow", (5, 5), 12, [FLATTEN, linear("logits", 5)], classes=5, gain=300),
    case("other normalisation", (5, 5), 6, [conv("conv", 2, 3)], normalize={"mean": 0.5, "std": 0.25}),
    case("conv, then logits from flatten", (4, 4), 6, [conv("conv", 4, 4), {"name": "logits", "type": "flatten"}], classes=4),
    case("conv 1x1, padding 1", (3, 4), 5, [conv("conv", 3, 1, padding=1)]),
    case("conv 3x3, stride 2, padding 4", (5, 6), 5, [conv("conv", 3, 3, stride=2, padding=4)]),
]

DILATION_CASES = [
    case("conv 3x3, dilation 2", (7, 8), 9, [conv("conv", 3, 3, dilation=2)]),
    case("conv 3x3, dilation 2, padding 2", (6, 7), 8, [conv("expand", 3, 1), conv("conv", 5, 3, dilation=2, padding=2)]),
    case("conv 2x3, dilation [3,2], stride [1,2], padding [2,3], without bias", (8, 7), 5, [conv("expand", 2, 1), conv("conv", 4, [2, 3], dilation=[3, 2], stride=[1, 2], padding=[2, 3], bias=False)]),
    case("conv 5x1, dilation [1,4]", (7, 7), 6, [conv("conv", 3, [5, 1], dilation=[1, 4])]),
    case("conv 2x2, dilation 3, stride 6", (10, 11), 5, [conv("expand", 2, 1), conv("conv", 3, 2, dilation=3, stride=6)]),
    case("depthwise 3x3, dilation 2, padding 1", (7, 6), 9, [conv("expand", 4, 1), conv("conv", 4, 3, groups=4, dilation=2, padding=1)]),
    case("conv 3x3, dilation 2, relu and pool", (9, 9), 17, [conv("conv", 4, 3, dilation=2, padding=2), relu(), pool(2)]),
]

ZERO_PAD_CASES = [
    case("zeros on all sides", (5, 4), 9, [conv("expand", 3, 1), plain("zeroPad2d", padding=2), conv("conv", 3, 3)]),
    case("zeros on each side, another number of them", (5, 6), 8, [conv("expand", 2, 1), plain("zeroPad2d", padding=[1, 0, 2, 3]), conv("conv", 3, 3, stride=2)]),
    case("zeros around the image itself", (4, 4), 5, [plain("zeroPad2d", padding=[0, 1, 0, 1]), pool(2, stride=1)]),
    case("zeros after a relu, then an average", (6, 5), 7, [conv("conv", 3, 3), relu(), plain("zeroPad2d", padding=[1, 0, 1, 0]), avg_pool(2)]),
    case("no zeros", (4, 5), 6, [conv("conv", 2, 3), plain("zeroPad2d", padding=0)]),
]

GROUP_CASES = [
    case("conv 3x3 in 2 groups", (6, 5), 9, [conv("expand", 4, 1), conv("conv", 6, 3, groups=2)]),
    case("conv 3x3 in 3 groups, padding 1, without bias", (5, 5), 8, [conv("expand", 6, 1), conv("conv", 3, 3, groups=3, padding=1, bias=False)]),
    case("conv 1x1 in 4 groups", (3, 4), 5, [conv("expand", 8, 1), conv("conv", 4, 1, groups=4)]),
    case("conv 5x3 in 2 groups, stride [1,2], padding [2,1]", (6, 7), 7, [conv("expand", 2, 1), conv("conv", 4, [5, 3], groups=2, stride=[1, 2], padding=[2, 1])]),
    case("conv 2x2 in 5 groups, stride 2, rows left over", (7, 7), 17, [conv("expand", 5, 1), conv("conv", 10, 2, groups=5, stride=2)]),
    case("depthwise 3x3", (6, 6), 8, [conv("expand", 4, 1), conv("conv", 4, 3, groups=4)]),
    case("depthwise 3x3, padding 1, without bias", (5, 6), 11, [conv("expand", 7, 1), conv("conv", 7, 3, groups=7, padding=1, bias=False)]),
    case("depthwise 3x3, stride 2, padding 1", (7, 8), 6, [conv("expand", 3, 1), conv("conv", 3, 3, groups=3, stride=2, padding=1)]),
    case("depthwise 5x5, padding 2", (6, 6), 5, [conv("expand", 3, 1), conv("conv", 3, 5, groups=3, padding=2)]),
    case("depthwise 3x3 of two outputs a channel", (5, 5), 9, [conv("expand", 3, 1), conv("conv", 6, 3, groups=3)]),
    case("depthwise then pointwise", (8, 8), 10, [conv("expand", 4, 3), relu(), conv("deep", 4, 3, groups=4, padding=1, bias=False), conv("point", 6, 1)]),
]

POOL_CASES = [
    case("max-pool 3, padding 1", (7, 6), 9, [conv("expand", 3, 1), pool(3, padding=1)]),
    case("max-pool 3, stride 2, padding 1", (8, 8), 5, [conv("expand", 2, 1), pool(3, stride=2, padding=1)]),
    case("max-pool 3, stride 1, padding 1", (5, 4), 8, [conv("expand", 3, 1), pool(3, stride=1, padding=1)]),
    case("max-pool 2, padding 1", (5, 6), 7, [conv("expand", 2, 1), pool(2, padding=1)]),
    case("max-pool 4x3, stride [3,2], padding [2,1]", (9, 7), 5, [conv("expand", 2, 1), pool([4, 3], stride=[3, 2], padding=[2, 1])]),
    case("max-pool with padding of what is all negative", (4, 4), 5, [pool(3, stride=2, padding=1)], normalize={"mean": 2, "std": 0.5}),
    case("avg-pool 2", (6, 8), 9, [conv("expand", 3, 1), avg_pool(2)]),
    case("avg-pool 2 of an odd image", (7, 5), 5, [conv("expand", 3, 1), avg_pool(2)]),
    case("avg-pool 3, stride 1, overlapping", (6, 5), 8, [conv("expand", 3, 1), avg_pool(3, stride=1)]),
    case("avg-pool 2, stride 3, with gaps", (8, 8), 4, [conv("expand", 2, 1), avg_pool(2, stride=3)]),
    case("avg-pool 3, padding 1, counted as zeros", (6, 6), 7, [conv("expand", 2, 1), avg_pool(3, padding=1)]),
    case("avg-pool 3, stride 2, padding 1", (8, 7), 5, [conv("expand", 3, 1), avg_pool(3, stride=2, padding=1)]),
    case("avg-pool 2x5, stride [1,3], padding [1,2]", (5, 9), 6, [conv("expand", 2, 1), avg_pool([2, 5], stride=[1, 3], padding=[1, 2])]),
    case("avg-pool of the image itself", (5, 5), 3, [avg_pool(2)]),
    case("global average pool", (6, 5), 9, [conv("conv", 5, 3), plain("globalAvgPool2d")]),
    case("global average pool, then logits", (5, 7), 17, [conv("conv", 3, 3), relu(), conv("last", 4, 1), plain("globalAvgPool2d", "logits")], classes=4),
    case("global average pool of one pixel", (3, 3), 5, [conv("conv", 4, 3), plain("globalAvgPool2d")]),
]

JOIN_CASES = [
    case("add of two branches", (6, 6), 9, [conv("stem", 3, 3), conv("a", 4, 3, padding=1), after("stem", conv("b", 4, 1)), join("add", "add", "a", "b")]),
    case("add around a convolution", (5, 6), 8, [conv("stem", 4, 1), conv("a", 4, 3, padding=1), relu(), join("add", "add", "stem", "relu")]),
    case("add of three", (5, 5), 5, [conv("stem", 2, 1), conv("a", 2, 3, padding=1), conv("b", 2, 3, padding=1), join("add", "add", "stem", "a", "b")]),
    case("add of a layer to itself", (4, 4), 6, [conv("stem", 3, 3), join("add", "add", "stem", "stem")]),
    case("add with the image itself", (5, 5), 7, [conv("a", 1, 3, padding=1), join("add", "add", "a", "input")]),
    case("add of vectors", (4, 4), 9, [FLATTEN, linear("a", 6), plain("tanh"), linear("b", 6), join("add", "add", "b", "a"), linear("logits", 3)]),
    case("two residual blocks", (6, 6), 13, [conv("stem", 3, 3), conv("a", 3, 3, padding=1), relu("r1"), join("add", "add1", "stem", "r1"), conv("b", 3, 1), relu("r2"), join("add", "add2", "r2", "add1"), pool(2)]),
    case("concat of two branches", (6, 5), 9, [conv("stem", 2, 3), conv("a", 3, 3, padding=1), after("stem", conv("b", 2, 1)), join("concat", "concat", "a", "b")]),
    case("concat of three, one twice", (5, 5), 5, [conv("a", 2, 1), conv("b", 3, 3, padding=1), join("concat", "concat", "b", "a", "b"), conv("c", 2, 2)]),
    case("concat with the image itself", (6, 6), 8, [conv("a", 3, 3, padding=1), relu(), join("concat", "concat", "input", "relu")]),
    case("concat of vectors", (3, 4), 10, [FLATTEN, linear("a", 5), after("flatten", linear("b", 3)), plain("sigmoid"), join("concat", "concat", "a", "sigmoid"), linear("logits", 3)]),
    case("a branch that nobody reads", (5, 5), 5, [conv("a", 2, 3), after("input", conv("b", 3, 3)), after("a", FLATTEN), linear("logits", 3)]),
    case("product of two branches", (6, 6), 9, [conv("stem", 3, 3), conv("a", 4, 3, padding=1), after("stem", conv("b", 4, 1)), join("multiply", "multiply", "a", "b")]),
    case("product of three, one twice", (5, 5), 5, [conv("a", 2, 1), conv("b", 2, 3, padding=1), join("multiply", "multiply", "b", "a", "b")]),
    case("product with the image itself", (5, 4), 7, [conv("a", 1, 3, padding=1), join("multiply", "multiply", "input", "a")]),
    case("a gate for each channel", (6, 5), 9, [conv("conv", 4, 3), relu(), plain("globalAvgPool2d"), linear("down", 2), relu("r2"), linear("up", 4), plain("sigmoid"), join("multiply", "gated", "relu", "sigmoid"), pool(2)]),
    case("gates before their map", (5, 6), 8, [conv("conv", 3, 3, padding=1), plain("globalAvgPool2d", "gap"), conv("point", 3, 1), join("multiply", "gated", "gap", "point", "conv")]),
    case("product of vectors", (4, 4), 9, [FLATTEN, linear("a", 6), plain("tanh"), linear("b", 6), join("multiply", "multiply", "b", "a"), linear("logits", 3)]),
]

SQUASHING = ("leakyReLU", "sigmoid", "tanh", "silu", "gelu")
ACTIVATION_CASES = [
    *(case(f"{kind} of the image itself", (5, 4), 9, [plain(kind)]) for kind in SQUASHING),
    *(case(f"{kind} after conv", (6, 5), 5, [conv("conv", 3, 3), plain(kind), conv("last", 2, 2)]) for kind in SQUASHING),
    *(case(f"{kind} before pool", (6, 6), 8, [conv("conv", 3, 3), plain(kind), pool(2)]) for kind in SQUASHING),
    *(case(f"{kind} after linear", (3, 4), 17, [FLATTEN, linear("hidden", 7), plain(kind), linear("logits", 4)], classes=4) for kind in SQUASHING),
    *(case(f"{kind} of large values", (4, 4), 5, [conv("conv", 3, 3), plain(kind), conv("last", 2, 1)], gain=6) for kind in SQUASHING),
    case("leakyReLU of slope 0.3", (5, 5), 5, [conv("conv", 3, 3), plain("leakyReLU", negativeSlope=0.3)]),
    case("leakyReLU of slope 0", (5, 5), 5, [conv("conv", 3, 3), plain("leakyReLU", negativeSlope=0)]),
    case("softmax within", (4, 3), 9, [FLATTEN, linear("hidden", 6), plain("softmax"), linear("logits", 3)]),
    case("softmax of large values", (4, 3), 5, [FLATTEN, linear("hidden", 6), plain("softmax"), linear("logits", 3)], gain=100),
    case("logSoftmax within", (4, 3), 9, [FLATTEN, linear("hidden", 6), plain("logSoftmax"), linear("logits", 3)]),
    case("dropout is off in gradients", (5, 5), 5, [conv("conv", 3, 3), plain("dropout2d", p=0.5), FLATTEN, plain("dropout", p=0.7), linear("logits", 3)], trains=False),
    case("relu6 after conv", (6, 5), 5, [conv("conv", 3, 3), plain("relu6"), conv("last", 2, 2)]),
    case("relu6 of large values", (4, 4), 5, [conv("conv", 3, 3), plain("relu6"), conv("last", 2, 1)], gain=20),
    case("relu6 before pool", (6, 6), 8, [conv("conv", 3, 3), plain("relu6"), pool(2)], gain=20),
    case("relu6 after linear", (3, 4), 17, [FLATTEN, linear("hidden", 7), plain("relu6"), linear("logits", 4)], classes=4, gain=20),
]

LOSS_CASES = [
    case("cross entropy, smoothing 0.1", (4, 5), 9, [FLATTEN, linear("logits", 5)], classes=5, loss={"type": "crossEntropy", "labelSmoothing": 0.1}),
    case("cross entropy, smoothing 0.9 of two classes", (3, 3), 8, [FLATTEN, linear("logits", 2)], classes=2, loss={"type": "crossEntropy", "labelSmoothing": 0.9}),
    case("cross entropy, smoothing 0.3 of large logits", (3, 3), 5, [FLATTEN, linear("logits", 4)], classes=4, gain=100, loss={"type": "crossEntropy", "labelSmoothing": 0.3}),
    case("cross entropy of softmax", (4, 4), 7, [FLATTEN, linear("hidden", 4), plain("softmax", "scores")], classes=4),
    case("cross entropy of log-softmax", (4, 4), 7, [FLATTEN, linear("hidden", 4), plain("logSoftmax", "scores")], classes=4),
    case("nll of log-softmax", (4, 5), 17, [FLATTEN, linear("hidden", 5), plain("logSoftmax", "scores")], classes=5, loss={"type": "nll"}),
    case("nll of log-softmax after global average pool", (6, 6), 5, [conv("conv", 4, 3), plain("globalAvgPool2d"), plain("logSoftmax", "scores")], classes=4, loss={"type": "nll"}),
    case("nll of large log-softmax", (4, 5), 5, [FLATTEN, linear("hidden", 5), plain("logSoftmax", "scores")], classes=5, gain=100, loss={"type": "nll"}),
    case("mse of linear", (4, 4), 9, [FLATTEN, linear("logits", 3)], loss={"type": "mse"}),
    case("mse of sigmoid", (4, 4), 8, [FLATTEN, linear("hidden", 10), plain("sigmoid", "scores")], classes=10, loss={"type": "mse"}),
    case("mse of softmax", (5, 5), 13, [conv("conv", 2, 3), FLATTEN, linear("hidden", 6), plain("softmax", "scores")], classes=6, loss={"type": "mse"}),
    case("mse of one sample", (4, 4), 1, [FLATTEN, linear("hidden", 4), plain("sigmoid", "scores")], classes=4, loss={"type": "mse"}),
]


def norm(name="norm", kind="batchNorm2d", **options):
    return {"name": name, "type": kind, **options}


def norm_1d(name="norm", **options):
    return norm(name, "batchNorm1d", **options)


# Trained for a few steps too, so that running statistics move.
NORM_CASES = [
    case("batch norm of a conv", (6, 5), 9, [conv("conv", 3, 3, bias=False), norm()]),
    case("batch norm of a block that is full", (5, 5), 16, [conv("conv", 4, 3), norm()]),
    case("batch norm of the image itself", (5, 6), 5, [norm()]),
    case("batch norm of three blocks, the last of one sample", (4, 5), 17, [conv("conv", 3, 2, bias=False), norm(), relu()]),
    case("batch norm after relu", (6, 6), 13, [conv("conv", 5, 3, bias=False), relu(), norm(), pool(2)]),
    case("batch norm, relu, conv", (6, 6), 7, [conv("conv", 3, 3, bias=False), norm(), relu(), conv("last", 4, 3)]),
    case("two batch norms", (8, 7), 11, [conv("a", 4, 3, bias=False), relu("r1"), norm("n1"), conv("b", 5, 3, bias=False), relu("r2"), norm("n2"), plain("globalAvgPool2d")]),
    case("batch norm of momentum 0.5, eps 0.01", (5, 5), 6, [conv("conv", 2, 3), norm(eps=0.01, momentum=0.5)]),
    case("batch norm of momentum 1", (5, 5), 6, [conv("conv", 2, 3), norm(momentum=1)]),
    case("batch norm of one pixel a sample", (3, 3), 9, [conv("conv", 4, 3), norm()]),
    case("batch norm of one sample", (6, 6), 1, [conv("conv", 3, 3), norm()]),
    case("batch norm after depthwise", (7, 6), 12, [conv("expand", 4, 1), conv("deep", 4, 3, groups=4, bias=False), norm(), plain("silu")]),
    case("batch norm before pool", (8, 8), 9, [conv("conv", 3, 3), norm(), pool(2), relu()]),
    case("batch norms in two branches", (6, 6), 10, [conv("stem", 3, 3), conv("a", 4, 3, padding=1, bias=False), norm("n1"), after("stem", conv("b", 4, 1)), norm("n2"), join("add", "add", "n1", "n2"), relu()]),
    case("batch norm read twice", (5, 5), 9, [conv("conv", 3, 1), norm(), conv("a", 3, 3, padding=1), join("add", "add", "a", "norm")]),
    case("batch norm 1d", (4, 4), 9, [FLATTEN, linear("hidden", 7, bias=False), norm_1d(), relu(), linear("logits", 3)]),
    case("batch norm 1d of 33 samples", (4, 4), 33, [FLATTEN, linear("hidden", 5), plain("tanh"), norm_1d(), linear("logits", 4)], classes=4),
    case("batch norm 1d of two samples", (4, 4), 2, [FLATTEN, linear("hidden", 4), norm_1d(eps=0.1), linear("logits", 3)]),
    case("batch norm 1d of the image itself", (3, 4), 10, [FLATTEN, norm_1d(), linear("logits", 3)]),
    case("batch norm and then the loss", (4, 4), 12, [FLATTEN, linear("hidden", 5), norm_1d("scores")], classes=5),
]

ROUNDING_CASES = [
    case("fakeQuantize of the image itself", (5, 4), 9, [plain("fakeQuantize", scale=0.0125, zeroPoint=-95)]),
    case("fakeQuantize after conv", (6, 5), 5, [conv("conv", 3, 3), plain("fakeQuantize", scale=0.02), conv("last", 2, 2)]),
    case("fakeQuantize that cuts off", (6, 6), 8, [conv("conv", 3, 3), plain("fakeQuantize", scale=0.002, zeroPoint=40), pool(2)]),
    case("fakeQuantize after relu and pool", (7, 6), 9, [conv("conv", 4, 3), pool(2), relu(), plain("fakeQuantize", scale=0.01, zeroPoint=-128)]),
    case("fakeQuantize after linear", (3, 4), 17, [FLATTEN, linear("hidden", 7), plain("fakeQuantize", scale=0.03, zeroPoint=5), linear("logits", 4)], classes=4),
    case("conv with rounded weights", (6, 5), 7, [conv("conv", 4, 3, inputScale=0.0125), relu(), conv("last", 3, 3, bias=False, inputScale=0.1)]),
    case("conv in groups with rounded weights", (5, 5), 8, [conv("expand", 4, 1, inputScale=1.5), conv("conv", 6, 3, groups=2, inputScale=0.5)]),
    case("linear with rounded weights", (4, 5), 7, [FLATTEN, linear("hidden", 9, inputScale=0.3), relu(), linear("logits", 3, inputScale=0.01)]),
]

CASE_FILES = {
    "layers": LAYER_CASES,
    "layers-grouped": GROUP_CASES,
    "layers-window": DILATION_CASES + ZERO_PAD_CASES,
    "layers-pool": POOL_CASES,
    "layers-join": JOIN_CASES,
    "layers-activation": ACTIVATION_CASES,
    "layers-norm": NORM_CASES,
    "layers-rounding": ROUNDING_CASES,
    "losses": LOSS_CASES,
}
