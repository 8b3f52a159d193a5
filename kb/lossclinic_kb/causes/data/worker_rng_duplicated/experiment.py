"""Workers that draw from copies of one random generator, the same in every epoch; and from one of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_all_start_methods
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from torch.utils.data import get_worker_info as typed_worker_info

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.samples import samples_of

WORKLOADS: tuple[str, ...] = ("tabular", "cnn_digits", "char_transformer")

get_worker_info: Callable[[], Any] = typed_worker_info  # its type does not know the attributes of a dataset

WORKERS = 2
EPOCHS = 14  # each starts its workers anew
_START = (
    "fork" if "fork" in get_all_start_methods() else None
)  # a spawned worker imports torch, in every epoch
BATCH_SIZE = 16


class RandomCrops(Dataset[tuple[Tensor, Tensor]]):
    """Draws a sample at every access, whatever the index, as crops of large images or recordings are drawn."""

    def __init__(self, inputs: Tensor, targets: Tensor, per_epoch: int) -> None:
        self.inputs, self.targets, self.per_epoch = inputs, targets, per_epoch
        self.rng = np.random.default_rng(0)

    def __len__(self) -> int:
        return self.per_epoch

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        chosen = int(self.rng.integers(len(self.inputs)))
        return self.inputs[chosen], self.targets[chosen]


def broken(world: World) -> Trial:
    return _trial(world, None)


def cured(world: World) -> Trial:
    return _trial(world, _reseed)


def _reseed(_worker_id: int) -> None:
    """Start a worker, as the snippet below does; spawned workers need it outside of any function."""
    info = get_worker_info()
    info.dataset.rng = np.random.default_rng(info.seed)


def _trial(world: World, init: Callable[[int], None] | None) -> Trial:
    trial = healthy_trial(world)
    inputs, targets = samples_of(trial.train)
    crops = RandomCrops(inputs, targets, BATCH_SIZE * WORKERS * round(world.between(5, 3)))
    loader = DataLoader(
        crops,
        BATCH_SIZE,
        num_workers=WORKERS,
        generator=trial.train.generator,
        worker_init_fn=init,
        multiprocessing_context=_START,
    )
    return replace(trial, train=loader, epochs=EPOCHS, validate_every=None, resume_after=None)


def loader_with_own_generators(
    dataset: Dataset[tuple[Tensor, Tensor]],
) -> tuple[DataLoader[tuple[Tensor, Tensor]], Callable[[int], None]]:
    """Return a loader whose workers draw independently, and what starts each of them."""

    # snippet: fix | pytorch | A generator of its own for each worker and epoch | 每个 worker、每个 epoch 都有自己的随机数发生器
    def seed_worker(_worker_id: int) -> None:
        info = get_worker_info()
        info.dataset.rng = np.random.default_rng(info.seed)  # the seed of this epoch plus the worker's id

    train_loader = DataLoader(dataset, batch_size=32, num_workers=2, worker_init_fn=seed_worker)
    # end snippet
    return train_loader, seed_worker


def distinct_draws(
    dataset: Dataset[tuple[Tensor, Tensor]], workers: int, worker_init_fn: Callable[[int], None] | None
) -> int:
    """Return how many different augmented copies of sample 0 come from several workers in two epochs."""
    # snippet: confirm | pytorch | Ask for sample 0 again and again, and count the different answers | 反复取第 0 个样本，数一数有几种结果
    again = [0] * (4 * workers)  # four accesses per worker
    loader = DataLoader(
        dataset, batch_size=1, sampler=again, num_workers=workers, worker_init_fn=worker_init_fn
    )
    copies = [inputs for _ in range(2) for inputs, _ in loader]  # two epochs
    distinct = len({copy.numpy().tobytes() for copy in copies})
    # 8 * workers where the augmentation is random; 4 where every worker repeats the others and the last epoch.
    # end snippet
    return distinct  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    noise = torch.arange(1e5).unsqueeze(1)
    crops = RandomCrops(noise, noise, per_epoch=64)
    assert distinct_draws(crops, 2, None) == 4
    loader, seed_worker = loader_with_own_generators(crops)
    assert distinct_draws(crops, 2, seed_worker) == 16
    with patch(f"{__name__}.get_worker_info", return_value=SimpleNamespace(dataset=crops, seed=3)):
        seed_worker(0)
    assert crops.rng.integers(1000) == np.random.default_rng(3).integers(1000)
    batches = [inputs for inputs, _ in loader]
    assert not torch.equal(batches[0], batches[1])
