"""A deep stack of saturating or shrinking layers, and the same depth with skips and normalisation."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, Trial, World, healthy_trial, load_task, mlp
from lossclinic_kb.lab.healthy import head

WORKLOADS = ("tabular", "tabular_regression")


def broken(world: World) -> Trial:
    task = load_task(world.task, world.seed)
    torch.manual_seed(world.seed)
    return healthy_trial(world.waited_for(), task=task, model=_plain(task, world))


def cured(world: World) -> Trial:
    task = load_task(world.task, world.seed)
    torch.manual_seed(world.seed)
    return healthy_trial(world, task=task, model=with_skips(task, world.width, _depth(world)))


def _depth(world: World) -> int:
    """Return the number of hidden layers: a sigmoid passes on a quarter at most, a tanh more."""
    return 5 + (3 + 3 * world.seed) % 11 if world.seed % 3 != 1 else 24


def _plain(task: Task, world: World) -> nn.Sequential:
    return mlp(task, world.width, _depth(world), nn.Sigmoid if world.seed % 3 != 1 else nn.Tanh)


def block(width: int) -> nn.Module:
    """Return a hidden layer of `width` units with a skip connection around it."""

    # snippet: fix | pytorch | A layer that the gradient can walk around | 让梯度可以绕过去的一层
    class Block(nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(width)
            self.linear = nn.Linear(width, width)

        def forward(self, x: Tensor) -> Tensor:
            return x + torch.relu(self.linear(self.norm(x)))  # "x +" carries the gradient past the layer

    # end snippet
    return Block(width)


def with_skips(task: Task, width: int, depth: int) -> nn.Sequential:
    """Return a network of `depth` hidden layers that trains at any depth."""
    blocks = [block(width) for _ in range(depth - 1)]
    return nn.Sequential(nn.Linear(task.features, width), *blocks, nn.LayerNorm(width), *head(task, width))


def gradient_by_layer(
    model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> dict[str, float]:
    """Return the norm of the gradient over that of the weights, by parameter, in the order of the layers."""
    # snippet: confirm | pytorch | Gradient over weight, layer by layer | 逐层看梯度与权重之比
    model.zero_grad()
    loss_fn(model(inputs), targets).backward()
    ratio = {
        name: (p.grad.norm() / p.norm()).item()
        for name, p in model.named_parameters()
        if p.grad is not None and p.ndim > 1  # weights only
    }
    # Read from the last layer to the first: a factor of 10 or more lost per few layers is the fault.
    # end snippet
    return ratio  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    torch.manual_seed(0)
    task = load_task("digits")
    inputs, targets = task.x[:128], task.y[:128]

    def ratios(model: nn.Module) -> list[float]:
        return list(gradient_by_layer(model, inputs, targets, nn.functional.cross_entropy).values())

    sigmoids, tanhs, skips = (
        mlp(task, 64, 12, nn.Sigmoid),
        mlp(task, 64, 24, nn.Tanh),
        with_skips(task, 64, 24),
    )
    assert ratios(sigmoids)[0] < 1e-6 * ratios(sigmoids)[-1]
    assert ratios(tanhs)[0] < 1e-3 * ratios(tanhs)[-1]
    assert ratios(skips)[0] > 0.05 * ratios(skips)[-1]
    x = torch.linspace(-4, 4, 81, requires_grad=True)
    torch.sigmoid(x).sum().backward()
    assert x.grad is not None
    assert 0.249 < float(x.grad.max()) <= 0.25
