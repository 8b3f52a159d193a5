"""The same training in several processes of one machine, their gradients averaged by gloo."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path

import torch
from torch import Tensor, distributed, nn
from torch.utils.data import DataLoader
from torch.utils.data.distributed import DistributedSampler

from lossclinic_kb.lab.trial import Trial, fit
from lossclinic_kb.run import Run

MakeTrial = Callable[[], Trial]
Prepare = Callable[[Trial], None]

PATIENCE = timedelta(minutes=5)
"""How long a process waits for the others; one that imports torch on a busy machine may take a minute."""


def share(trial: Trial) -> None:
    """Prepare `trial` for its process: a share of each batch, averaged gradients. Faults replace this."""
    size = max(1, (trial.train.batch_size or 1) // distributed.get_world_size())
    sampler: DistributedSampler[tuple[Tensor, ...]] = DistributedSampler(trial.train.dataset)
    trial.train = DataLoader(trial.train.dataset, size, sampler=sampler, drop_last=trial.train.drop_last)
    trial.model = nn.parallel.DistributedDataParallel(trial.model)
    trial.before_epoch = lambda _, epoch: sampler.set_epoch(epoch)  # else every epoch has the same order


def fit_distributed(make_trial: MakeTrial, world_size: int = 2, prepare: Prepare = share) -> Run:
    """Train in `world_size` processes and return the run that the first of them logged.

    Args:
        make_trial: Called in every process; must be picklable, for example `partial(healthy_trial, world)`.
        world_size: How many processes; they share each batch, so that a schedule spans the same number of steps.
        prepare: What each process does with its trial before it trains; must be picklable.
    """
    context = multiprocessing.get_context("spawn")  # a forked process would inherit torch's threads half-way
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(world_size, mp_context=context) as processes,
    ):
        meeting = (Path(folder) / "meeting").as_uri()  # a file, so that no port has to be free
        started = [
            processes.submit(_train, rank, world_size, meeting, make_trial, prepare)
            for rank in range(world_size)
        ]
        runs = [process.result() for process in started]
    return runs[0]


def _train(rank: int, world_size: int, meeting: str, make_trial: MakeTrial, prepare: Prepare) -> Run:
    """Train in one process of the group; return what it logged."""
    torch.set_num_threads(1)  # the processes share the cores
    distributed.init_process_group(
        "gloo", init_method=meeting, rank=rank, world_size=world_size, timeout=PATIENCE
    )
    try:
        trial = make_trial()
        prepare(trial)
        return fit(trial)
    finally:
        distributed.destroy_process_group()
