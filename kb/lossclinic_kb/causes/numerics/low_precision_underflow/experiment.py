"""Sixteen bits where small numbers matter: an epsilon that is 0, inputs whose differences are rounded away."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial, train_step

WORKLOADS = ("cnn_digits", "tabular", "regression_friedman", "regression_drawn")


def broken(world: World) -> Trial:
    """Even seeds with an adaptive optimiser hold all weights in float16; the others round their inputs to bfloat16."""
    trial = cured(world)
    if world.optimizer != "sgd" and world.seed % 2 == 0:
        _hold_in_half(trial.model)
    else:
        # In standard deviations, as of a year or a map coordinate; the value about which the inputs lie can be stored.
        offset = float(torch.tensor(world.between(600.0, 4000.0)).bfloat16())
        trial.model.register_forward_pre_hook(
            lambda _, arguments: ((arguments[0] + offset).bfloat16().float() - offset,)
        )
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(replace(world, precision="fp32"))


def _hold_in_half(model: nn.Module) -> None:
    model.half()
    model.register_forward_pre_hook(lambda _, arguments: (arguments[0].half(),))
    model.register_forward_hook(lambda _, __, outputs: outputs.float())  # the loss is taken in float32


def moved(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> tuple[set[torch.dtype], float]:
    """Return the types of the weights, and the share of them that a step changes of those with a gradient."""
    # snippet: confirm | pytorch | How many weights does a step really change? | 一步更新真正改动了多少权重
    types = {p.dtype for p in model.parameters()}  # float32 is what you want to see, autocast or not
    before = [p.detach().clone() for p in model.parameters()]
    optimizer.zero_grad()
    loss_fn(model(inputs), targets).backward()
    optimizer.step()
    changed = reached = 0
    for p, old in zip(model.parameters(), before, strict=True):
        if p.grad is not None:
            changed += int(((p != old) & (p.grad != 0)).sum())
            reached += int((p.grad != 0).sum())
    share = changed / max(reached, 1)
    # Near 1 in float32. 0.1 and less: updates are rounded away. NaN among the weights: the optimiser's epsilon is 0.
    # end snippet
    return types, share


def trained(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    device: str,
) -> torch.optim.Optimizer:
    """Take a step with weights in float32 and products in bfloat16; return the optimiser."""
    # snippet: fix | pytorch | Weights and optimiser in float32, products in bfloat16 | 权重和优化器用 float32，乘法用 bfloat16
    model.float()  # instead of model.half() or model.bfloat16(); before the optimiser is built
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    with torch.autocast(device, dtype=torch.bfloat16):
        outputs = model(inputs)
    loss_fn(outputs.float(), targets).backward()
    optimizer.step()
    # end snippet
    return optimizer


def standardised(timestamps: Tensor, mean: float, std: float, dtype: torch.dtype) -> Tensor:
    """Return `timestamps`, float64, less their mean, in `dtype`."""
    # snippet: fix_inputs | pytorch | Subtract first, cast afterwards | 先减后转
    x = ((timestamps.double() - mean) / std).to(dtype)  # times, years, coordinates, positions, identifiers
    # In a model under autocast: with torch.autocast(device, enabled=False), on x.float().
    # end snippet
    return x  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    assert float(torch.tensor(1e-8).half()) == 0.0
    assert float(torch.tensor(1.0).bfloat16() + 0.003) == 1.0
    assert float(torch.arange(1997.0, 2004.0).bfloat16().std()) == 0.0  # all of them 2000

    weight = torch.full((1,), 0.5, dtype=torch.float16, requires_grad=True)
    weight.grad = torch.full((1,), 4e-3, dtype=torch.float16)
    torch.optim.Adam([weight], lr=1e-3, foreach=False).step()
    assert not weight.isfinite().all()
    ill = broken(World(optimizer="adam"))
    inputs, targets = next(iter(ill.train))
    train_step(ill, inputs, targets)
    assert not all(p.isfinite().all() for p in ill.model.parameters())

    trial = healthy_trial(World())
    rounded = copy.deepcopy(trial.model).bfloat16()
    shares = {}
    for model in (trial.model, rounded):
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.0)
        kind = next(model.parameters()).dtype
        types, shares[kind] = moved(model, optimizer, inputs.to(kind), targets, trial.loss)
        assert types == {kind}
    assert shares[torch.float32] > 0.95
    assert shares[torch.bfloat16] < 0.1
    built = trained(rounded, inputs, targets, trial.loss, "cpu")
    assert all(p.dtype == torch.float32 for group in built.param_groups for p in group["params"])

    years = torch.arange(1997, 2004)
    assert float(standardised(years, 2000.0, 2.0, torch.bfloat16).unique().numel()) == 7
