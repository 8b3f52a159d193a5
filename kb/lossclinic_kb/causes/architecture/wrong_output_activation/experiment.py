"""An activation behind the last layer that cannot reach the targets, and none."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.samples import change_samples

WORKLOADS = ("regression_friedman", "regression_drawn", "tabular", "regression_diabetes", "cnn_digits")


class OverOne(nn.Module):
    """A softmax over a single output: always 1."""

    def forward(self, outputs: Tensor) -> Tensor:
        """Return ones of the shape of `outputs`, (batch,)."""
        return outputs.unsqueeze(1).softmax(1).squeeze(1)


def broken(world: World) -> Trial:
    """Squash the output: by ReLU, sigmoid or a softmax of one in regression, by sigmoid or tanh in classification."""
    trial = cured(world)
    activation: nn.Module
    if world.workload.startswith("regression"):
        activation = (nn.ReLU(), nn.Sigmoid(), OverOne())[world.seed % 3]
    else:
        activation = (nn.Sigmoid(), nn.Tanh())[world.seed % 2]
    trial.model = nn.Sequential(trial.model, activation)  # the optimiser holds the same parameters
    return trial


def cured(world: World) -> Trial:
    """Train on the same targets; those of a regression lie partly or wholly where the activation cannot go."""
    trial = healthy_trial(world)
    if world.workload.startswith("regression"):
        # Under a ReLU in part; a sigmoid creeps to its end, so its targets lie well above it, as counts and prices do.
        shift = (-world.between(1.2, 3.0), world.between(3.0, 10.0), world.between(1.2, 3.0))[world.seed % 3]
        for loader in (trial.train, trial.val):
            change_samples(loader, lambda inputs, targets: (inputs, targets + shift))
    return trial


def unreachable(model: nn.Sequential, targets: Tensor) -> tuple[str, float, float]:
    """Return the last layer, the share of targets that it cannot reach, and the squared error that must remain."""
    # snippet: confirm | pytorch | Which targets can the last layer not reach? | 最后一层够不到哪些目标？
    ends = {
        "ReLU": (0, math.inf),
        "Sigmoid": (0, 1),
        "Softmax": (0, 1),
        "Tanh": (-1, 1),
        "Softplus": (0, math.inf),
    }
    last = type(list(model.modules())[-1]).__name__  # or read it off the end of forward()
    low, high = ends.get(last, (-math.inf, math.inf))
    nearest = targets.float().clamp(low, high)
    share = (nearest != targets).float().mean().item()  # must be 0
    floor = (nearest - targets).square().mean().item()  # the squared error cannot fall below this
    # end snippet
    return last, share, floor


def constant(outputs: Tensor) -> tuple[float, float]:
    """Return how far the outputs of a batch spread, and the share that sits at one and the same value."""
    # snippet: confirm_outputs | pytorch | Are the outputs pinned to an end? | 输出是不是全顶在边上？
    spread = outputs.std().item()
    same = (outputs == outputs.flatten()[0]).float().mean().item()
    # spread 0 or same 1: every answer alike, at 0 (ReLU), 1 (sigmoid, or a softmax over one output).
    # end snippet
    return spread, same


def heads(features: Tensor, low: float, high: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the outputs of four heads, by what the target is."""
    # snippet: fix | pytorch | The end of the network, by what the target is | 按目标的取值范围选最后一层
    raw = nn.Linear(features.shape[1], 1)(features).squeeze(-1)
    quantity = raw  # any number: no activation at all
    positive = nn.functional.softplus(raw)  # never below 0, with a gradient everywhere; relu has none there
    bounded = low + (high - low) * torch.sigmoid(raw)  # between two ends that are never crossed
    logit = (
        raw  # yes or no: into binary_cross_entropy_with_logits; K classes: K raw scores into cross_entropy
    )
    # end snippet
    return quantity, positive, bounded, logit


def without_activation(model: nn.Sequential) -> nn.Sequential:
    """Return `model` without an activation at its end; the weights are shared."""
    # snippet: fix_trained | pytorch | Take the activation off a model that exists | 从现成的模型上拿掉最后的激活
    if isinstance(model[-1], (nn.ReLU, nn.Sigmoid, nn.Tanh, nn.Softmax)):
        model = nn.Sequential(*list(model)[:-1])  # same weights; go on training, the last layer adapts first
    # end snippet
    return model


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    last, share, floor = unreachable(
        nn.Sequential(nn.Linear(2, 1), nn.ReLU()), torch.tensor([-2.0, 1.0, -1.0, 3.0])
    )
    assert (last, share, floor) == ("ReLU", 0.5, 1.25)
    assert unreachable(nn.Sequential(nn.ReLU(), nn.Linear(2, 1)), torch.tensor([-2.0]))[1:] == (0.0, 0.0)

    features = torch.randn(64, 8)
    with torch.no_grad():
        quantity, positive, bounded, logit = heads(features, -3.0, 5.0)
    assert float(positive.min()) > 0 > float(quantity.min())
    assert torch.equal(quantity, logit)
    assert -3 < float(bounded.min()) <= float(bounded.max()) < 5
    assert constant(OverOne()(quantity)) == (0.0, 1.0)
    assert constant(quantity)[0] > 0

    ill = broken(World.plain("regression_friedman"))
    assert isinstance(ill.model, nn.Sequential)
    assert isinstance(ill.model[-1], nn.ReLU)
    bare = without_activation(ill.model)
    assert len(bare) == 1
    assert bare[0] is ill.model[0]

    for activation, classes in ((nn.Sigmoid(), 10), (nn.Tanh(), 10)):
        best = activation(torch.full((1, classes), -50.0).index_fill(1, torch.tensor([0]), 50.0))
        floor = nn.functional.cross_entropy(best, torch.tensor([0])).item()
        span = 1 if isinstance(activation, nn.Sigmoid) else 2
        assert math.isclose(
            floor, math.log(1 + (classes - 1) * math.exp(-span)), abs_tol=1e-4
        )  # 1.46 and 0.80
