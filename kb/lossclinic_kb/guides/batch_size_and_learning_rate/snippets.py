"""What the batch size does to the gradient, which rate goes with it, and what calms an unstable run."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, load_task, mlp

Loss = Callable[[Tensor, Tensor], Tensor]
Batches = list[tuple[Tensor, Tensor]]


def gradient_noise(
    model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Loss, batch_size: int
) -> float:
    """Return how far the gradient of one batch lies from that of all samples, relative to its size."""
    # snippet: noise | pytorch | How noisy is the gradient of one batch? | 一个 batch 的梯度有多大噪声
    params = [p for p in model.parameters() if p.requires_grad]

    def gradient(x: Tensor, y: Tensor) -> Tensor:
        grads = torch.autograd.grad(loss_fn(model(x), y), params)
        return torch.cat([g.flatten() for g in grads])

    mean = gradient(inputs, targets)  # of all samples, or of some thousands
    squares = []
    for _ in range(32):
        drawn = torch.randint(len(inputs), (batch_size,))
        squares.append((gradient(inputs[drawn], targets[drawn]) - mean).square().sum().item())
    noise = math.sqrt(sum(squares) / len(squares)) / float(mean.norm())
    # Above 1 a single batch says more about itself than about the data. It falls as 1 / sqrt(batch_size).
    # end snippet
    return noise  # noqa: RET504 - the snippet names it


def largest_rate(model: nn.Module, batches: Batches, loss_fn: Loss) -> float:
    """Return the first rate, from large to small, at which the loss falls."""
    # snippet: search | pytorch | From large to small, a fifth each time | 从大到小，每次除以 5
    lr = 10.0
    while lr > 1e-7:
        trial_model, losses = copy.deepcopy(model), []  # the same weights for every rate
        optimizer = torch.optim.SGD(trial_model.parameters(), lr=lr, momentum=0.9)
        for inputs, targets in batches:  # about 100, the same ones for every rate
            optimizer.zero_grad()
            loss = loss_fn(trial_model(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        if sum(losses[-10:]) < 0.5 * sum(losses[:1]) * len(losses[-10:]):  # false for NaN
            break
        lr /= 5
    # Train at half of it.
    # end snippet
    return lr


def one_for_eight(model: nn.Module, batches: Batches, loss_fn: Loss, lr: float) -> float:
    """Return the gap between eight small updates and one large one, relative to the way they went."""

    def vector(of: nn.Module) -> Tensor:
        return torch.cat([p.detach().flatten() for p in of.parameters()])

    # snippet: linear | pytorch | Why linear scaling works: eight updates against one | 线性缩放为什么成立：八次小更新对一次大更新
    def update(of: nn.Module, inputs: Tensor, targets: Tensor, rate: float) -> None:
        optimizer = torch.optim.SGD(of.parameters(), lr=rate)
        optimizer.zero_grad()
        loss_fn(of(inputs), targets).backward()
        optimizer.step()

    small, large = copy.deepcopy(model), copy.deepcopy(model)
    for inputs, targets in batches:  # eight batches of 32
        update(small, inputs, targets, lr)
    all_inputs, all_targets = (torch.cat(parts) for parts in zip(*batches, strict=True))
    update(large, all_inputs, all_targets, len(batches) * lr)  # one batch of 256, eight times the rate
    gap = (vector(small) - vector(large)).norm() / (vector(small) - vector(model)).norm()
    # Small while the gradient hardly changes over the eight updates; at a high rate it does change.
    # end snippet
    return float(gap)


def trained(
    model: nn.Module, task: Task, batch_size: int, lr: float, updates: int, loss_fn: Loss
) -> tuple[float, float]:
    """Train a copy of `model`; return the mean loss of the last ten batches and the validation loss."""
    losses = []
    # snippet: updates | pytorch | Compare batch sizes by updates, each at its own rate | 比较 batch 大小：更新次数相同，各用各的学习率
    trial_model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(trial_model.parameters(), lr=lr, momentum=0.9)  # lr searched for this batch
    for _ in range(updates):  # not epochs: those give a large batch fewer updates
        drawn = torch.randint(len(task.x), (batch_size,))
        optimizer.zero_grad()
        loss = loss_fn(trial_model(task.x[drawn]), task.y[drawn])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    # end snippet
    with torch.no_grad():
        return sum(losses[-10:]) / len(losses[-10:]), loss_fn(trial_model(task.x_val), task.y_val).item()


def calmed(
    model: nn.Module, batches: Batches, loss_fn: Loss, lr: float, warmup_steps: int, max_norm: float
) -> float:
    """Train a copy of `model`; return the mean loss of the last ten batches."""
    losses = []
    # snippet: calm | pytorch | What calms a run: a lower rate, a warm-up, clipping | 让训练稳下来：降学习率、预热、裁剪
    trial_model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(trial_model.parameters(), lr=lr, momentum=0.9)  # a tenth of the old rate
    warmup = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / warmup_steps))
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = loss_fn(trial_model(inputs), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trial_model.parameters(), max_norm)  # 90th percentile of usual norms
        optimizer.step()
        warmup.step()
        losses.append(loss.item())
    # end snippet
    return sum(losses[-10:]) / len(losses[-10:])


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    task = load_task("digits")
    torch.manual_seed(0)
    model, loss_fn = mlp(task), nn.functional.cross_entropy
    few, many = (gradient_noise(model, task.x, task.y, loss_fn, size) for size in (16, 256))
    assert few > 1.5
    assert 3 < few / many < 5  # the square root of 16 is 4
    batches = list(zip(task.x[:1344].split(32), task.y[:1344].split(32), strict=True)) * 2
    assert 0.01 < largest_rate(model, batches, loss_fn) < 0.5
    _linear_scaling_holds_at_small_rates(model, batches[:8], loss_fn)
    _the_gap_closes(model, task, loss_fn)
    _only_calming_calms(model, batches, loss_fn)


def _linear_scaling_holds_at_small_rates(model: nn.Module, batches: Batches, loss_fn: Loss) -> None:
    assert one_for_eight(model, batches, loss_fn, 0.01) < 0.05
    assert one_for_eight(model, batches, loss_fn, 0.1) < 0.3
    assert one_for_eight(model, batches, loss_fn, 1.0) > 0.5


def _the_gap_closes(model: nn.Module, task: Task, loss_fn: Loss) -> None:
    """250 updates of 16 are three epochs; batches of 256 make 16 updates of them."""
    _, small = trained(model, task, 16, 0.02, 250, loss_fn)
    _, same_epochs = trained(model, task, 256, 0.02, 16, loss_fn)
    _, same_updates = trained(model, task, 256, 0.05, 250, loss_fn)
    assert same_epochs > 1.5
    assert small < 0.15
    assert same_updates < 1.2 * small


def _only_calming_calms(model: nn.Module, batches: Batches, loss_fn: Loss) -> None:
    """At 0.5 with momentum the run sits above chance, which is ln 10 = 2.303."""
    unstable = calmed(model, batches, loss_fn, 0.5, 1, math.inf)
    assert unstable > 2.2
    assert not calmed(model, batches, loss_fn, 2.0, 1, math.inf) < unstable  # larger, or NaN
    assert calmed(model, batches, loss_fn, 0.5, 30, math.inf) > 2.0
    assert calmed(model, batches, loss_fn, 0.05, 1, math.inf) < 0.3
    assert calmed(model, batches, loss_fn, 0.5, 1, 0.1) < 0.3
