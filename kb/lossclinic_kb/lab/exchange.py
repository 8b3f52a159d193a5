"""Other samples in an existing loader: most faults of the data are made this way."""

from __future__ import annotations

from torch import Tensor
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

from lossclinic_kb.lab.samples import samples_of
from lossclinic_kb.lab.trial import Batches


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
