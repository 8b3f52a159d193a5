"""Four ranks whose gradients are not averaged, or whose weights never were the same; and four that agree.

The ranks take turns in one process: the arithmetic is that of DistributedDataParallel, which averages gradients.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torch.utils.data.distributed import DistributedSampler

from lossclinic_kb.lab import Scores, Trial, World, fit, gradient_norm, healthy_trial
from lossclinic_kb.lab.samples import samples_of

WORKLOADS = (
    "cnn_digits",
    "tabular",
    "sequence_classification",
    "regression_friedman",
    "regression_drawn",
    "fine_tuning",
)
RANKS = 4

Rows = tuple[Tensor, ...]


@dataclass
class Rank:
    """One process: its copy of the network, its optimiser, its part of the data."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    loader: DataLoader[Rows]


def averaged(ranks: Sequence[Rank]) -> None:
    """Give all ranks the mean of their gradients, as DistributedDataParallel does in backward()."""
    for copies in zip(*(rank.model.parameters() for rank in ranks), strict=True):
        gradients = [parameter.grad for parameter in copies if parameter.grad is not None]
        for gradient, mean in zip(gradients, [torch.stack(gradients).mean(0)] * len(gradients), strict=True):
            gradient.copy_(mean)


def broken(world: World) -> Trial:
    """Even seeds call the module behind the wrapper; in odd ones each rank drew its own first weights."""
    return _in_turns(world, averaged, own_start=True)[0] if world.seed % 2 else _in_turns(world, None)[0]


def cured(world: World) -> Trial:
    return _in_turns(world, averaged)[0]


def _in_turns(
    world: World, sync: Callable[[Sequence[Rank]], None] | None, *, own_start: bool = False
) -> tuple[Trial, list[Rank]]:
    """Return the training of rank 0, which is the one that is logged, and all ranks."""
    trial = healthy_trial(replace(world, precision="fp32", accumulate=1, resumed=False, summed=False))
    ranks = _ranks(trial, world, own_start)
    trial.train, others = ranks[0].loader, list[Iterator[Rows]]()

    def begin(_: Trial, __: int) -> None:
        others[:] = [iter(rank.loader) for rank in ranks[1:]]

    trial.before_epoch = begin
    trial.train_step = partial(_step, ranks=ranks, others=others, sync=sync)
    return trial, ranks


