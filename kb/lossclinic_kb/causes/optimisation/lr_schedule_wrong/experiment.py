"""A schedule that ends, starts or grows at the wrong time, and one that spans the run."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, PolynomialLR, StepLR

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.samples import PLAIN

WORKLOADS = ("tabular", *PLAIN)


def broken(world: World) -> Trial:
    """Half of the worlds decay too early, a quarter never finish their warm-up, a quarter raise the rate."""
    mistake = (_epochs_taken_for_steps, _epochs_taken_for_steps, _endless_warmup, _growth)[world.seed % 4]
    return mistake(healthy_trial(world))


def _epochs_taken_for_steps(trial: Trial) -> Trial:
    trial.schedule = PolynomialLR(trial.optimizer, total_iters=trial.epochs)
    trial.schedule_per_step = True
    return trial


def _endless_warmup(trial: Trial) -> Trial:
    warmup = 100 * trial.epochs * len(trial.train)  # 10,000 steps copied from a run a hundred times longer
    trial.schedule = LambdaLR(trial.optimizer, lambda step: (step + 1) / warmup)
    trial.schedule_per_step = True
    return trial


def _growth(trial: Trial) -> Trial:
    trial.schedule = StepLR(trial.optimizer, step_size=max(1, trial.epochs // 4), gamma=10.0)  # meant: 0.1
    trial.schedule_per_step = False
    return trial


def cured(world: World) -> Trial:
    trial = healthy_trial(world)
    trial.schedule = spanning_schedule(trial.optimizer, world.epochs, len(trial.train))
    trial.schedule_per_step = True
    return trial


def spanning_schedule(optimizer: torch.optim.Optimizer, epochs: int, batches: int) -> LRScheduler:
    """Return a warm-up, a plateau and a linear decay to zero that take `epochs * batches` steps in all."""
    total = epochs * batches
    warmup, decay = max(1, total // 20), max(1, total // 3)
    return LambdaLR(optimizer, lambda step: max(0.0, min(1.0, (step + 1) / warmup, (total - step) / decay)))


def played(optimizer: torch.optim.Optimizer, scheduler: LRScheduler, calls: int) -> tuple[list[float], float]:
    """Return the rate at every call, and the share of calls that still have a rate worth the name."""
    # snippet: confirm | pytorch | Play the schedule without training | 不训练，只把调度空跑一遍
    # A fresh optimizer and scheduler, built as in your script; `calls` = how often your loop
    # calls scheduler.step(): epochs * len(train_loader) inside the batch loop, else epochs.
    rates = []
    for _ in range(calls):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()  # there are no gradients yet, so nothing moves
        scheduler.step()
    alive = sum(rate > 0.001 * max(rates) for rate in rates) / calls
    # Healthy: max(rates) is the rate you asked for, it comes early, and alive is near 1.
    # end snippet
    return rates, alive


def trained_per_step(
    model: nn.Module,
    train_loader: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    epochs: int,
) -> tuple[float, list[float]]:
    """Train with a schedule in steps; return the last loss and the rate at every step."""
    rates = []
    # snippet: fix | pytorch | Warm-up and decay counted in the unit that step() is called in | 预热和衰减的单位与 step() 的调用频率一致
    total = epochs * len(train_loader)  # optimizer steps; divide by the accumulation steps if you accumulate
    warmup, decay = max(1, total // 20), max(1, total // 3)  # a few percent up, the last third down
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: max(0.0, min(1.0, (step + 1) / warmup, (total - step) / decay))
    )
    for _ in range(epochs):
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), targets)
            loss.backward()
            optimizer.step()
            scheduler.step()  # after optimizer.step(), once per step because `total` counts steps
            rates.append(float(scheduler.get_last_lr()[0]))  # log it
    # end snippet
    return float(loss.detach()), rates


def trained_per_epoch(
    model: nn.Module,
    train_loader: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    epochs: int,
) -> tuple[float, float]:
    """Train with a schedule in epochs; return the last loss and the rate of the last epoch."""
    # snippet: fix_epochs | pytorch | Milestones in epochs: step after the epoch | 里程碑按 epoch 计：每个 epoch 结束后再 step
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    milestones = [epochs * 6 // 10, epochs * 9 // 10]
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones, gamma=0.1)  # gamma below 1
    for _ in range(epochs):
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), targets)
            loss.backward()
            optimizer.step()
        last_lr = float(scheduler.get_last_lr()[0])
        scheduler.step()  # outside the batch loop
    # end snippet
    return float(loss.detach()), last_lr


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=4)
    trial = healthy_trial(world)
    batches = [(inputs, targets) for inputs, targets in trial.train]
    start = trial.loss(trial.model(batches[0][0]), batches[0][1]).item()
    wrong, calls = _epochs_taken_for_steps(healthy_trial(world)), world.epochs * len(batches)
    assert wrong.schedule is not None
    rates, alive = played(wrong.optimizer, wrong.schedule, calls)
    assert alive < 0.05
    assert rates[world.epochs] == 0
    wrong = _endless_warmup(healthy_trial(world))
    assert wrong.schedule is not None
    rates, _ = played(wrong.optimizer, wrong.schedule, calls)
    assert max(rates) == rates[-1] < 0.02 * world.lr
    wrong = _growth(healthy_trial(world))
    assert wrong.schedule is not None
    rates, _ = played(wrong.optimizer, wrong.schedule, world.epochs)
    assert max(rates) > 100 * world.lr
    right = cured(world)
    assert right.schedule is not None
    rates, alive = played(right.optimizer, right.schedule, calls)
    assert alive > 0.95
    assert rates.index(max(rates)) < 0.1 * calls
    loss, logged = trained_per_step(healthy_trial(world).model, batches, trial.loss, world.epochs)
    assert loss < 0.5 * start
    assert logged[-1] == 0
    assert len(logged) == calls
    loss, last_lr = trained_per_epoch(healthy_trial(world).model, batches, trial.loss, world.epochs)
    assert loss < 0.5 * start
    assert 0 < last_lr < 0.05
