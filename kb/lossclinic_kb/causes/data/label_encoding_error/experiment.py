"""Targets in another code than the loss or the evaluation reads: 0/255 masks, -1/1 labels, classes from 1."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, accuracy, healthy_trial, load_task
from lossclinic_kb.lab.samples import samples_of, with_samples
from lossclinic_kb.lab.workloads.segmentation import overlap

WORKLOADS: tuple[str, ...] = ("segmentation", "tabular", "cnn_digits", "sequence_classification")

CODES = ((0.0, 255.0), (-1.0, 1.0))
"""For no and yes: what a mask file holds, and what a margin classifier wants. The loss here wants 0 and 1."""


def broken(world: World) -> Trial:
    """Encode yes and no as 0/255 or -1/1; every third tabular seed counts training classes from 1 instead."""
    if world.workload == "tabular" and world.seed % 3 == 2:
        task = load_task(world.task, world.seed)
        # One output more than classes, or the largest label would stop the run; validation counts from 0.
        return healthy_trial(world, task=replace(task, y=task.y + 1, classes=task.classes + 1))
    return _one_output_per_class(world, *CODES[world.seed % 2])


def cured(world: World) -> Trial:
    if world.workload == "tabular" and world.seed % 3 == 2:
        return healthy_trial(world)
    return _one_output_per_class(world, 0.0, 1.0)


def _one_output_per_class(world: World, no: float, yes: float) -> Trial:
    """Return a training on the binary cross-entropy of every class, its targets encoded as `no` and `yes`."""
    trial = healthy_trial(replace(world, summed=False, loss_weight=1.0))

    def encoded(targets: Tensor) -> Tensor:
        classes = int(str(trial.facts["classes"]))
        return no + (yes - no) * nn.functional.one_hot(targets, classes).float()

    trial.train = with_samples(trial.train, targets=encoded(samples_of(trial.train)[1]))
    trial.val = with_samples(trial.val, targets=encoded(samples_of(trial.val)[1]))
    trial.loss = nn.functional.binary_cross_entropy_with_logits
    trial.metric = lambda outputs, targets: accuracy(outputs, targets.argmax(-1))
    if world.workload == "segmentation":
        trial.extra = {"iou": lambda outputs, targets: overlap(outputs, targets.argmax(-1))}
    trial.facts = {**trial.facts, "loss": "bce"}
    return trial


def code_of(
    batches: Iterable[tuple[Tensor, Tensor]], num_outputs: int
) -> tuple[list[float], torch.dtype, bool]:
    """Return the values that targets take, their type, and whether they are classes that the loss can read."""
    # snippet: confirm | pytorch | Which values do the targets take? | 标签里到底有哪些取值？
    values: set[float] = set()
    for _, targets in batches:  # some 20 batches from the loader, training and validation apart
        values.update(targets.unique().tolist())
        dtype = targets.dtype
    classes_fit = dtype == torch.int64 and values <= set(range(num_outputs))  # CrossEntropyLoss
    shares_fit = dtype.is_floating_point and min(values) >= 0 and max(values) <= 1  # BCEWithLogitsLoss
    fits = classes_fit or shares_fit
    # Print sorted(values): {0, 255}, {-1, 1}, {1, ..., K} or half-way values such as 127 name the error.
    # end snippet
    return sorted(values), dtype, fits


def as_classes(stored: Tensor, values: list[int]) -> Tensor:
    """Return the class of every stored value.

    Raises:
        ValueError: A value that is in no class.
    """
    # snippet: fix | pytorch | From the values in the files to classes from 0 on | 把文件里的取值转成从 0 开始的类别号
    known = torch.tensor(values)  # in order of the classes: [0, 255], [-1, 1], [1, 2, ..., K]
    matches = stored.long().unsqueeze(-1) == known
    if not matches.any(dim=-1).all():
        raise ValueError(f"labels hold other values than {values}: {stored.unique().tolist()}")
    classes = matches.int().argmax(dim=-1)  # int64, 0 to K - 1: for CrossEntropyLoss
    # For BCEWithLogitsLoss: classes.float(). Resize masks with interpolation "nearest" only.
    # end snippet
    return classes  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World.plain("segmentation")
    for trial, fits in ((broken(world), False), (cured(world), True)):
        values, dtype, readable = code_of([(x, y) for x, y in trial.train], 3)
        assert readable == fits
        assert dtype == torch.float32
        assert values == ([0.0, 1.0] if fits else [0.0, 255.0])
    task = load_task("digits")
    assert code_of([(task.x, task.y)], 10)[2]
    assert not code_of([(task.x, task.y + 1)], 10)[2]
    assert as_classes(torch.tensor([0, 255, 255]), [0, 255]).tolist() == [0, 1, 1]
    assert torch.equal(as_classes(task.y + 1, list(range(1, 11))), task.y)
    assert "127" in _refusal(lambda: as_classes(torch.tensor([0, 127]), [0, 255]))

    # The pull of a target t on a score z is sigmoid(z) - t: it vanishes for t between 0 and 1 alone.
    scores = torch.full((1,), 30.0, requires_grad=True)
    nn.functional.binary_cross_entropy_with_logits(scores, torch.tensor([255.0])).backward()
    assert scores.grad is not None
    assert scores.grad.item() < -253


def _refusal(call: Callable[[], object]) -> str:
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""
