"""A distance that meets two identical samples, or an entropy over a masked class; and both kept off zero."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, Trial, World, healthy_trial, load_task, train_step

COPIES_MET = 6.0  # expected meetings of a sample and its copy over the run: the first one comes early or late


def broken(world: World) -> Trial:
    return _trial(world, floor=0.0)


def cured(world: World) -> Trial:
    return _trial(world, floor=1e-12)


def _trial(world: World, floor: float) -> Trial:
    trial = healthy_trial(world, task=_with_copies(load_task(world.task, world.seed), world))
    extra = _masked_entropy if world.seed % 4 == 3 else _distance_within_classes

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        return nn.functional.cross_entropy(outputs, targets) + 0.05 * extra(outputs, targets, floor)

    trial.loss = loss
    return trial


def _with_copies(task: Task, world: World) -> Task:
    """Return the task with a few samples in it twice, as real data sets have them."""
    count = max(2, round(COPIES_MET * len(task.x) / (world.batch_size * world.epochs)))
    twice = torch.randperm(len(task.x), generator=torch.Generator().manual_seed(world.seed))[:count]
    return replace(task, x=torch.cat([task.x, task.x[twice]]), y=torch.cat([task.y, task.y[twice]]))


def _distance_within_classes(outputs: Tensor, targets: Tensor, floor: float) -> Tensor:
    """Return the mean distance between outputs of the same class: sqrt(0) where a sample meets its copy."""
    squared = (outputs[:, None] - outputs[None]).pow(2).sum(-1)
    pairs = (targets[:, None] == targets[None]).triu(1)
    chosen = squared[pairs]
    if floor:
        chosen = chosen.clamp_min(floor)
    return chosen.sqrt().sum() / max(len(chosen), 1)


def _masked_entropy(outputs: Tensor, targets: Tensor, floor: float) -> Tensor:
    """Return minus the entropy over the classes and one that a mask forbids, as policies have it."""
    del targets
    p = nn.functional.pad(outputs, (0, 1), value=-torch.inf).softmax(1)
    return (p * (p.clamp_min(floor) if floor else p).log()).sum(1).mean()


def name_the_operation(
    model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> None:
    """Raise RuntimeError that names the backward function which made a NaN, if one did."""
    # snippet: confirm | pytorch | Ask autograd which operation made the NaN | 让 autograd 说出是哪个算子产生了 NaN
    # The batch that broke, with the weights from just before it: save both when the loss turns NaN.
    with torch.autograd.set_detect_anomaly(True):
        loss = loss_fn(model(inputs), targets)
        loss.backward()
    # RuntimeError: Function 'PowBackward0' returned nan values in its 0th output.
    # The warning above it shows the line of the forward pass: look for sqrt, log, norm, acos, x ** 0.5 there.
    # end snippet


def safe_distance(a: Tensor, b: Tensor) -> Tensor:
    """Return the Euclidean distance of each row of `a` to that of `b`, with a finite gradient everywhere."""
    # snippet: fix | pytorch | A square root that never sees zero | 不会碰到 0 的开方
    squared = (a - b).pow(2).sum(dim=1)
    distance = squared.clamp_min(1e-12).sqrt()  # before the root, not after; in fp16 compute this in float32
    # torch.linalg.vector_norm(a - b, dim=1) is safe too: PyTorch defines its gradient at 0 as 0.
    # end snippet
    return distance  # noqa: RET504 - the snippet names it


def safe_logarithm(logits: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return the negative log-likelihood and the entropy of `logits`, shape (n, classes)."""
    # snippet: fix_log | pytorch | Logarithms of probabilities that may be zero | 概率可能为 0 时怎么取对数
    log_p = torch.log_softmax(logits, dim=1)  # never softmax(...).log()
    nll = nn.functional.nll_loss(log_p, targets)
    p = log_p.exp()
    entropy = -(p * p.clamp_min(1e-12).log()).sum(dim=1).mean()  # 0 * log 0 counts as 0, not as NaN
    # end snippet
    return nll, entropy


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(World())
    inputs, targets = next(iter(trial.train))
    inputs, targets = torch.cat([inputs, inputs[:1]]), torch.cat([targets, targets[:1]])
    message = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # autograd prints the forward traceback as a warning
        try:
            name_the_operation(trial.model, inputs, targets, trial.loss)
        except RuntimeError as error:
            message = str(error)
    assert "PowBackward0" in message
    first = train_step(trial, inputs, targets)
    assert torch.isfinite(torch.tensor(first["loss"]))
    assert not torch.isfinite(torch.tensor(first["grad_norm"]))

    a = inputs[:4].clone().requires_grad_()
    safe_distance(a, inputs[:4]).sum().backward()
    assert a.grad is not None
    assert float(a.grad.abs().max()) == 0.0
    a.grad = None
    torch.linalg.vector_norm(a - inputs[:4], dim=1).sum().backward()
    assert a.grad is not None
    assert float(a.grad.abs().max()) == 0.0

    x = torch.tensor([0.0, 4.0], requires_grad=True)
    torch.where(x > 0, x.sqrt(), torch.zeros_like(x)).sum().backward()
    assert x.grad is not None
    assert torch.isnan(x.grad).tolist() == [True, False]  # where() after the root does not help
    assert float(torch.sigmoid(torch.tensor(17.0))) == 1.0  # log(1 - p) from here on is -inf

    logits = torch.tensor([[2.0, 0.0, -torch.inf]], requires_grad=True)
    nll, entropy = safe_logarithm(logits, torch.tensor([0]))
    (nll - 0.01 * entropy).backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
    assert torch.isfinite(entropy)
