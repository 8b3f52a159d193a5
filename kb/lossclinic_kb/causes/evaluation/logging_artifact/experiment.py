"""Four ways to log something else than is meant, while the training itself is sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lossclinic_kb.lab import Scores, Trial, World, fit, gradient_norm, healthy_trial, train_step

WORKLOADS = (
    "regression_friedman",
    "regression_drawn",
    "tabular",
    "segmentation",
    "cnn_digits",
    "char_transformer",
)
PARTS = 8  # micro-batches for one step

Step = Callable[[Trial, Tensor, Tensor], Scores]


def broken(world: World) -> Trial:
    """Which of the four it is belongs to the seed."""
    step = (_norm_after_clearing, _mean_over_all(), _still_scaled, _sum_of_parts)[world.seed % 4]
    return replace(cured(world), train_step=step)


def cured(world: World) -> Trial:
    """The same training, logged as it is."""
    trial = healthy_trial(replace(world, summed=False))
    if world.seed % 4 == 2:
        trial.precision = "fp16"
    return trial


def _norm_after_clearing(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    row = train_step(trial, inputs, targets)
    trial.optimizer.zero_grad()
    return {**row, "grad_norm": gradient_norm(trial.model)}


def _mean_over_all() -> Step:
    """Return a step whose averages were begun once, before the first epoch, and are never begun anew."""
    totals: dict[str, float] = {}
    steps = 0

    def step(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
        nonlocal steps
        row = dict(train_step(trial, inputs, targets))
        steps += 1
        for name in ("loss", "acc"):
            if name in row:
                totals[name] = totals.get(name, 0.0) + row[name]
                row[name] = totals[name] / steps
        return row

    return step


def _still_scaled(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    assert trial.scaler is not None
    scale = trial.scaler.get_scale()
    row = train_step(trial, inputs, targets)
    return {**row, "loss": scale * row["loss"]}  # what scaler.scale(loss).item() gives


def _sum_of_parts(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    """Divide the loss for the gradient, and add it up undivided for the log."""
    running = 0.0
    with torch.no_grad():
        for part, part_targets in zip(inputs.chunk(PARTS), targets.chunk(PARTS), strict=True):
            running += float(trial.loss(trial.model(part), part_targets))
    return {**train_step(replace(trial, accumulate=PARTS), inputs, targets), "loss": running}


def compared_with_log(
    model: nn.Module,
    batch: tuple[Tensor, Tensor],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    logged_loss: float,
) -> tuple[float, float]:
    """Return how many times the plain loss the logged one is, and the gradient norm of one batch."""
    # snippet: confirm | pytorch | One batch with nothing between the value and the log | 抛开日志代码，单独算一个 batch
    inputs, targets = batch
    model.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    grad_norm = torch.linalg.vector_norm(torch.stack([grad.norm() for grad in grads])).item()
    ratio = logged_loss / loss.item()  # the value that was logged for this batch, or for this moment
    # ratio 65536 or another large power of two: the loss scale. 4, 8, 16: the micro-batches were added up.
    # The number of batches: a sum over the epoch. 1 now, but not in the curve: an average over the past.
    # grad_norm above 0 here and 0 in the log: it is read after zero_grad().
    # end snippet
    model.zero_grad()
    return ratio, grad_norm


def honest_log(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_loader: DataLoader[tuple[Tensor, ...]],
    scaler: torch.amp.GradScaler,
    epochs: int,
    accumulate: int,
) -> list[tuple[float, float]]:
    """Train and return the mean loss of every epoch with the last gradient norm in it."""
    log = []
    # snippet: fix | pytorch | Where each figure has to be taken | 每个数字该在哪一行取
    for _ in range(epochs):
        total, count = 0.0, 0  # begun anew in every epoch
        for index, (inputs, targets) in enumerate(train_loader, 1):
            loss = nn.functional.cross_entropy(model(inputs), targets)
            total += loss.item() * len(targets)  # before it is scaled or divided
            count += len(targets)
            scaler.scale(loss / accumulate).backward()
            if index % accumulate == 0 or index == len(train_loader):
                scaler.unscale_(optimizer)
                grad_norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0).item()
                scaler.step(optimizer)
                scaler.update()
                optimizer.zero_grad()  # after the norm was read
        log.append((total / count, grad_norm))
    # end snippet
    return log


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    for seed, least, most in ((2, 1000.0, 1e6), (3, 7.0, 9.0)):
        trial = broken(World(seed, epochs=1))
        batch = next(iter(trial.train))
        trial.scaler = torch.amp.GradScaler("cpu") if seed == 2 else None
        honest = float(trial.loss(trial.model(batch[0]), batch[1]).detach())
        logged = trial.train_step(trial, batch[0], batch[1])["loss"]
        assert least < logged / honest < most
    cleared = broken(World(0, epochs=1))
    batch = next(iter(cleared.train))
    assert cleared.train_step(cleared, batch[0], batch[1])["grad_norm"] == 0.0
    ratio, norm = compared_with_log(cleared.model, (batch[0], batch[1]), cleared.loss, 65536.0)
    assert ratio > 1000
    assert norm > 0.0

    averaged = fit(broken(World(1, epochs=8))).pick("train_loss")
    plain = fit(cured(World(1, epochs=8))).pick("train_loss")
    assert averaged is not None
    assert plain is not None
    assert averaged.values[-1] > 2 * plain.values[-20:].mean()
    sound = cured(World(0))
    log = honest_log(sound.model, sound.optimizer, sound.train, torch.amp.GradScaler("cpu"), 3, 4)
    assert log[-1][0] < log[0][0] < 3.0
    assert all(norm > 0 for _, norm in log)
