"""Small tasks that need no download. Every array is a torch tensor; inputs are standardised."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset

from lossclinic_kb.lab import drawn

DRAWN = {
    "drawn_classes": drawn.classes_by_network,
    "drawn_clusters": drawn.classes_by_cluster,
    "drawn_values": drawn.numbers_by_network,
}
"""Tasks that are another table with every seed."""
REGRESSION = ("drawn_values", "diabetes")


@dataclass(frozen=True, eq=False)
class Task:
    """Training and validation data.

    Attributes:
        x, y: Training inputs, shape (n, features), float32; targets, shape (n,), int64 classes or float32.
        x_val, y_val: The same for validation.
        classes: Number of classes; 0 for regression.
    """

    name: str
    x: Tensor
    y: Tensor
    x_val: Tensor
    y_val: Tensor
    classes: int

    @property
    def features(self) -> int:
        """Number of input features."""
        return int(self.x.shape[1])

    def with_train(self, x: Tensor | None = None, y: Tensor | None = None) -> Task:
        """Return the task with other training inputs or targets."""
        return replace(self, x=self.x if x is None else x, y=self.y if y is None else y)

    def with_val(self, x: Tensor | None = None, y: Tensor | None = None) -> Task:
        """Return the task with other validation inputs or targets."""
        return replace(self, x_val=self.x_val if x is None else x, y_val=self.y_val if y is None else y)

    def loaders(
        self, batch_size: int, *, shuffle: bool = True, drop_last: bool = False, seed: int = 0
    ) -> tuple[DataLoader[tuple[Tensor, ...]], DataLoader[tuple[Tensor, ...]]]:
        """Return the training and the validation loader."""
        order = torch.Generator().manual_seed(seed)
        train: Dataset[tuple[Tensor, ...]] = TensorDataset(self.x, self.y)
        val: Dataset[tuple[Tensor, ...]] = TensorDataset(self.x_val, self.y_val)
        return (
            DataLoader(train, batch_size=batch_size, shuffle=shuffle, drop_last=drop_last, generator=order),
            DataLoader(val, batch_size=256),
        )


def load_task(name: str, seed: int = 0) -> Task:
    """Return the task called `name`; `seed` draws the split and, for synthetic tasks, the samples.

    Raises:
        KeyError: No such task.
    """
    import numpy as np
    from sklearn import datasets

    rng = np.random.default_rng([seed, 11])
    if name in ("digits", "digits_few_classes"):
        x, y = datasets.load_digits(return_X_y=True)
        if name == "digits_few_classes":
            kept = rng.permutation(10)[: int(rng.integers(3, 7))]
            inside = np.isin(y, kept)
            x, y = x[inside], np.searchsorted(np.sort(kept), y[inside])
    elif name in ("wine", "breast_cancer"):
        x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    elif name in DRAWN:
        x, y = (part.numpy() for part in DRAWN[name](seed))
    elif name == "diabetes":
        x, y = datasets.load_diabetes(return_X_y=True)
        y = (y - y.mean()) / y.std()
    elif name == "blobs":
        classes = int(rng.integers(3, 12))
        x, y = datasets.make_classification(
            2400,
            24,
            flip_y=0,
            n_informative=10,
            n_redundant=4,
            n_classes=classes,
            class_sep=1.8,
            n_clusters_per_class=1,
            random_state=seed,
        )
    elif name == "spirals":
        classes, points = int(rng.integers(2, 5)), 400
        radius = np.linspace(0.2, 1, points)
        arms = [4 * radius + 2 * np.pi * k / classes + rng.normal(0, 0.15, points) for k in range(classes)]
        x = np.concatenate([np.stack([radius * np.sin(a), radius * np.cos(a)], 1) for a in arms])
        y = np.repeat(np.arange(classes), points)
    else:
        raise KeyError(f"no lab task {name!r}")

    order = rng.permutation(len(x))
    x, y = x[order], y[order]
    cut = int(0.75 * len(x))
    mean, std = x[:cut].mean(0), x[:cut].std(0)
    std = np.maximum(std, 0.2 * std.mean())  # a pixel that is almost always 0 must not explode in validation
    inputs = torch.tensor((x - mean) / std, dtype=torch.float32)
    classes = 0 if name in REGRESSION else int(y.max()) + 1
    targets = torch.tensor(y, dtype=torch.float32 if classes == 0 else torch.int64)
    return Task(name, inputs[:cut], targets[:cut], inputs[cut:], targets[cut:], classes)
