"""An epsilon of Adam far above the size of the gradients, which shrinks every step; and the default."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.workloads import WORKLOADS as TRAININGS

WORKLOADS = ("tabular", "cnn_digits", "regression_friedman", "regression_drawn", "autoencoder", "fine_tuning")


def broken(world: World) -> Trial:
    trial = cured(world)
    for group in trial.optimizer.param_groups:
        group["eps"] = world.between(0.5, 5.0)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(_adaptive(world))


def _adaptive(world: World) -> World:
    """Return the world with an adaptive optimiser and gradients that are not enlarged by a unit or a sum."""
    if world.workload == "tabular":
        return replace(world, optimizer="adam")
    optimizer = "adam" if world.optimizer == "sgd" else world.optimizer
    rate = TRAININGS[world.workload].range.rates[optimizer]
    return replace(world, optimizer=optimizer, base_lr=rate, summed=False, loss_weight=1.0)


def damping(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Return the median factor by which epsilon shrinks the steps, after training on `batches`."""
    # snippet: confirm | pytorch | By how much does eps shrink the steps? | eps 把步长压小了多少
    for inputs, targets in batches:  # some twenty, so that the moments settle
        optimizer.zero_grad()
        loss_fn(model(inputs), targets).backward()
        optimizer.step()
    kept = []
    for group in optimizer.param_groups:
        for p in group["params"]:
            state = optimizer.state.get(p, {})  # empty for a parameter that never had a gradient
            if "exp_avg_sq" in state:  # "square_avg" in RMSprop
                corrected = state["exp_avg_sq"] / (1 - group["betas"][1] ** float(state["step"]))
                kept.append((corrected.sqrt() / (corrected.sqrt() + group["eps"])).flatten())
    damping = torch.cat(kept).median().item()
    # Healthy: above 0.9. At 0.01 Adam takes a hundredth of the step that its rate promises.
    # end snippet
    return damping  # noqa: RET504 - the snippet names it


def with_default(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> float:
    """Train with the default epsilon; return the last loss."""
    # snippet: fix | pytorch | The default epsilon | 用默认的 epsilon
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-8)  # was eps=1.0
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
    # end snippet
    return float(loss.detach())


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=1, optimizer="adam")
    trial = healthy_trial(world)
    batches = [(inputs, targets) for inputs, targets in trial.train]
    kept, ends = {}, {}
    for eps in (1.0, 1e-8):
        model = copy.deepcopy(trial.model)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=eps)
        kept[eps] = damping(model, batches[:20], trial.loss, optimizer)
        ends[eps] = trial.loss(model(batches[-1][0]), batches[-1][1]).item()
    assert kept[1.0] < 0.05
    assert kept[1e-8] > 0.99
    assert ends[1e-8] < 0.9 * ends[1.0]
    assert with_default(trial.model, batches, trial.loss) < 0.9 * ends[1.0]
