"""Faults of the data on any workload: changing the samples that a loader serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, cast

import torch
from torch import Tensor
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

from lossclinic_kb.lab.trial import Batches, Trial
from lossclinic_kb.lab.workloads.build import Samples

IMAGES: Final = ("cnn_digits", "segmentation", "detection", "textures")
"""Workloads over pictures: inputs of shape (n, channels, height, width)."""
NUMBERS: Final = (
    *(*IMAGES, "regression_diabetes", "regression_friedman", "regression_drawn"),
    *("several_labels", "autoencoder", "fine_tuning"),
)
"""Workloads whose inputs are real numbers."""
PLAIN: Final = (
    *("cnn_digits", "char_transformer", "sequence_classification", "regression_diabetes", "autoencoder"),
    *("detection", "distillation", "vae", "char_rnn", "segmentation", "regression_friedman"),
    *("regression_drawn", "markov_language", "textures", "several_labels"),
)
"""Workloads of one network that starts from random weights and takes the usual step on samples of its own."""


def change_samples(loader: Batches, change: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> None:
    """Let a loader serve other samples.

    Args:
        loader: Over a `TensorDataset`, as all workloads have.
        change: From inputs and targets, the samples along the first axis, to those to serve instead.
    """
    dataset = loader.dataset
    assert isinstance(dataset, TensorDataset)
    dataset.tensors = change(*dataset.tensors)


def samples_of(loader: Batches) -> Samples:
    """Return the inputs and targets behind `loader`, the samples along the first axis of both."""
    inputs, targets = cast("TensorDataset", loader.dataset).tensors
    return inputs, targets


def with_samples(loader: Batches, inputs: Tensor | None = None, targets: Tensor | None = None) -> Batches:
    """Return `loader` with other inputs, other targets, or both; the same batches, shuffled the same way."""
    old_inputs, old_targets = samples_of(loader)
    return DataLoader(
        TensorDataset(old_inputs if inputs is None else inputs, old_targets if targets is None else targets),
        batch_size=loader.batch_size,
        shuffle=isinstance(loader.sampler, RandomSampler),
        drop_last=loader.drop_last,
        generator=loader.generator,
    )


def on_samples(trial: Trial, train: Samples, val: Samples | None = None) -> Trial:
    """Return `trial` with other samples: as many steps of the same batch size, validated as often.

    Args:
        trial: Its loaders are over plain tensors, shuffled in training.
        train: The training samples; a batch is no larger than there are.
        val: The validation samples; None for those of `trial`.
    """
    old = trial.train
    batch_size = min(cast("int", old.batch_size), len(train[0]))
    new: Batches = DataLoader(
        TensorDataset(*train), batch_size, shuffle=True, drop_last=old.drop_last, generator=old.generator
    )
    return on_loader(replace(trial, val=trial.val if val is None else _validating(trial.val, val)), new)


def on_loader(trial: Trial, train: Batches) -> Trial:
    """Return `trial` with another training loader: as many steps as before, validated as often."""
    before, after = len(trial.train), len(train)
    stop = trial.resume_after
    return replace(
        trial,
        train=train,
        epochs=max(1, round(trial.epochs * before / after)),
        validate_every=trial.validate_every or (None if before == after else before),
        resume_after=None if stop is None else max(1, round(stop * before / after)),
    )


def collating(trial: Trial, change: Callable[[Tensor, Tensor], Samples]) -> Trial:
    """Return `trial` with each training batch changed as it is put together, afresh in every epoch."""
    old = trial.train

    def collate(rows: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, ...]:
        return change(torch.stack([row[0] for row in rows]), torch.stack([row[1] for row in rows]))

    new: Batches = DataLoader(
        old.dataset,
        old.batch_size,
        shuffle=True,
        drop_last=old.drop_last,
        generator=old.generator,
        collate_fn=collate,
    )
    return on_loader(trial, new)


def _validating(old: Batches, samples: Samples) -> Batches:
    batch_size = min(cast("int", old.batch_size), len(samples[0]))
    return DataLoader(TensorDataset(*samples), batch_size, drop_last=old.drop_last)
