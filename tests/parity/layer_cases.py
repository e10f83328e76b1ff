# SPDX-License-Identifier: MIT
#
# Small networks, each of which puts one layer's sizes to the test: odd sizes, windows that overlap or do not divide the image, channels
# and batches that fill no vector. Inputs have one channel, so a 1x1 convolution makes more of them where a layer is to read several.


def conv(name, channels, kernel, **options):
    return {"name": name, "type": "conv2d", "outChannels": channels, "kernelSize": kernel, **options}


def pool(kernel, **options):
    return {"name": "pool", "type": "maxPool2d", "kernelSize": kernel, **options}


def linear(name, features, **options):
    return {"name": name, "type": "linear", "outFeatures": features, **options}


def relu(name="relu"):
    return {"name": name, "type": "relu"}


FLATTEN = {"name": "flatten", "type": "flatten"}


def case(name, size, count, layers, classes=3, **options):
    """`classes` logits come from a last linear layer unless the network ends in one already."""
    ends_in_logits = layers[-1]["name"] == "logits"
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
]
