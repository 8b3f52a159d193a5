"""Trainings that go well, with an accuracy that is computed wrongly; and the same with the right one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lossclinic_kb.lab import Trial, World, accuracy, evaluate, fit, healthy_trial


def _largest_value(outputs: Tensor, targets: Tensor) -> float:
    """Compare the largest output itself with the class: `max` returns values first, then indices."""
    return float((outputs.max(1).values.round() == targets).float().mean())


def _counted_from_one(outputs: Tensor, targets: Tensor) -> float:
    """Compare classes counted from one with classes counted from zero."""
    return float((outputs.argmax(1) + 1 == targets).float().mean())


def _wrong_axis(outputs: Tensor, targets: Tensor) -> float:
    """Reshape where a transpose was meant, and take the largest along the other axis."""
    return float((outputs.reshape(outputs.shape[1], -1).argmax(0) == targets).float().mean())


def _other_order(outputs: Tensor, targets: Tensor) -> float:
    """Compare with labels that were collected in another order than the predictions."""
    return float((outputs.argmax(1) == targets.roll(1)).float().mean())


BUGS: Mapping[int, Callable[[Tensor, Tensor], float]] = {
    0: _largest_value,
    1: _counted_from_one,
    2: _wrong_axis,
    3: _other_order,
}
"""One bug per remainder of the world's seed."""


WORKLOADS = ("tabular", "cnn_digits", "sequence_classification")


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    trial.metric = BUGS[world.seed % len(BUGS)]
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def second_opinion(model: nn.Module, val_loader: DataLoader[tuple[Tensor, ...]]) -> float:
    """Return the accuracy according to scikit-learn."""
    # snippet: confirm | pytorch | Ask scikit-learn for the same figure | 用 scikit-learn 算同一个数
    from sklearn.metrics import accuracy_score

    model.eval()
    predicted, expected = [], []
    with torch.no_grad():
        for inputs, targets in val_loader:  # one pass for both, so that the order is the same
            predicted.append(model(inputs).argmax(dim=1).cpu())
            expected.append(targets.cpu())
    model.train()
    independent = accuracy_score(torch.cat(expected).numpy(), torch.cat(predicted).numpy())
    # end snippet
    return float(independent)


def counted(model: nn.Module, val_loader: DataLoader[tuple[Tensor, ...]]) -> float:
    """Return correct predictions over samples."""
    # snippet: fix | pytorch | Class indices, equal shapes, correct over samples | 比类别下标、形状一致、正确数除以样本数
    model.eval()
    correct = count = 0
    with torch.no_grad():
        for inputs, targets in val_loader:
            predicted = model(inputs).argmax(dim=1)  # (batch, classes) -> (batch,)
            assert predicted.shape == targets.shape  # (N,) against (N, 1) would compare every pair
            correct += (predicted == targets).sum().item()
            count += targets.numel()  # the last batch may be smaller: never average batch averages
    model.train()
    accuracy = correct / count
    # end snippet
    return accuracy  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    for seed in BUGS:
        trial = broken(World(seed=seed, epochs=3))
        fit(trial)
        logged = evaluate(trial)
        assert logged["loss"] < 0.5
        assert logged["acc"] < 0.25
        assert second_opinion(trial.model, trial.val) > 0.9
        assert counted(trial.model, trial.val) == second_opinion(trial.model, trial.val)
    outputs, targets = torch.eye(3), torch.arange(3)
    assert accuracy(outputs, targets) == 1.0
    assert (
        outputs.argmax(dim=1) == targets[:, None]
    ).float().mean().item() < 0.5  # what the assertion prevents
