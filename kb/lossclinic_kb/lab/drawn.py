"""Tables drawn anew with every seed: how many columns and classes, how much can be known, how many samples.

What is learned from a handful of tasks is those tasks; these are as many as there are seeds.
"""

from __future__ import annotations

import torch
from torch import Tensor

Table = tuple[Tensor, Tensor]
"""Inputs, shape (n, features), float32, and targets, shape (n,): int64 classes, or float32 of mean 0 and variance 1."""

HIDDEN = 12
SURE = (4.0, 15.0)
"""Standard deviation of the scores that decide a class: at the lower end every fifth answer is luck."""
NOISE = (0.1, 1.0)
"""Standard deviation of the noise on a number, of that of what can be known."""
CLUSTERS = 3


def classes_by_network(seed: int) -> Table:
    """Return a table whose classes, 2 to 16, a random network decides, more or less surely."""
    draw = torch.Generator().manual_seed(seed)
    classes, features, samples = _whole(2, 16, draw), _whole(6, 40, draw), _whole(4000, 9000, draw)
    inputs = torch.randn(samples, features, generator=draw)
    scores = _hidden(inputs, draw) @ torch.randn(HIDDEN, classes, generator=draw)
    uneven = 0.8 * torch.rand((), generator=draw) * torch.randn(classes, generator=draw)
    scores = _between(SURE, draw) * scores / scores.std() + uneven
    return inputs, torch.multinomial(scores.softmax(dim=1), 1, generator=draw).squeeze(1)


def classes_by_cluster(seed: int) -> Table:
    """Return a table in which each of 2 to 12 classes is three clouds that reach into those of others."""
    draw = torch.Generator().manual_seed(seed)
    classes, features, samples = _whole(2, 12, draw), _whole(4, 24, draw), _whole(3000, 7000, draw)
    centres = torch.randn(classes, CLUSTERS, features, generator=draw) * (10 / features) ** 0.5
    targets = torch.randint(classes, (samples,), generator=draw)
    cloud = torch.randint(CLUSTERS, (samples,), generator=draw)
    spread = _between((0.35, 0.9), draw)
    return centres[targets, cloud] + spread * torch.randn(samples, features, generator=draw), targets


def numbers_by_network(seed: int) -> Table:
    """Return a table whose numbers a random network decides, with noise on top."""
    draw = torch.Generator().manual_seed(seed)
    features, samples = _whole(4, 30, draw), _whole(4000, 9000, draw)
    inputs = torch.randn(samples, features, generator=draw)
    known = _hidden(inputs, draw) @ torch.randn(HIDDEN, generator=draw)
    targets = known / known.std() + _between(NOISE, draw) * torch.randn(samples, generator=draw)
    return inputs, (targets - targets.mean()) / targets.std()


def _hidden(inputs: Tensor, draw: torch.Generator) -> Tensor:
    features = inputs.shape[1]
    hidden: Tensor = (inputs @ torch.randn(features, HIDDEN, generator=draw) * (2 / features) ** 0.5).tanh()
    return hidden


def _whole(least: int, most: int, draw: torch.Generator) -> int:
    return int(torch.randint(least, most + 1, (), generator=draw))


def _between(ends: tuple[float, float], draw: torch.Generator) -> float:
    """Return a number between two positive ends, evenly on a logarithmic scale."""
    return float(ends[0] * (ends[1] / ends[0]) ** float(torch.rand((), generator=draw)))
