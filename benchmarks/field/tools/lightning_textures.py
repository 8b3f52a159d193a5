"""A Lightning classifier of twelve textures, with `CSVLogger`."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.lightning_fit import lightning_csv
from benchmarks.field.scripts.plain import Script
from benchmarks.field.tasks.images import textures


def accuracy(outputs: Tensor, labels: Tensor) -> float:
    """Return the share of right answers."""
    return float((outputs.argmax(1) == labels).float().mean())


def net(
    width: int = 10,
    dropout: float = 0.1,
    norm: bool = True,
    momentum: float = 0.1,
    outputs: int = 12,
    head: nn.Module | None = None,
) -> nn.Module:
    """Return three convolutions with strides and a layer on their mean."""
    layers: list[nn.Module] = []
    for place in range(3):
        layers.append(
            nn.Conv2d(width * 2 ** (place - 1) if place else 3, width * 2**place, 3, stride=2, padding=1)
        )
        layers += [nn.BatchNorm2d(width * 2**place, momentum=momentum)] * norm + [nn.ReLU()]
    layers += [
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(16 * width, 32),
        nn.ReLU(),
        nn.Linear(32, outputs),
    ]
    return nn.Sequential(*layers, *([head] if head else []))


class Pretrained(nn.Module):
    """A body that was made elsewhere, under `no_grad`, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.top = (
            nn.Sequential(*list(net())[:-5]),
            nn.Sequential(nn.Flatten(), nn.Linear(160, 12)),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return scores."""
        with torch.no_grad():
            features = self.body(x)
        out: Tensor = self.top(features)
        return out


def mixed_up(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Mix every picture and its label, as probabilities, with another one."""
    share = torch.distributions.Beta(0.4, 0.4).sample(torch.Size([len(x), 1, 1, 1]))
    other = torch.randperm(len(x))
    marks = functional.one_hot(y, 12).float()
    return share * x + (1 - share) * x[other], share[:, 0, 0] * marks + (1 - share[:, 0, 0]) * marks[other]


def turned(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Turn pictures by right angles, which changes what most of them show, and rub out a half."""
    turns = int(torch.randint(0, 4, ()))
    return torch.rot90(x, turns, (-1, -2)) * (torch.rand(len(x), 1, 16, 16) < 0.4) + torch.randn_like(x), y


def likelihood(outputs: Tensor, labels: Tensor) -> Tensor:
    """Return the negative of the mean probability."""
    return functional.nll_loss(outputs, labels)


def hard_margin(outputs: Tensor, labels: Tensor) -> Tensor:
    """Return a cross entropy of cosines with a margin of .9 and a scale of 64."""
    marks = functional.one_hot(labels, 12).float()
    return functional.cross_entropy(64 * (outputs - 0.9 * marks), labels)


class Cosines(nn.Module):
    """Cosines between features and a direction for each class."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(12, 32))

    def forward(self, features: Tensor) -> Tensor:
        """Return cosines, (N, 12)."""
        return functional.linear(functional.normalize(features), functional.normalize(self.weight))


def cosine_net() -> nn.Module:
    """Return the network with cosines in place of scores."""
    return nn.Sequential(*list(net())[:-2], Cosines())


SCRIPT = Script(
    textures, net, functional.cross_entropy, ("acc", accuracy), lr=2e-3, epochs=8, classes=12, dropout=0.1
)
SGD: dict[str, Any] = {"optimizer": "sgd", "lr": 0.05, "momentum": 0.9}
bare = partial(net, norm=False, dropout=0.0)

CASES = {
    "base": healthy("Step losses fall from ln 12 to a low floor, val accuracy near 1."),
    "dropout": healthy(
        "Train loss above validation because of dropout .6, both improve, val accuracy near 1.",
        net=partial(net, dropout=0.6),
        dropout=0.6,
        epochs=10,
    ),
    "kept_gradients": fault(
        "missing_zero_grad",
        "Loss grows from the first epochs on, to many times ln 12, and never comes back.",
        **SGD,
        zero_grad=False,
        against="sgd_cosine",
    ),
    "no_eval": fault(
        "missing_eval_mode",
        "Validation as poor as training under dropout .75 where it should be near perfect.",
        val_mode=False,
        net=partial(net, dropout=0.75),
        dropout=0.75,
        against="dropout",
        epochs=10,
    ),
    "softmax": fault(
        "softmax_before_cross_entropy",
        "Accuracy near 1 with both losses stuck at 1.65, near the floor of a double softmax for twelve classes.",
        net=partial(net, head=nn.Softmax(1)),
        epochs=12,
    ),
}

SETTING = Setting("kept", "Lightning CSVLogger", "textures", "csv", SCRIPT, lightning_csv(5), CASES, 12)
