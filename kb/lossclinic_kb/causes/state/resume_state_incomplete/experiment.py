"""A run that is stopped late and goes on without part of its state; and the same run with everything saved."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler
from torch.utils.data import DataLoader, TensorDataset

from lossclinic_kb.lab import Trial, World, healthy_trial

WORKLOADS = (
    "cnn_digits",
    "segmentation",
    "detection",
    "regression_friedman",
    "regression_drawn",
    "fine_tuning",
    "tabular",
)
STOPPED = 0.8  # of the run: the rate has come down by then, and what is lost is not learned again soon
FEWEST_EPOCHS = 5
LEAST_RATE, MOST_RATE = (
    1.5,
    4.0,
)  # of the usual one: what begins anew at a rate near the limit shows it

Loader = DataLoader[tuple[Tensor, ...]]
Loss = Callable[[Tensor, Tensor], Tensor]


def broken(world: World) -> Trial:
    """Every eighth world resumes from the weights alone; the others lose a head kept outside the model."""
    trial = cured(world)
    if _weights_alone(world):
        return replace(trial, saved=("model",))
    trial.before_epoch = _head_begins_anew(trial.model)
    return trial


def cured(world: World) -> Trial:
    if _weights_alone(world):
        world = replace(world, lr_factor=world.between(LEAST_RATE, MOST_RATE))
    world = replace(world, schedule="none", epochs=max(world.epochs, FEWEST_EPOCHS))
    trial = healthy_trial(world)
    trial.schedule = CosineAnnealingLR(trial.optimizer, T_max=trial.epochs * len(trial.train))
    trial.schedule_per_step = True
    trial.resume_after = round(STOPPED * trial.epochs)
    return trial


def _weights_alone(world: World) -> bool:
    return world.seed % 8 == 3


def _head_begins_anew(model: nn.Module) -> Callable[[Trial, int], None]:
    """Return what happens where the last layer belongs to the loss and the checkpoint holds the model alone."""
    *_, head = (module for module in model.modules() if any(True for _ in module.parameters(recurse=False)))
    fresh = copy.deepcopy(head.state_dict())

    def resumed(trial: Trial, epoch: int) -> None:
        if epoch == trial.resume_after:
            head.load_state_dict(fresh)

    return resumed


def before_and_after(
    save: Callable[[], None],
    load: Callable[[], None],
    model: nn.Module,
    batch: tuple[Tensor, Tensor],
    loss_fn: Loss,
) -> tuple[float, float]:
    """Return the loss of one batch when the checkpoint was written and when it has been read."""

    # snippet: confirm | pytorch | One fixed batch when saving and after loading | 同一个 batch，保存时和加载后各算一次
    def probe() -> float:
        model.eval()
        with torch.no_grad():
            loss = loss_fn(model(batch[0]), batch[1]).item()
        model.train()
        return loss

    written = probe()  # print it, or store it in the checkpoint
    save()
    load()  # really: a new process, with the same batch
    read = probe()
    # The same to the last digit: the weights are complete, look at the rate and the optimizer next.
    # end snippet
    return written, read


def what_is_saved(
    model: nn.Module,
    head: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: LRScheduler,
    scaler: torch.amp.GradScaler,
    epoch: int,
    path: io.BytesIO,
) -> None:
    """Write everything that changes while training to `path`."""
    # snippet: fix | pytorch | Save everything that changes while training | 保存训练中会变的一切
    checkpoint = {
        "model": model.state_dict(),
        "head": head.state_dict(),  # or EMA copy, discriminator, criterion with weights of its own
        "optimizer": optimizer.state_dict(),  # momentum, Adam's moments
        "scheduler": scheduler.state_dict(),  # where the rate stands
        "scaler": scaler.state_dict(),  # with fp16
        "epoch": epoch + 1,
        "random": torch.get_rng_state(),
    }
    torch.save(checkpoint, path)
    # end snippet


def what_is_restored(
    model: nn.Module,
    head: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: LRScheduler,
    scaler: torch.amp.GradScaler,
    path: io.BytesIO,
) -> tuple[int, list[float]]:
    """Read everything back; return the next epoch and the rates."""
    # snippet: fix_load | pytorch | Restore all of it, after everything has been built | 全部建好之后，一样不落地恢复
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(checkpoint["model"])
    head.load_state_dict(checkpoint["head"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    scaler.load_state_dict(checkpoint["scaler"])
    torch.set_rng_state(checkpoint["random"])
    first_epoch = checkpoint["epoch"]
    rates = [group["lr"] for group in optimizer.param_groups]  # must be the last ones of the log
    model.train()
    # end snippet
    return first_epoch, rates


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    first, second = _Run(), _Run(seed=1)
    first.train(4)
    file = io.BytesIO()
    written, read = before_and_after(
        lambda: what_is_saved(*first.parts, epoch=3, path=file),
        lambda: None,
        first.model,
        first.batch,
        first.loss,
    )
    assert written == read
    file.seek(0)
    epoch, rates = what_is_restored(*second.parts, path=file)
    assert epoch == 4
    assert rates == [group["lr"] for group in first.optimizer.param_groups] != [0.05]
    first.train(2)
    second.train(2)
    assert all(
        torch.equal(a, b) for a, b in zip(first.head.parameters(), second.head.parameters(), strict=True)
    )

    lost = before_and_after(
        lambda: None, first.head.reset_parameters, first.model, first.batch, first.loss
    )  # the head is in no checkpoint: a new process begins with another one
    assert lost[1] > 2 * lost[0]


class _Run:
    """A small training whose model and head are separate modules."""

    def __init__(self, seed: int = 0) -> None:
        draw = torch.Generator().manual_seed(0)
        inputs = torch.randn(128, 8, generator=draw)
        self.batch = inputs, (inputs[:, 0] > 0).long()
        torch.manual_seed(seed)
        self.features = nn.Sequential(nn.Linear(8, 16), nn.ReLU())
        self.head = nn.Linear(16, 2)
        self.model = nn.Sequential(self.features, self.head)
        self.loss = nn.functional.cross_entropy
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.05, momentum=0.9)
        self.scheduler = CosineAnnealingLR(self.optimizer, T_max=10)
        self.scaler = torch.amp.GradScaler("cpu", enabled=False)

    @property
    def parts(
        self,
    ) -> tuple[nn.Module, nn.Module, torch.optim.Optimizer, LRScheduler, torch.amp.GradScaler]:
        """What a checkpoint holds."""
        return self.features, self.head, self.optimizer, self.scheduler, self.scaler

    def train(self, epochs: int) -> None:
        """Take the steps of some epochs."""
        for _ in range(epochs):
            for inputs, targets in DataLoader(TensorDataset(*self.batch), 16):
                self.optimizer.zero_grad()
                self.loss(self.model(inputs), targets).backward()
                self.optimizer.step()
            self.scheduler.step()
