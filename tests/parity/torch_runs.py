# SPDX-License-Identifier: MIT
#
# What PyTorch makes of a spec, weights, images and labels: outputs, loss, gradients, and weights after training steps. Options are
# the package's (bindings/src/types.ts). Results are float64 arrays whatever the dtype computed in.

import warnings

import numpy as np
import torch
import torch.nn.functional as F
from torch.optim import lr_scheduler

from specs import forward, is_buffer

# SequentialLR itself calls what it warns of.
warnings.filterwarnings("ignore", "The epoch parameter in `scheduler.step")

kNormalize = {"mean": 0.1307, "std": 0.3081}
CROSS_ENTROPY = {"type": "crossEntropy"}
kNegligible = 0.01


def leaves(parameters, dtype):
    return {
        name: torch.tensor(value, dtype=dtype, requires_grad=not is_buffer(name)) for name, value in parameters.items()
    }


def trained_of(weights):
    return {name: weight for name, weight in weights.items() if not is_buffer(name)}


def normalized(images, dtype, normalize):
    """[N,H,W] bytes to [N,1,H,W]."""
    return ((torch.tensor(images).to(dtype) / 255 - normalize["mean"]) / normalize["std"]).unsqueeze(1)


def loss_of(output, labels, options):
    output, labels = torch.flatten(output, 1), torch.tensor(labels).long()
    if options["type"] == "nll":
        return F.nll_loss(output, labels)
    if options["type"] == "mse":
        return F.mse_loss(output, F.one_hot(labels, output.shape[1]).to(output.dtype))
    return F.cross_entropy(output, labels, label_smoothing=options.get("labelSmoothing", 0.0))


def last_output(spec, outputs):
    return outputs[spec["layers"][-1]["name"]]


def as_arrays(tensors):
    return {name: value.detach().double().numpy() for name, value in tensors.items()}


def forward_and_backward(spec, parameters, images, labels, dtype, normalize, loss_options=CROSS_ENTROPY):
    """Every layer's output and the mean loss in evaluation mode; the mean loss and its gradients in training mode."""
    weights = leaves(parameters, dtype)
    x = normalized(images, dtype, normalize)
    outputs = forward(spec, weights, x)
    loss = loss_of(last_output(spec, outputs), labels, loss_options)
    training_loss = loss_of(last_output(spec, forward(spec, weights, x, training=True)), labels, loss_options)
    training_loss.backward()
    result = {f"output/{name}": value for name, value in outputs.items()}
    result["loss"] = loss.reshape(1)
    result["trainingLoss"] = training_loss.reshape(1)
    gradients = {name: weight.grad for name, weight in trained_of(weights).items()}
    result.update({f"gradient/{name}": torch.zeros_like(weights[name]) if g is None else g for name, g in gradients.items()})
    return as_arrays(result)


class Muon(torch.optim.Optimizer):
    """torch.optim.Muon (PyTorch 2.9 and later) with adjust_lr_fn "match_rms_adamw", in the dtype of the weights instead of bfloat16. Weights
    of convolutions are matrices of a row for each output channel. What is no matrix is AdamW's, whose betas no schedule moves."""

    def __init__(self, weights, lr, weight_decay, momentum, nesterov, betas, eps):
        matrices = [weight for weight in weights if weight.dim() > 1]
        super().__init__(matrices, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov})
        others = [weight for weight in weights if weight.dim() <= 1]
        self.others = torch.optim.AdamW(others, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay) if others else None

    def zero_grad(self, set_to_none=False):
        super().zero_grad(set_to_none)
        if self.others:
            self.others.zero_grad(set_to_none)

    @torch.no_grad()
    def step(self, closure=None):
        (group,) = self.param_groups
        lr, momentum = group["lr"], group["momentum"]
        for weight in group["params"]:
            state, gradient = self.state[weight], weight.grad
            buffer = state.setdefault("momentum_buffer", torch.zeros_like(gradient))
            buffer.mul_(momentum).add_(gradient, alpha=1 - momentum)
            direction = buffer * momentum + gradient * (1 - momentum) if group["nesterov"] else buffer
            matrix = orthogonalised(direction.flatten(1))
            weight.mul_(1 - lr * group["weight_decay"])
            weight.sub_(matrix.reshape(weight.shape), alpha=lr * 0.2 * max(matrix.shape) ** 0.5)
        if self.others:
            self.others.param_groups[0]["lr"] = lr
            self.others.step()


def orthogonalised(matrix):
    """By five Newton-Schulz steps."""
    x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.T if matrix.shape[0] > matrix.shape[1] else x


