"""Validation from another instrument than training; and samples of both in either set."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.utils.data import ConcatDataset, Dataset, TensorDataset, random_split

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.samples import on_samples, samples_of

WORKLOADS: tuple[str, ...] = (
    "tabular",
    "cnn_digits",
    "segmentation",
    "regression_friedman",
    "regression_drawn",
)


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    (x, y), (x_val, y_val) = samples_of(trial.train), samples_of(trial.val)
    return on_samples(trial, (x, y), (other_instrument(x_val, world, x.std()), y_val))


def cured(world: World) -> Trial:
    """Both instruments in training and in validation."""
    trial = healthy_trial(world)
    (x, y), (x_val, y_val) = samples_of(trial.train), samples_of(trial.val)
    share = len(x_val) / (len(x) + len(x_val))

    def mixed(inputs: Tensor, seed: int) -> Tensor:
        here = torch.rand(len(inputs), generator=torch.Generator().manual_seed(seed)) < share
        return torch.where(
            here.view(-1, *[1] * (inputs.dim() - 1)), other_instrument(inputs, world, x.std()), inputs
        )

    return on_samples(trial, (mixed(x, world.seed), y), (mixed(x_val, world.seed + 1), y_val))


def other_instrument(inputs: Tensor, world: World, spread: Tensor) -> Tensor:
    """Return what another instrument would have measured: its own gain and offset in each feature."""
    draw = torch.Generator().manual_seed(world.seed + 2)
    amount = world.between(0.8, 1.6)
    shape = (1, *inputs.shape[1:])
    gain = torch.exp(amount * torch.randn(shape, generator=draw))
    return inputs * gain + amount * spread * torch.randn(shape, generator=draw)


def told_apart(train_inputs: Tensor, val_inputs: Tensor) -> float:
    """Return how well training and validation inputs can be told apart: 0.5 not at all, 1 always."""
    # snippet: confirm | pytorch | Can a classifier tell training from validation? | 分类器能分出训练和验证样本吗？
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    count = min(len(train_inputs), len(val_inputs))
    both = torch.cat([train_inputs[:count], val_inputs[:count]]).flatten(1).numpy()  # no labels needed
    origin = [0] * count + [1] * count
    guesses = cross_val_predict(
        RandomForestClassifier(50, random_state=0), both, origin, cv=3, method="predict_proba"
    )
    auc = roc_auc_score(origin, guesses[:, 1])
    # About 0.5: one distribution. Above 0.7 or so: look at feature_importances_ for what differs.
    # end snippet
    return float(auc)


def mixed_again(
    train_set: Dataset[tuple[Tensor, ...]], val_set: Dataset[tuple[Tensor, ...]]
) -> tuple[Dataset[tuple[Tensor, ...]], Dataset[tuple[Tensor, ...]]]:
    """Return another split of all samples, at random."""
    everything: ConcatDataset[tuple[Tensor, ...]]
    # snippet: fix | pytorch | Both kinds in training and in validation | 让两种数据在训练集和验证集里都有
    everything = ConcatDataset([train_set, val_set])
    train_set, val_set = random_split(everything, [0.8, 0.2], generator=torch.Generator().manual_seed(0))
    # Rows of one patient, user or video stay together: split the groups instead of the rows.
    # end snippet
    return train_set, val_set


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    for make, low, high in ((broken, 0.9, 1.0), (cured, 0.35, 0.65)):
        trial = make(World())
        (x, y), (x_val, y_val) = samples_of(trial.train), samples_of(trial.val)
        assert low <= told_apart(x[:120], x_val[:120]) <= high
    train_set, val_set = mixed_again(TensorDataset(x, y), TensorDataset(x_val, y_val))
    assert len(train_set) + len(val_set) == len(x) + len(x_val)  # type: ignore[arg-type]
