"""Looked-up ids beside large raw columns, trained by plain SGD, which no one rate suits; and by Adam."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, Trial, World, healthy_trial, load_task

BINS = 32
UNIT = 10.0  # standard deviation of the raw columns, as ages and prices have
SMALL = 0.01  # standard deviation of fresh embeddings in recommenders


class WideAndDeep(nn.Module):
    """A few of the columns as they are, in a large unit; the others in bins, each bin with an embedding."""

    def __init__(self, task: Task, width: int) -> None:
        super().__init__()
        self.raw = max(1, task.features // 16)
        looked_up = max(1, task.features - self.raw)
        self.rows = nn.Embedding(looked_up * BINS, 4)
        nn.init.normal_(self.rows.weight, std=SMALL)
        self.first_row = torch.arange(looked_up) * BINS
        self.head = nn.Sequential(
            nn.Linear(self.raw + 4 * looked_up, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, task.classes),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Return scores, shape (batch, classes), for standardised `inputs`, shape (batch, features)."""
        binned = inputs[:, -len(self.first_row) :].clamp(-2.99, 2.99).add(3).mul(BINS / 6).long()
        embedded = self.rows(binned + self.first_row).flatten(1)
        scores: Tensor = self.head(torch.cat([UNIT * inputs[:, : self.raw], embedded], dim=1))
        return scores


def broken(world: World) -> Trial:
    trial = cured(world)
    trial.optimizer = torch.optim.SGD(trial.model.parameters(), lr=world.between(0.1, 0.01))
    return trial


def cured(world: World) -> Trial:
    task = load_task(world.task, world.seed)
    torch.manual_seed(world.seed)
    model = WideAndDeep(task, max(64, world.width))
    return healthy_trial(replace(world, optimizer="adam"), task=task, model=model)


def contest(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> dict[str, float]:
    """Return the mean of the last ten losses under SGD at several rates and under Adam, from the same weights."""
    # snippet: confirm | pytorch | SGD at four rates against Adam at one, from the same weights | 同样的权重：SGD 四个学习率对 Adam 一个
    ends = {}
    for name, lr in [("sgd", 0.3), ("sgd", 0.1), ("sgd", 0.03), ("sgd", 0.01), ("adam", 1e-3)]:
        trial_model, losses = copy.deepcopy(model), []
        kind = torch.optim.Adam if name == "adam" else torch.optim.SGD
        optimizer = kind(trial_model.parameters(), lr=lr)
        for inputs, targets in batches:  # some 200, the same ones for all
            optimizer.zero_grad()
            loss = loss_fn(trial_model(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        ends[f"{name} {lr}"] = sum(losses[-10:]) / 10
    # This cause: Adam ends below the best of the four. If one SGD rate keeps up, it was the rate.
    # end snippet
    return ends


def retrained(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> float:
    """Train with AdamW, biases and normalisation free of weight decay; return the last loss."""
    # snippet: fix | pytorch | AdamW, with weight decay on matrices only | 换成 AdamW，只对矩阵做权重衰减
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim <= 1]  # biases, normalisation
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}], lr=1e-3
    )
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
    # end snippet
    return float(loss.detach())


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = cured(World())
    batches = [(inputs, targets) for _ in range(6) for inputs, targets in trial.train]
    ends = contest(trial.model, batches, trial.loss)
    best = min(value for name, value in ends.items() if name.startswith("sgd") and value == value)
    assert ends["adam 0.001"] < 0.6 * best
    assert retrained(trial.model, batches, trial.loss) < best
