"""One or two hidden units where the task needs dozens, and a network wide enough for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, Trial, World, healthy_trial, load_task, mlp, optimizer_for

WORKLOADS = ("tabular", "tabular_regression")


def broken(world: World) -> Trial:
    trial, task = cured(world), _demanding_task(world)
    units = 1 + world.seed % 2 if task.classes >= 6 else 1  # two units already tell a few classes apart
    torch.manual_seed(world.seed)
    trial.model = mlp(task, width=units, depth=1, activation=nn.Tanh)  # a lone ReLU dies: another fault
    trial.optimizer = optimizer_for(world, trial.model)
    return trial


def cured(world: World) -> Trial:
    trial = healthy_trial(world, task=_demanding_task(world))
    trial.epochs = 2 * world.epochs  # so long that the level is not a matter of patience
    return trial


def _demanding_task(world: World) -> Task:
    # One unit is a logistic regression, and two classes of tumours need no more than that.
    return load_task("digits" if world.task == "breast_cancer" else world.task, world.seed)


def loss_by_width(
    build: Callable[[int], nn.Module],
    train_loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    widths: list[int],
    epochs: int,
) -> dict[int, float]:
    """Return the mean training loss of the last epoch at each width."""
    # snippet: confirm | pytorch | The same data and steps, three widths | 同样的数据、同样的步数，试三种宽度
    results = {}
    for width in widths:  # your own, twice and four times as wide: for example [32, 64, 128]
        torch.manual_seed(0)
        model = build(width)  # your model, with its width as an argument and without dropout
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        for _ in range(epochs):
            losses = []
            for inputs, targets in train_loader:
                loss = loss_fn(model(inputs), targets)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
        results[width] = sum(losses) / len(losses)
    # The model was too small if every widening lowers the level at which the training loss settles.
    # end snippet
    return results


def widened(features: int, classes: int) -> tuple[nn.Module, torch.optim.Optimizer, int]:
    """Return the larger network, the optimiser over its parameters, and how many those are."""
    # snippet: fix | pytorch | Wider first, then one layer deeper | 先加宽，再加一层
    model = nn.Sequential(
        nn.Linear(features, 256),  # was nn.Linear(features, 4)
        nn.ReLU(),
        nn.Linear(256, 256),
        nn.ReLU(),
        nn.Linear(256, classes),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)  # build it anew: these are other parameters
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    # end snippet
    return model, optimizer, trainable


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=6)
    trial = cured(world)
    task = load_task(world.task)
    batches = [(inputs, targets) for inputs, targets in trial.train]

    def build(width: int) -> nn.Module:
        return mlp(task, width=width, depth=1)

    levels = loss_by_width(build, batches, trial.loss, [2, 8, 32], epochs=12)
    assert levels[2] > 2 * levels[8] > 4 * levels[32]

    model, optimizer, trainable = widened(task.features, task.classes)
    assert trainable > 2 * len(task.x) + task.features  # enough to learn any labelling by heart
    for _ in range(world.epochs):
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss = trial.loss(model(inputs), targets)
            loss.backward()
            optimizer.step()
    assert loss.item() < 0.5 * levels[8]
