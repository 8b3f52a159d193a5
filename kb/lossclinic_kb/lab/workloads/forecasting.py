"""A recurrent network that forecasts the next steps of a series from its past.

Stands for forecasting. Seasons, a slow drift and noise that remembers itself; validation is what comes after
training in time, as it is in practice. Healthy: the error starts near the variance of the series (1, times the
world's weight), or its mean absolute deviation (0.8), and ends below two thirds of it.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, trial_of
from lossclinic_kb.lab.world import World

PAST, AHEAD = 36, 6
LENGTH = 2000
REMEMBERED = 0.7
"""Of the noise, from one step to the next: part of it can be forecast, most of it cannot."""
NOISE = 0.35  # standard deviation of what is new at each step; the seasons have 1

RANGE = Range(
    samples=1459,  # windows that lie in the first three quarters
    steps=(160, 320),
    rates={"sgd": 0.03, "adam": 3e-3, "adamw": 3e-3, "rmsprop": 1.5e-3},
    batch_sizes=(16, 32, 64),
    widths=(16, 32),
    depths=(1,),
    loss_weights=(1.0, 1.0, 400.0),  # a series in its own unit
    variants=2,
)


class Forecaster(nn.Module):
    """A gated recurrent network whose last state gives all steps ahead."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.cell = nn.GRU(1, width, batch_first=True)
        self.head = nn.Linear(width, AHEAD)

    def forward(self, past: Tensor) -> Tensor:
        """Return the next steps, shape (batch, 6), for `past`, shape (batch, 36)."""
        hidden, _ = self.cell(past.unsqueeze(-1))
        ahead: Tensor = self.head(hidden[:, -1])
        return ahead


def a_series(seed: int) -> Tensor:
    """Return a standardised series, shape (2000,)."""
    draw = np.random.default_rng([seed, 41])
    at = np.arange(LENGTH)
    periods, phases = draw.uniform(8, 60, 3), draw.uniform(0, 2 * np.pi, 3)
    seasons = sum(
        size * np.sin(2 * np.pi * at / period + phase)
        for size, period, phase in zip((1.0, 0.6, 0.4), periods, phases, strict=True)
    )
    noise = np.zeros(LENGTH)
    new = draw.normal(0, NOISE, LENGTH)
    for index in range(1, LENGTH):
        noise[index] = REMEMBERED * noise[index - 1] + new[index]
    values = seasons + noise + draw.normal(0, 1e-4) * at
    return torch.tensor((values - values.mean()) / values.std(), dtype=torch.float32)


def cut(values: Tensor) -> tuple[Samples, Samples]:
    """Return windows of the past with the steps ahead: the first three quarters, then the last."""
    rows = values.unfold(0, PAST + AHEAD, 1)
    border = 3 * len(values) // 4
    train, val = rows[: border - PAST - AHEAD + 1], rows[border:]
    return (train[:, :PAST], train[:, PAST:]), (val[:, :PAST], val[:, PAST:])


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 has the absolute error."""
    torch.manual_seed(world.seed)
    absolute = world.variant == 1
    return trial_of(
        world,
        Forecaster(world.width),
        loaders(world, *cut(a_series(world.seed))),
        nn.functional.l1_loss if absolute else nn.functional.mse_loss,
        metric=None,
        facts={"task": "forecasting", "loss": "mae" if absolute else "mse"},
    )
