"""Schedules of the learning rate, what they count, and how many warm-up steps a run needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import fmean, median

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler
from torch.utils.data import DataLoader

from lossclinic_kb.lab import World, evaluate, healthy_trial, load_task, train_step

Loss = Callable[[Tensor, Tensor], Tensor]


def decayed_by_hand(optimizer: torch.optim.Optimizer, epochs: int) -> list[float]:
    """Return the rate of the first group in each epoch."""
    used = []
    # snippet: by_hand | pytorch | Decay per epoch by hand: always from the initial rate | 手写逐 epoch 衰减：每次都从初始学习率算起
    initial = [group["lr"] for group in optimizer.param_groups]  # once, before the loop
    for epoch in range(epochs):
        for group, lr in zip(optimizer.param_groups, initial, strict=True):
            group["lr"] = lr * 0.95**epoch  # not group["lr"] * 0.95**epoch: that compounds
        used.append(optimizer.param_groups[0]["lr"])
        # ... train one epoch ...
    # end snippet
    return used


def trained_per_epoch(
    model: nn.Module, loader: DataLoader[tuple[Tensor, ...]], loss_fn: Loss, epochs: int
) -> float:
    """Train with a rate that falls by 4 % an epoch; return the rate after the last."""
    # snippet: exponential | pytorch | ExponentialLR counts its own calls: here, epochs | ExponentialLR 数的是自己被调用的次数：这里是 epoch
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.96)
    for _ in range(epochs):
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
        scheduler.step()  # after the optimiser, and out here: once an epoch, not once a batch
    # end snippet
    return float(scheduler.get_last_lr()[0])


def warmup_then_cosine(optimizer: torch.optim.Optimizer, warmup: int, total: int) -> LRScheduler:
    """Return a schedule of `total` steps, to be stepped after each of them."""

    # snippet: cosine | pytorch | Warm-up, then half a cosine down to zero, in steps | 先预热，再按半个余弦降到 0，单位是步
    def factor(step: int) -> float:  # of the rate given to the optimiser
        if step < warmup:
            return (step + 1) / warmup
        done = (step - warmup) / max(1, total - warmup)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, done)))  # min: or it comes up again

    scheduler = LambdaLR(optimizer, factor)  # total = epochs * len(loader); step() after each batch
    # end snippet
    return scheduler  # noqa: RET504 - the snippet names it


def noam(model: nn.Module, d_model: int, warmup: int) -> tuple[torch.optim.Optimizer, LRScheduler]:
    """Return the optimiser and the schedule of the first transformer."""

    # snippet: noam | pytorch | Noam, counted from 1 so that step 0 does not fail | Noam 调度：从 1 开始数，第 0 步不会报错
    def factor(step: int) -> float:
        t = step + 1  # schedulers start at 0, and 0 ** -0.5 is a ZeroDivisionError
        return float(d_model**-0.5 * min(t**-0.5, t * warmup**-1.5))

    optimizer = torch.optim.Adam(model.parameters(), lr=1.0, betas=(0.9, 0.98), eps=1e-9)
    scheduler = LambdaLR(optimizer, factor)  # the rate itself, since lr=1.0; step() after each batch
    # end snippet
    return optimizer, scheduler


def one_cycle(model: nn.Module, epochs: int, batches: int) -> tuple[torch.optim.Optimizer, LRScheduler]:
    """Return SGD and one cycle of its rate."""
    # snippet: one_cycle | pytorch | One cycle: tell it the steps of the whole run | OneCycle：把整个训练的总步数告诉它
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)  # lr is overwritten
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=0.1,
        total_steps=epochs * batches,  # len(loader); one step() more raises ValueError
        pct_start=0.3,  # rises for 30 % of them, from max_lr / 25, and ends at max_lr / 250000
    )
    # end snippet
    return optimizer, scheduler


def warmup_candidates(grad_norms: Sequence[float], total_steps: int, beta2: float) -> dict[str, int]:
    """Return how long to warm up, by each of three rules."""
    # snippet: how_many | pytorch | How many warm-up steps: three answers to compare | 预热多少步：三种算法互相对照
    by_share = max(1, round(0.03 * total_steps))  # a few percent; 10 % at most
    by_beta2 = round(2 / (1 - beta2))  # until Adam's second moment has seen enough
    window = max(1, len(grad_norms) // 50)  # grad_norms: of a short run at a tenth of the rate
    norms = [median(grad_norms[i : i + window]) for i in range(0, len(grad_norms), window)]
    settled = median(norms[len(norms) // 2 :])
    loud = [i for i, norm in enumerate(norms) if norm > 2 * settled]
    by_norm = window * (loud[-1] + 1) if loud else 1  # until the gradient norm has settled
    # end snippet
    return {"share": by_share, "beta2": by_beta2, "norm": by_norm}


def rates(optimizer: torch.optim.Optimizer, scheduler: LRScheduler, steps: int) -> list[float]:
    """Return the rate of the first group at each of the next `steps` steps."""
    seen = []
    for _ in range(steps):
        seen.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return seen


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    _counted_in_epochs()
    _counted_in_steps()
    _noam_peaks_where_warmup_ends()
    found = warmup_candidates([1 + 9 * math.exp(-step / 50) for step in range(1000)], 10_000, 0.999)
    assert (found["share"], found["beta2"]) == (300, 2000)
    assert 100 <= found["norm"] <= 120
    assert [warmup_candidates([1.0], 1, beta2)["beta2"] for beta2 in (0.98, 0.95)] == [100, 40]
    steady, decayed = _endings(0.02, decay=False), _endings(0.02, decay=True)
    assert decayed[0] < 0.1 * steady[0]
    assert decayed[1] < 0.5 * steady[1]


def _counted_in_epochs() -> None:
    optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=0.1)
    used = decayed_by_hand(optimizer, 21)
    assert math.isclose(used[20] / used[0], 0.95**20)
    assert math.isclose(0.95**20, 0.36, rel_tol=0.01)
    assert math.isclose(math.prod(0.95**epoch for epoch in range(21)), 2.1e-5, rel_tol=0.01)
    loader, _ = load_task("wine").loaders(32)
    model = nn.Linear(13, 3)
    assert math.isclose(trained_per_epoch(model, loader, nn.functional.cross_entropy, 10), 1e-3 * 0.96**10)
    assert math.isclose(0.96**10, 0.66, rel_tol=0.01)
    assert 0.96**1000 < 2e-18  # a hundred batches an epoch, stepped after each


def _counted_in_steps() -> None:
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    seen = rates(optimizer, warmup_then_cosine(optimizer, 10, 100), 300)
    assert math.isclose(seen[0], 0.01)
    assert math.isclose(max(seen), seen[10])
    assert max(seen[100:]) < 1e-12
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    annealed = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=100)
    assert math.isclose(rates(optimizer, annealed, 201)[200], 0.1)  # back at the top
    cycled, scheduler = one_cycle(model, epochs=10, batches=50)
    seen = rates(cycled, scheduler, 499)
    assert math.isclose(seen[0], 0.1 / 25)
    assert seen.index(max(seen)) in (149, 150)
    assert math.isclose(cycled.param_groups[0]["lr"], 0.1 / 250_000)
    rates(cycled, scheduler, 1)  # the call after the last batch
    try:
        scheduler.step()
    except ValueError:
        return
    raise AssertionError("one step too many went unnoticed")


def _noam_peaks_where_warmup_ends() -> None:
    model = nn.Linear(1, 1)
    seen = rates(*noam(model, d_model=512, warmup=4000), steps=5000)
    assert seen.index(max(seen)) == 3999
    assert math.isclose(max(seen), 7.0e-4, rel_tol=0.01)
    try:
        _ = 0**-0.5
    except ZeroDivisionError:
        return
    raise AssertionError("step 0 did not fail")


def _endings(lr: float, *, decay: bool, epochs: int = 5) -> tuple[float, float]:
    """Return the training loss of the last epoch and the validation loss of Adam, each a mean of three seeds."""
    train, val = [], []
    for seed in range(3):
        trial = healthy_trial(World(optimizer="adam", batch_size=16, seed=seed))
        for group in trial.optimizer.param_groups:
            group["lr"] = lr
        total = epochs * len(trial.train)
        scheduler = warmup_then_cosine(trial.optimizer, 20, total) if decay else None
        for epoch in range(epochs):
            for inputs, targets in trial.train:
                row = train_step(trial, inputs, targets)
                if epoch == epochs - 1:
                    train.append(row["loss"])
                if scheduler is not None:
                    scheduler.step()
        val.append(evaluate(trial)["loss"])
    return fmean(train), fmean(val)
