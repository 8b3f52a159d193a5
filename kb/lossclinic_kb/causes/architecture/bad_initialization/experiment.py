"""Weights drawn far too large, or all the same; and the draw that keeps the signal at its size."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial, load_task, mlp

WORKLOADS = ("tabular", "tabular_regression")


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    weights = [p for p in trial.model.parameters() if p.ndim > 1]
    task = load_task(world.task, world.seed)
    with torch.no_grad():
        if world.seed % 4 == 1:
            for p in trial.model.parameters():
                p.zero_()
        elif world.seed % 4 == 3 and task.classes > 2:  # two classes can be told apart by a single unit
            for p in trial.model.parameters():
                p.fill_(0.1)
        else:
            wanted = world.between(
                12, 800
            )  # spread of the first outputs, and about the size of the first losses
            factor = (wanted / trial.model(task.x).std()) ** (1 / len(weights))
            for p in weights:
                p.mul_(factor)
    return trial


def cured(world: World) -> Trial:
    trial = healthy_trial(world)
    redraw(
        trial.model, head=[module for module in trial.model.modules() if isinstance(module, nn.Linear)][-1]
    )
    return trial


def first_loss_and_layers(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    num_classes: int,
) -> tuple[float, dict[str, tuple[float, int]]]:
    """Return the first loss over ln K, and by weight its relative size and its number of distinct units."""
    # snippet: confirm | pytorch | The first loss and the size of every weight, before any update | 更新之前：第一个 loss 和每层权重的大小
    with torch.no_grad():
        first = loss_fn(model(inputs), targets).item() / math.log(num_classes)  # healthy: about 1
    layers = {}
    for name, p in model.named_parameters():
        if p.ndim > 1:
            rows = p.detach().flatten(1)  # one row per unit
            size = rows.pow(2).mean().sqrt().item() * math.sqrt(rows.shape[1])
            layers[name] = (size, len(torch.unique(rows[:64], dim=0)))
    # Healthy sizes: 0.5 to 1.5, embeddings apart. One distinct row: all units of the layer are the same.
    # end snippet
    return first, layers


def redraw(model: nn.Module, head: nn.Linear) -> None:
    """Draw the weights of `model` anew; `head` is its last layer."""

    # snippet: fix | pytorch | He (Kaiming) weights, zero biases, a small last layer | Kaiming 初始化，偏置置零，最后一层取小
    def init(module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)

    model.apply(init)
    nn.init.normal_(head.weight, std=0.01)  # outputs near 0: the first loss is ln(number of classes)
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    torch.manual_seed(0)
    task = load_task("digits")
    loss_fn = nn.functional.cross_entropy

    def examine(model: nn.Module) -> tuple[float, dict[str, tuple[float, int]]]:
        return first_loss_and_layers(model, task.x, task.y, loss_fn, task.classes)

    model = mlp(task)
    first, layers = examine(model)
    assert 0.9 < first < 1.3
    assert all(0.4 < size < 1.5 for size, _ in layers.values())
    for p in model.parameters():
        nn.init.normal_(p, std=1.0)
    first, layers = examine(model)
    assert first > 50
    assert min(size for size, _ in layers.values()) > 5
    for p in model.parameters():
        nn.init.zeros_(p)
    first, layers = examine(model)
    assert abs(first - 1) < 1e-4
    assert {distinct for _, distinct in layers.values()} == {1}
    head = model[-1]
    assert isinstance(head, nn.Linear)
    redraw(model, head)
    first, layers = examine(model)
    assert 0.9 < first < 1.1
    assert min(distinct for _, distinct in layers.values()) > 1
