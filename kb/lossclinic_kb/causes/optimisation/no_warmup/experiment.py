"""A deep residual network, normalised after each block, at its full rate from the first step; and warmed up."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from lossclinic_kb.lab import Trial, World, healthy_trial, load_task

BLOCKS = 12
WIDTH = 64
STEPS = 400
WARMUP = 150


class PostNorm(nn.Module):
    """The feed-forward half of the original transformer block: LayerNorm(x + f(x))."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalised sum, of the shape of `x`."""
        normalised: Tensor = self.norm(x + self.inner(x))
        return normalised


def broken(world: World) -> Trial:
    """Train at the full rate from the first step on."""
    return _deep(world, warmup=0)


def cured(world: World) -> Trial:
    """The same, the rate rising in a straight line at first."""
    return _deep(world, WARMUP)


def _deep(world: World, warmup: int) -> Trial:
    """A task that a line can split says little about depth: digits take the place of breast cancer."""
    task = load_task("digits" if world.task == "breast_cancer" else world.task, world.seed)
    torch.manual_seed(world.seed)
    blocks = [PostNorm(WIDTH) for _ in range(BLOCKS)]
    model = nn.Sequential(nn.Linear(task.features, WIDTH), *blocks, nn.Linear(WIDTH, task.classes))
    epochs = math.ceil(STEPS / math.ceil(len(task.x) / 32))
    trial = healthy_trial(
        replace(world, optimizer="adam", batch_size=32, epochs=epochs), task=task, model=model
    )
    for group in trial.optimizer.param_groups:
        group["lr"] = world.between(0.0105, 0.0112)
        group["betas"] = (0.9, 0.95)  # as transformers are trained: less of a memory than the default
    steps = epochs * len(trial.train)

    def factor(step: int) -> float:  # both runs come down in a straight line from step WARMUP on
        return min(1.0, (step + 1) / (warmup + 1), (steps - step) / (steps - WARMUP))

    trial.schedule = LambdaLR(trial.optimizer, factor)
    trial.schedule_per_step = True
    return trial


def with_and_without(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    lr: float,
) -> dict[int, float]:
    """Return the mean of the last ten losses after a start with a warm-up of so many steps."""
    # snippet: confirm | pytorch | The same start with and without warm-up | 同样的起点，有预热和没预热各跑一次
    ends = {}
    for warmup in (0, len(batches) // 2):
        trial_model = copy.deepcopy(model)  # fresh weights, not those of a run that broke
        optimizer = torch.optim.Adam(trial_model.parameters(), lr=lr)
        losses = []
        for step, (inputs, targets) in enumerate(batches):  # some 300, the same ones both times
            optimizer.param_groups[0]["lr"] = lr * min(1.0, (step + 1) / max(warmup, 1))
            optimizer.zero_grad()
            loss = loss_fn(trial_model(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        ends[warmup] = sum(losses[-10:]) / 10
    # This cause: the run with warm-up ends far lower although it spent half its steps below the full rate.
    # end snippet
    return ends


def warmed_up(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    peak: float,
) -> tuple[float, list[float]]:
    """Train with a linear warm-up and a cosine decay; return the last loss and the rates."""
    rates = []
    # snippet: fix | pytorch | Linear warm-up, then cosine decay, counted in steps | 先线性预热，再余弦衰减，按 step 计
    total = len(batches)  # optimizer steps of the whole run: epochs * batches / accumulation
    warmup = max(1, total // 10)
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak)

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))

    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        scheduler.step()  # after every optimizer step, not after every epoch
        rates.append(optimizer.param_groups[0]["lr"])
    # end snippet
    return float(loss.detach()), rates


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(World(task="breast_cancer"))
    batches = [(inputs, targets) for _ in range(12) for inputs, targets in trial.train]
    ends = with_and_without(trial.model, batches, trial.loss, lr=0.01)
    assert ends[len(batches) // 2] < 0.75 * ends[0]
    last, rates = warmed_up(trial.model, batches, trial.loss, peak=1e-3)
    assert last < ends[0]
    assert max(rates) == 1e-3
    assert rates.index(max(rates)) < 0.11 * len(batches)
    assert rates[-1] < 1e-6
