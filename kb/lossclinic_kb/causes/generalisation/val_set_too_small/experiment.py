"""Validation on a handful of samples, and on hundreds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from lossclinic_kb.lab import Trial, World, evaluate, fit, healthy_trial
from lossclinic_kb.lab.samples import collating, on_samples, samples_of

WORKLOADS: tuple[str, ...] = ("tabular", "cnn_digits")

NOISE = 1.0  # of the spread of the inputs


def broken(world: World) -> Trial:
    trial = cured(world)
    x, y = samples_of(trial.val)
    few = round(world.between(12, 5))
    small = on_samples(trial, samples_of(trial.train), (x[:few], y[:few]))
    return replace(trial, val=small.val)


def cured(world: World) -> Trial:
    """Return a training whose inputs are measured with noise, so that some answers stay open."""
    trial = healthy_trial(world)
    draw = torch.Generator().manual_seed(world.seed)

    def blur(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        return inputs + NOISE * inputs.std() * torch.randn(inputs.shape, generator=draw), targets

    val = blur(*samples_of(trial.val))
    noisy = on_samples(trial, samples_of(trial.train), val)
    return replace(collating(trial, blur), val=noisy.val)


def interval(correct: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of an accuracy (Wilson), given how many of how many answers were right."""
    # snippet: confirm | pytorch | The 95 % interval of the accuracy | 准确率的 95% 置信区间
    z, share = 1.96, correct / total  # Wilson's interval also holds for 0 and for all right
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
    low, high = centre - reach, centre + reach
    # Differences between epochs, seeds or models that stay within it say nothing.
    # end snippet
    return low, high


def cross_validated(
    inputs: Tensor, targets: Tensor, train_and_validate: Callable[[Tensor, Tensor, Tensor, Tensor], float]
) -> tuple[float, float]:
    """Return the mean accuracy over five folds and its standard error."""
    # snippet: fix | pytorch | Five folds: every sample validates once | 五折交叉验证：每个样本都验证一次
    from sklearn.model_selection import StratifiedKFold

    scores = []
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
    for train_rows, val_rows in folds.split(inputs, targets):
        scores.append(  # a fresh model for each fold
            train_and_validate(inputs[train_rows], targets[train_rows], inputs[val_rows], targets[val_rows])
        )
    accuracy, standard_error = torch.tensor(scores).mean(), torch.tensor(scores).std() / math.sqrt(5)
    # end snippet
    return float(accuracy), float(standard_error)


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    low, high = interval(8, 10)
    assert (round(low, 2), round(high, 2)) == (0.49, 0.94)
    low, high = interval(800, 1000)
    assert (round(low, 2), round(high, 2)) == (0.77, 0.82)
    world = World(epochs=2)
    inputs, targets = samples_of(healthy_trial(world).train)

    def train_and_validate(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor) -> float:
        trial = on_samples(healthy_trial(world), (x, y), (x_val, y_val))
        fit(trial)
        return evaluate(trial)["acc"]

    accuracy, standard_error = cross_validated(inputs, targets, train_and_validate)
    assert accuracy > 0.8
    assert 0 < standard_error < 0.03
