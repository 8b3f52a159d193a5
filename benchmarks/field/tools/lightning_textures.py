"""A Lightning classifier of twelve textures, with `CSVLogger`."""

from __future__ import annotations

from functools import partial
from typing import Any

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


SCRIPT = Script(
    textures, net, functional.cross_entropy, ("acc", accuracy), lr=2e-3, epochs=8, classes=12, dropout=0.1
)
SGD: dict[str, Any] = {"optimizer": "sgd", "lr": 0.05, "momentum": 0.9}

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