def make_optimizer(options, weights):
    kind = options["type"]
    decay = options.get("weightDecay", {"adamW": 0.01, "muon": 0.1}.get(kind, 0))
    rate = options.get("learningRate", 0.01 if kind == "rmsprop" else 1e-3)
    momentum, eps = options.get("momentum", 0), options.get("eps", 1e-8)
    if kind in ("adam", "adamW"):
        optimizer = torch.optim.Adam if kind == "adam" else torch.optim.AdamW
        return optimizer(weights, lr=rate, betas=options.get("betas", (0.9, 0.999)), eps=eps, weight_decay=decay)
    if kind == "muon":
        momentum, nesterov = options.get("momentum", 0.95), options.get("nesterov", True)
        return Muon(weights, rate, decay, momentum, nesterov, betas=options.get("betas", (0.9, 0.999)), eps=eps)
    if kind == "rmsprop":
        alpha = options.get("alpha", 0.99)
        return torch.optim.RMSprop(weights, lr=rate, alpha=alpha, eps=eps, weight_decay=decay, momentum=momentum)
    return torch.optim.SGD(weights, lr=rate, momentum=momentum, weight_decay=decay, nesterov=options.get("nesterov", False))


def one_cycle(optimizer, options):
    return lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=optimizer.param_groups[0]["lr"],
        total_steps=options["totalSteps"],
        pct_start=options.get("pctStart", 0.3),
        div_factor=options.get("divFactor", 25),
        final_div_factor=options.get("finalDivFactor", 1e4),
        anneal_strategy=options.get("annealStrategy", "cos"),
        cycle_momentum=options.get("cycleMomentum", True),
        base_momentum=options.get("baseMomentum", 0.85),
        max_momentum=options.get("maxMomentum", 0.95),
    )


def make_schedule(optimizer, options):
    makers = {
        "constant": lambda: lr_scheduler.ConstantLR(optimizer, factor=1),
        "step": lambda: lr_scheduler.StepLR(optimizer, options["stepSize"], options.get("gamma", 0.1)),
        "exponential": lambda: lr_scheduler.ExponentialLR(optimizer, options.get("gamma", 0.1)),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimizer, options["totalSteps"], options.get("etaMin", 0)),
        "oneCycle": lambda: one_cycle(optimizer, options),
    }
    schedule, warmup_steps = makers[options["type"]](), options.get("warmupSteps", 0)
    if not warmup_steps:
        return schedule
    warmup = lr_scheduler.LinearLR(optimizer, options.get("warmupStartFactor", 0.1), total_iters=warmup_steps)
    return lr_scheduler.SequentialLR(optimizer, [warmup, schedule], milestones=[warmup_steps])


def move_average(average, weights, step, decay):
    """torch.optim.swa_utils' exponential moving average, which starts as the weights after the first step, with a decay that is warmed up."""
    decay = min(decay, step / (step + 9))
    for name, weight in trained_of(weights).items():
        value = weight.detach().clone()
        average[name] = decay * average[name] + (1 - decay) * value if name in average else value


def train(spec, parameters, batches, optimizer, dtype, schedule=None, loss=CROSS_ENTROPY, normalize=kNormalize, ema_decay=0):
    """One step per batch. Weights (running statistics too) and the losses before each step as arrays, the average of the
    weights under average/ if one is asked for, and the learning rates as numbers."""
    weights, average = leaves(parameters, dtype), {}
    trained = list(trained_of(weights).values())
    torch_optimizer = make_optimizer(optimizer, trained)
    torch_schedule = make_schedule(torch_optimizer, schedule or {"type": "constant"})
    losses, rates = [], []
    for step, (images, labels) in enumerate(batches):
        torch_optimizer.zero_grad()
        outputs = forward(spec, weights, normalized(images, dtype, normalize), training=True)
        value = loss_of(last_output(spec, outputs), labels, loss)
        value.backward()
        if optimizer.get("clipNorm"):
            torch.nn.utils.clip_grad_norm_(trained, optimizer["clipNorm"])
        rates.append(torch_optimizer.param_groups[0]["lr"])
        torch_optimizer.step()
        torch_schedule.step()
        losses.append(value.item())
        if ema_decay:
            move_average(average, weights, step, ema_decay)
    result = {**weights, **{f"average/{name}": value for name, value in average.items()}}
    return {**as_arrays(result), "losses": np.array(losses)}, rates


def distance(truth, other, relative, least_scale=0.0):
    """The largest difference by elements; relative: in units of the truth's largest magnitude, or `least_scale` if that is more."""
    scale = max(np.abs(truth).max(), least_scale, np.finfo(np.float64).tiny) if relative else 1.0
    return float(np.abs(truth - other).max() / scale)


def distances(truth, other, relative=True):
    """A gradient that is next to nothing beside the network's largest is rounding alone, as that of a bias before batch norm."""
    gradients = [np.abs(value).max() for name, value in truth.items() if name.startswith("gradient/")]
    floor = kNegligible * max(gradients, default=0.0)
    return {
        name: distance(truth[name], other[name], relative, floor if name.startswith("gradient/") else 0.0) for name in truth
    }
