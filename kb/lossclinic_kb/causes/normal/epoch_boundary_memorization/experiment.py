"""A large network over few samples, logged step by step: each epoch starts a stair lower, as samples come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, Trial, World, fit, healthy_trial
from lossclinic_kb.run import Run

SAMPLES = 400
EPOCHS = 5
BATCH = 8
WIDTH = 2048  # five times as many units as samples: each sample finds directions of its own
FREQUENCY = 2.0  # of the waves: how unlike each other two samples look to the network
OPEN = 0.4  # share of targets that the inputs do not tell, as the next word of a text is often open
SHRUNK = 0.25  # so that the gradient of two thousand units is no larger than the loss
WEAK, STRONG = 0.2, 0.32  # rate of plain SGD: how much of a sample one visit memorises


class Wave(nn.Module):
    """The cosine as activation."""

    def forward(self, values: Tensor) -> Tensor:
        """Return the cosine of `values`, made small."""
        return SHRUNK * values.cos()


def broken(world: World) -> Trial:
    """Five epochs over few samples."""
    return _trial(world, SAMPLES, EPOCHS)


def cured(world: World) -> Trial:
    """As many steps, each over samples that were not seen before."""
    return _trial(world, EPOCHS * SAMPLES, 1)


def _trial(world: World, samples: int, epochs: int) -> Trial:
    task = _task(world, samples)
    torch.manual_seed(world.seed)
    first, head = nn.Linear(task.features, WIDTH), nn.Linear(WIDTH, task.classes)
    nn.init.normal_(first.weight, std=FREQUENCY / task.features**0.5)
    nn.init.uniform_(first.bias, 0.0, 2 * torch.pi)
    nn.init.zeros_(head.weight)
    world = replace(world, batch_size=BATCH, epochs=epochs, log_every=1)
    trial = healthy_trial(world, task=task, model=nn.Sequential(first, Wave(), head))
    trial.optimizer = torch.optim.SGD(trial.model.parameters(), lr=world.between(WEAK, STRONG))
    trial.validate_every = SAMPLES // BATCH
    return trial


def _task(world: World, samples: int) -> Task:
    """Return classes of points around a centre each, some of them with a class drawn by lot."""
    draw = torch.Generator().manual_seed(world.seed)
    classes, features = 3 + world.seed % 6, world.width // 2
    centres = torch.randn(classes, features, generator=draw)
    labels = torch.randint(classes, (samples + SAMPLES,), generator=draw)
    points = 0.8 * centres[labels] + torch.randn(len(labels), features, generator=draw)
    lots = torch.randint(classes, (len(labels),), generator=draw)
    labels = torch.where(torch.rand(len(labels), generator=draw) < OPEN, lots, labels)
    return Task("open", points[:samples], labels[:samples], points[samples:], labels[samples:], classes)


def stairs(losses: Sequence[float], steps_per_epoch: int) -> list[tuple[float, float]]:
    """Return, for every boundary between epochs, the drop across it and the change within the epoch before."""
    # snippet: confirm | pytorch | Where the loss falls: within epochs or between them | loss 降在 epoch 里面还是交界处
    curve, width = torch.tensor(losses), steps_per_epoch // 4
    found = []
    for boundary in range(steps_per_epoch, len(curve) - width + 1, steps_per_epoch):
        first = curve[boundary - steps_per_epoch :][:width].mean().item()
        last, next_first = (
            curve[boundary - width : boundary].mean().item(),
            curve[boundary:][:width].mean().item(),
        )
        found.append((last - next_first, first - last))  # across the boundary, within the epoch before it
    # All of the fall across the boundaries, hardly any within: samples are recognised when they come back.
    # end snippet
    return found


def best_epoch(
    train_one_epoch: Callable[[], None], validate: Callable[[], float], epochs: int
) -> tuple[int, float]:
    """Return the epoch with the best validation figure, and the figure."""
    # snippet: fix | pytorch | Stop by validation, not by the training loss | 看验证停，不看训练 loss 停
    best = (0, validate())
    for epoch in range(1, epochs + 1):  # for fine-tuning 1 to 3
        train_one_epoch()
        val_loss = validate()  # also in the middle of epochs where they are long
        if val_loss >= best[1]:
            break  # from here on it learns the samples, not the task
        best = (epoch, val_loss)  # save the weights here
    # end snippet
    return best


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    run = fit(broken(World(1)))
    found = stairs(_losses(run), SAMPLES // BATCH)
    assert len(found) == EPOCHS - 1
    across, within = (sum(column) for column in zip(*found[1:], strict=True))
    assert across > 4 * abs(within)

    remaining = iter([1.5, 1.2, 1.3, 1.0])
    assert best_epoch(lambda: None, lambda: next(remaining), 3) == (1, 1.2)


def _losses(run: Run) -> list[float]:
    series = run.pick("train_loss")
    assert series is not None
    losses: list[float] = series.values.tolist()
    return losses
