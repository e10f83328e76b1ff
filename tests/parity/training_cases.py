# SPDX-License-Identifier: MIT
#
# Two small smooth networks (no kinks at which rounding could choose another way, no bias that batch norm takes away again, whose
# gradient were rounding alone) and every optimizer and schedule that trains them.
# More steps than a cycle's rise, a warm-up or a step of StepLR are long, so that each shows all it does.

kSteps = 14
kBatchSize = 6
kSide = 8
kClasses = 4

NETWORKS = {
    "conv": {
        "name": "conv",
        "input": [1, kSide, kSide],
        "layers": [
            {"name": "conv1", "type": "conv2d", "outChannels": 3, "kernelSize": 3, "stride": 2},
            {"name": "tanh1", "type": "tanh"},
            {"name": "flatten", "type": "flatten"},
            {"name": "fc1", "type": "linear", "outFeatures": kClasses},
        ],
    },
    "mlp": {
        "name": "mlp",
        "input": [1, kSide, kSide],
        "layers": [
            {"name": "flatten", "type": "flatten"},
            {"name": "fc1", "type": "linear", "outFeatures": 5, "bias": False},
            {"name": "norm1", "type": "batchNorm1d"},
            {"name": "silu1", "type": "silu"},
            {"name": "fc2", "type": "linear", "outFeatures": kClasses},
        ],
    },
}

SGD = {"type": "sgd", "learningRate": 0.05}
MOMENTUM = {**SGD, "momentum": 0.9}
ADAM = {"type": "adam", "learningRate": 0.01}
MUON = {"type": "muon", "learningRate": 0.01}
RMSPROP = {"type": "rmsprop", "learningRate": 0.001}
CYCLE = {"type": "oneCycle", "totalSteps": kSteps, "cycleMomentum": False}


def training(name, optimizer, schedule=None, **options):
    return {"name": name, "optimizer": optimizer, "schedule": schedule or {"type": "constant"}, **options}


OPTIMIZERS = [
    training("sgd", SGD),
    training("sgd by default", {"type": "sgd"}),
    training("sgd with weight decay", {**SGD, "weightDecay": 0.1}),
    training("sgd with momentum", MOMENTUM),
    training("sgd with Nesterov's momentum", {**MOMENTUM, "nesterov": True}),
    training("sgd with Nesterov's momentum and weight decay", {**MOMENTUM, "nesterov": True, "weightDecay": 0.05}),
    training("adam by default", {"type": "adam"}),
    training("adam", ADAM),
    training("adam with weight decay", {**ADAM, "weightDecay": 0.1}),
    training("adam of other betas and eps", {**ADAM, "betas": [0.5, 0.9], "eps": 1e-3}),
    training("adamW by default", {"type": "adamW"}),
    training("adamW", {**ADAM, "type": "adamW", "weightDecay": 0.3}),
    training("adamW without weight decay", {**ADAM, "type": "adamW", "weightDecay": 0}),
    training("rmsprop by default", {"type": "rmsprop"}),
    training("rmsprop", RMSPROP),
    training("rmsprop with momentum", {**RMSPROP, "momentum": 0.9}),
    training("rmsprop of other alpha and eps, with weight decay", {**RMSPROP, "alpha": 0.8, "eps": 0.01, "weightDecay": 0.1}),
    training("muon by default", {"type": "muon"}),
    training("muon", MUON),
    training("muon without Nesterov's momentum", {**MUON, "nesterov": False}),
    training("muon of another momentum, without weight decay", {**MUON, "momentum": 0.5, "weightDecay": 0}),
    training("muon with other betas and eps beside matrices", {**MUON, "betas": [0.5, 0.9], "eps": 1e-3, "weightDecay": 0.3}),
    training("muon clipped", {**MUON, "clipNorm": 0.1}),
    training("sgd clipped", {**MOMENTUM, "clipNorm": 0.3}),
    training("sgd clipped, with weight decay", {**MOMENTUM, "clipNorm": 0.3, "weightDecay": 0.1}),
    training("sgd never reaching the norm it would be clipped to", {**SGD, "clipNorm": 1000}),
    training("adam clipped", {**ADAM, "clipNorm": 0.1}),
    training("rmsprop clipped", {**RMSPROP, "clipNorm": 0.1}),
    training("sgd averaged", MOMENTUM, emaDecay=0.8),
    training("adam averaged", ADAM, emaDecay=0.95),
]

SCHEDULES = [
    training("step of 4", MOMENTUM, {"type": "step", "stepSize": 4, "gamma": 0.3}),
    training("step of 1 by default", MOMENTUM, {"type": "step", "stepSize": 5}),
    training("exponential", MOMENTUM, {"type": "exponential", "gamma": 0.8}),
    training("exponential by default", ADAM, {"type": "exponential"}),
    training("cosine", MOMENTUM, {"type": "cosine", "totalSteps": kSteps}),
    training("cosine down to 0.01", ADAM, {"type": "cosine", "totalSteps": kSteps, "etaMin": 0.01 / 3}),
    training("one cycle", SGD, CYCLE),
    training("one cycle of other factors", ADAM, {**CYCLE, "pctStart": 0.5, "divFactor": 4, "finalDivFactor": 10}),
    training("one cycle, linear", MOMENTUM, {**CYCLE, "annealStrategy": "linear"}),
    training("one cycle that goes on", ADAM, {**CYCLE, "totalSteps": 3 * kSteps, "pctStart": 0.25}),
    training("one cycle by default", MOMENTUM, {"type": "oneCycle", "totalSteps": kSteps}),
    training("one cycle with momentum", SGD, {**CYCLE, "cycleMomentum": True}),
    training("one cycle with Nesterov's momentum, linear", {**MOMENTUM, "nesterov": True}, {**CYCLE, "cycleMomentum": True, "annealStrategy": "linear"}),
    training("one cycle with beta1", ADAM, {**CYCLE, "cycleMomentum": True}),
    training("one cycle with beta1 from 0.9 to 0.6, linear", ADAM, {**CYCLE, "cycleMomentum": True, "annealStrategy": "linear", "baseMomentum": 0.6, "maxMomentum": 0.9}),
    training("one cycle with RMSprop's momentum", {**RMSPROP, "momentum": 0.9}, {**CYCLE, "cycleMomentum": True}),
    training("one cycle with Muon's momentum", MUON, {**CYCLE, "cycleMomentum": True}),
    training("warm-up", MOMENTUM, {"type": "constant", "warmupSteps": 5}),
    training("warm-up from a third", ADAM, {"type": "constant", "warmupSteps": 4, "warmupStartFactor": 1 / 3}),
    training("warm-up, then step", MOMENTUM, {"type": "step", "stepSize": 4, "gamma": 0.3, "warmupSteps": 4}),
    training("warm-up, then exponential", ADAM, {"type": "exponential", "gamma": 0.8, "warmupSteps": 3}),
    training("warm-up, then cosine", MOMENTUM, {"type": "cosine", "totalSteps": kSteps - 5, "warmupSteps": 5, "warmupStartFactor": 0.01}),
    training("warm-up of one step", SGD, {"type": "cosine", "totalSteps": kSteps, "warmupSteps": 1}),
    training("warm-up, then one cycle with momentum", MOMENTUM, {**CYCLE, "warmupSteps": 4, "cycleMomentum": True}),
]