def _ranks(trial: Trial, world: World, own_start: bool) -> list[Rank]:
    """Return ranks that each read their own stretch of a list sorted by target, as shards by folder do."""
    inputs, targets = samples_of(trial.train)
    share = len(targets) // RANKS
    ranks = []
    for number, part in enumerate(targets.argsort(stable=True)[: RANKS * share].chunk(RANKS)):
        first = number == 0
        model, optimizer = (
            (trial.model, trial.optimizer) if first else copy.deepcopy((trial.model, trial.optimizer))
        )
        if own_start and not first:
            _draw_again(model, world.seed + number)
        order = torch.Generator().manual_seed(world.seed + number)
        data: Dataset[Rows] = TensorDataset(inputs[part], targets[part])
        size = max(2, world.batch_size // RANKS)
        ranks.append(
            Rank(model, optimizer, DataLoader(data, size, shuffle=True, drop_last=True, generator=order))
        )
    return ranks


def _draw_again(model: nn.Module, seed: int) -> None:
    torch.manual_seed(seed)
    for module in model.modules():
        reset = getattr(module, "reset_parameters", None)
        if reset is not None:
            reset()


def _step(
    trial: Trial,
    inputs: Tensor,
    targets: Tensor,
    *,
    ranks: Sequence[Rank],
    others: Sequence[Iterator[Rows]],
    sync: Callable[[Sequence[Rank]], None] | None,
) -> Scores:
    """Let every rank take the step; return the figures of rank 0."""
    rate = trial.optimizer.param_groups[0]["lr"]
    losses = []
    for rank, (x, y) in zip(ranks, [(inputs, targets), *(next(batches) for batches in others)], strict=True):
        rank.optimizer.zero_grad()
        outputs = rank.model(x)
        loss = trial.loss(outputs, y)
        loss.backward()
        losses.append((outputs, y, loss))
    if sync is not None:
        sync(ranks)
    norm = gradient_norm(trial.model)
    for rank in ranks:
        rank.optimizer.param_groups[0]["lr"] = rate
        rank.optimizer.step()
    return trial.scores(*losses[0], norm)


def weights_by_rank(model: nn.Module) -> list[float]:
    """Return one number for the weights of each rank; needs a process group."""
    # snippet: confirm | pytorch | One number for the weights of every rank | 每个进程的权重各算一个数
    checksum = torch.stack([p.detach().double().abs().sum() for p in model.parameters()]).sum().reshape(1)
    gathered = [torch.zeros_like(checksum) for _ in range(distributed.get_world_size())]
    distributed.all_gather(gathered, checksum)
    by_rank = [each.item() for each in gathered]
    # After some steps on every rank. They must agree to the last digit.
    # end snippet
    return by_rank  # noqa: RET504 - the snippet names it


def trained(
    model: nn.Module,
    dataset: Dataset[Rows],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    epochs: int,
    batch_size: int,
) -> nn.Module:
    """Train in this process as one of several; return the wrapped model."""
    # snippet: fix | pytorch | Wrapper, sampler and epoch: all three | 包装、采样器、epoch，三样缺一不可
    ddp_model = DistributedDataParallel(
        model
    )  # after the last change to the layers; sends rank 0's weights to all
    optimizer = torch.optim.SGD(ddp_model.parameters(), lr=0.05)
    sampler: DistributedSampler[Rows] = DistributedSampler(dataset, shuffle=True)  # a share for every rank
    loader = DataLoader(dataset, batch_size=batch_size, sampler=sampler)  # the batch size is per process
    for epoch in range(epochs):
        sampler.set_epoch(epoch)  # or every epoch has the same order
        for inputs, targets in loader:
            loss = loss_fn(ddp_model(inputs), targets)  # not model(inputs), not ddp_model.module(inputs)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    # end snippet
    return ddp_model


def mean_over_ranks(loss_sum: float, correct: int, count: int) -> tuple[float, float]:
    """Return loss and accuracy over the samples of all ranks."""
    # snippet: fix_metric | pytorch | Sums over all ranks, then divide | 先对所有进程求和，再相除
    totals = torch.tensor([loss_sum, correct, count], dtype=torch.float64)  # .cuda() with the nccl backend
    distributed.all_reduce(totals)
    val_loss, val_acc = (totals[:2] / totals[2]).tolist()
    # end snippet
    return val_loss, val_acc


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    with TemporaryDirectory() as folder:
        meeting = (Path(folder) / "meeting").as_uri()
        distributed.init_process_group("gloo", init_method=meeting, rank=0, world_size=1)
        try:
            _exercise_in_group()
        finally:
            distributed.destroy_process_group()


def _exercise_in_group() -> None:
    x = torch.randn(64, 4, generator=torch.Generator().manual_seed(0))
    data: Dataset[Rows] = TensorDataset(x, (x[:, 0] > 0).long())
    model = trained(nn.Linear(4, 2), data, nn.functional.cross_entropy, epochs=2, batch_size=8)
    assert len(weights_by_rank(model)) == 1
    assert mean_over_ranks(8.0, 12, 16) == (0.5, 0.75)

    seen = {}
    for sync, own in ((averaged, False), (averaged, True), (None, False)):
        trial, ranks = _in_turns(World(epochs=1), sync, own_start=own)
        fit(trial)
        seen[sync is not None, own] = {round(weights_by_rank(rank.model)[0], 6) for rank in ranks}
    assert [len(numbers) for numbers in seen.values()] == [1, RANKS, RANKS]
