"""Adam's default epsilon on float16 weights, where it is rounded to zero; and one that float16 can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.workloads import WORKLOADS as TRAININGS

WORKLOADS = ("tabular", "regression_friedman", "regression_drawn", "autoencoder", "cnn_digits")


class Half(nn.Module):
    """A network whose weights, and so the moments of its optimiser, are float16."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model.half()

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the answers in float32: the loss is not what is to overflow here."""
        answers: Tensor = self.model(inputs.half()).float()
        return answers


def broken(world: World) -> Trial:
    return _half_trial(world, epsilon=1e-8)


def cured(world: World) -> Trial:
    return _half_trial(world, epsilon=1e-4)


def _half_trial(world: World, epsilon: float) -> Trial:
    base = None if world.workload == "tabular" else TRAININGS[world.workload].range.rates["adam"]
    trial = healthy_trial(
        replace(
            world,
            optimizer="adam",
            base_lr=base,
            precision="fp32",  # no loss scaler: people who call half() have none
            summed=False,  # a sum over the batch, or a loss in squared units, overflows by itself
            loss_weight=1.0,
            resumed=False,
        )
    )
    for group in trial.optimizer.param_groups:
        group["eps"] = epsilon
    trial.model = Half(trial.model)
    return trial


def one_step(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> tuple[bool, list[str], dict[torch.dtype, float]]:
    """Return whether the gradients were finite, which weights a step broke, and epsilon in each type."""
    # snippet: confirm | pytorch | One step: finite gradients, broken weights, an eps of 0 | 走一步：梯度正常，权重坏了，eps 变成 0
    optimizer.zero_grad()
    loss_fn(model(inputs), targets).backward()
    gradients_fine = all(p.grad is None or p.grad.isfinite().all() for p in model.parameters())
    optimizer.step()  # the first one, on fresh weights
    broken_weights = [name for name, p in model.named_parameters() if not p.isfinite().all()]
    eps = optimizer.param_groups[0]["eps"]
    eps_held = {p.dtype: torch.tensor(eps, dtype=p.dtype).item() for p in model.parameters()}
    # This cause: gradients_fine is True, broken_weights is not empty, eps_held shows 0.0.
    # end snippet
    return bool(gradients_fine), broken_weights, eps_held


def in_mixed_precision(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> float:
    """Train with float32 weights under autocast; return the last loss."""
    device = next(model.parameters()).device
    # snippet: fix | pytorch | Weights in float32, arithmetic in half by autocast | 权重保持 float32，计算用 autocast 半精度
    model.float()  # instead of model.half(), and before the optimizer is made
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, eps=1e-8)
    for inputs, targets in batches:  # inputs stay float32 too
        optimizer.zero_grad()
        with torch.autocast(device.type, dtype=torch.bfloat16):  # float16 needs a GradScaler besides
            loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
    # end snippet
    return float(loss.detach())


def with_larger_epsilon(model: nn.Module) -> torch.optim.Optimizer:
    """Return an optimiser whose epsilon float16 can hold."""
    # snippet: fix_eps | pytorch | If the weights must stay float16 | 如果权重只能是 float16
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, eps=1e-4)  # never below 1e-7 in float16
    # end snippet
    return optimizer  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=1)
    ill, well = broken(world), cured(world)
    inputs, targets = next(iter(ill.train))
    fine, weights, held = one_step(ill.model, inputs, targets, ill.loss, ill.optimizer)
    assert fine
    assert weights
    assert held == {torch.float16: 0.0}
    fine, weights, held = one_step(well.model, inputs, targets, well.loss, well.optimizer)
    assert fine
    assert not weights
    assert held[torch.float16] > 0

    # In float32 the default holds; an epsilon of exactly 0 breaks every weight that gets no gradient.
    unused = nn.Embedding(10, 2)
    zero = torch.optim.Adam(unused.parameters(), eps=0.0)
    fine, weights, _ = one_step(unused, torch.tensor([1]), torch.ones(1, 2), nn.functional.mse_loss, zero)
    assert fine
    assert weights == ["weight"]

    batches = [(inputs, targets) for inputs, targets in healthy_trial(world).train]
    model = healthy_trial(world).model.half()
    first = nn.functional.cross_entropy(model.float()(inputs), targets).item()
    assert in_mixed_precision(model, batches, nn.functional.cross_entropy) < first
    again = Half(healthy_trial(world).model)
    fine, weights, _ = one_step(again, inputs, targets, ill.loss, with_larger_epsilon(again))
    assert fine
    assert not weights
