"""A loss, or the features below the head, cut out of the graph that gradients flow along."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial, optimizer_for
from lossclinic_kb.lab.samples import PLAIN

WORKLOADS = ("tabular", *PLAIN)


def broken(world: World) -> Trial:
    """Two worlds in three rebuild the loss from its value; in the third only the head can still learn."""
    trial = healthy_trial(world)
    if world.seed % 3 == 1 and world.workload == "tabular":
        *body, head = trial.model.children()
        trial.model = nn.Sequential(*body, Cut(), head)
        trial.optimizer = optimizer_for(world, trial.model)
    else:
        healthy_loss = trial.loss
        trial.loss = lambda outputs, targets: healthy_loss(outputs, targets).detach().requires_grad_()
    # A loss scaler refuses to step without a gradient: nobody misses the fault there.
    trial.precision = "fp32" if trial.precision == "fp16" else trial.precision
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


class Cut(nn.Module):
    """Pass the features on without their history, as `.detach()`, `.data` or a detour over NumPy does."""

    def forward(self, features: Tensor) -> Tensor:
        """Return `features`, shape unchanged, cut off from what produced them."""
        return features.detach()


def unreached(
    model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> tuple[object, list[str]]:
    """Return what produced the loss, and the parameters that its gradient does not reach."""
    # snippet: confirm | pytorch | Which parameters does the gradient not reach? | 哪些参数收不到梯度
    model.zero_grad(set_to_none=True)
    loss = loss_fn(model(inputs), targets)
    origin = loss.grad_fn  # None: the loss itself has no history
    if loss.requires_grad:
        loss.backward()
    unreached = [name for name, p in model.named_parameters() if p.requires_grad and p.grad is None]
    # All of them: cut at the loss. All up to a layer: cut right behind it. None: look elsewhere.
    # end snippet
    return origin, unreached


def gradient_table(model: nn.Module) -> list[tuple[str, bool, float, float | None]]:
    """Return name, requires_grad, mean weight and mean gradient of every parameter."""
    # snippet: confirm_table | pytorch | Weights and gradients, one row a parameter | 逐个参数列出权重和梯度
    rows = []
    for name, p in model.named_parameters():  # after loss.backward()
        gradient = None if p.grad is None else p.grad.abs().mean().item()
        rows.append((name, p.requires_grad, p.detach().abs().mean().item(), gradient))
    # gradient None: the graph is cut. 0.0: it is connected, but nothing flows (dead or saturated units).
    # end snippet
    return rows


def trained(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_loader: Sequence[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> float:
    """Train for one epoch with the graph whole; return the mean loss."""
    # snippet: fix | pytorch | Tensors up to backward(), plain numbers after it | backward() 之前全程张量，之后才取数值
    total, seen = 0.0, 0
    for inputs, targets in train_loader:
        optimizer.zero_grad()
        outputs = model(inputs)  # no .detach(), .data, .numpy(), .item(), no_grad() on this way
        loss = loss_fn(outputs, targets)  # not torch.tensor(loss), not argmax(outputs)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(targets)  # numbers leave the graph here, for the log only
        seen += len(targets)
    mean_loss = total / seen
    # end snippet
    return mean_loss  # noqa: RET504 - the snippet names it


def combined(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Return `first` and `second` joined, and the soft position of the largest entry of `first`."""
    # snippet: fix_operations | pytorch | Keep the history: stack instead of tensor, soft instead of hard argmax | 保住计算图：用 stack 代替 tensor，用软 argmax 代替 argmax
    joined = torch.stack([first, second])  # was: torch.tensor([first.tolist(), second.tolist()])
    positions = torch.arange(first.shape[-1], dtype=first.dtype, device=first.device)
    expected = (first.softmax(-1) * positions).sum(-1)  # was: first.argmax(-1), which has no gradient
    # end snippet
    return joined, expected


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = healthy_trial(World(epochs=1))
    batches = [(inputs, targets) for inputs, targets in trial.train]
    inputs, targets = batches[0]
    start = float(trial.loss(trial.model(inputs), targets).detach())
    names = [name for name, _ in trial.model.named_parameters()]
    origin, missing = unreached(trial.model, inputs, targets, lambda o, t: trial.loss(o, t).detach())
    assert origin is None
    assert missing == names
    assert all(gradient is None for *_, gradient in gradient_table(trial.model))
    head_only = broken(World(seed=1)).model
    origin, missing = unreached(head_only, inputs, targets, trial.loss)
    assert origin is not None
    assert 0 < len(missing) == len(list(head_only.parameters())) - 2
    assert unreached(trial.model, inputs, targets, trial.loss)[1] == []
    assert all(gradient for *_, gradient in gradient_table(trial.model))
    assert trained(trial.model, trial.optimizer, batches, trial.loss) < start
    first, second = torch.randn(5, requires_grad=True), torch.randn(5, requires_grad=True)
    joined, expected = combined(first, second)
    (joined.sum() + expected).backward()
    assert first.grad is not None
    assert second.grad is not None
