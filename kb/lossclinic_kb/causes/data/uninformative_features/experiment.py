"""Inputs from which the target cannot be told: the columns that matter are gone, or noise drowns them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from lossclinic_kb.lab import Trial, World, healthy_trial, load_task
from lossclinic_kb.lab.samples import samples_of, with_samples
from lossclinic_kb.lab.workloads import sequence_classification

WORKLOADS: tuple[str, ...] = ("tabular", "sequence_classification", "cnn_digits")


def broken(world: World) -> Trial:
    """Add noise of four to ten times the spread of the inputs; replace most words of a text by any other."""
    trial = healthy_trial(world.waited_for())
    draw = torch.Generator().manual_seed(world.seed + 47)
    for name in ("train", "val"):
        loader = getattr(trial, name)
        setattr(
            trial, name, with_samples(loader, _drowned(samples_of(loader)[0], world.between(4, 12), draw))
        )
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _drowned(inputs: Tensor, noise: float, draw: torch.Generator) -> Tensor:
    """Return inputs of the same spread in which the noise is `noise` times the signal."""
    if not inputs.is_floating_point():
        words = torch.randint(1, sequence_classification.VOCABULARY, inputs.shape, generator=draw)
        lost = torch.rand(inputs.shape, generator=draw) < 1 - 1 / noise**2
        return torch.where(lost & (inputs != sequence_classification.PADDING), words, inputs)
    spread = inputs.std()
    drowned: Tensor = (inputs + noise * spread * torch.randn(inputs.shape, generator=draw)) / (
        1 + noise**2
    ) ** 0.5
    return drowned


def against_guessing(features: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Return the cross-validated score of trees, and the mean score on shuffled targets."""
    # snippet: confirm | pytorch | Does any model find anything in these features? | 换个模型，能从这些特征里学到东西吗？
    from sklearn.ensemble import ExtraTreesClassifier  # ExtraTreesRegressor for numbers
    from sklearn.model_selection import permutation_test_score

    trees = ExtraTreesClassifier(n_estimators=50)
    score, shuffled, _ = permutation_test_score(trees, features, targets, cv=3, n_permutations=3)
    guessing = shuffled.mean()
    # score close to guessing: the features hardly carry the target, and no network will change that.
    # score far above: the information is there, and the network or its training loses it.
    # end snippet
    return float(score), float(guessing)


def where_it_is_lost(stages: Mapping[str, np.ndarray], targets: np.ndarray) -> dict[str, float]:
    """Return the score of a simple model after each stage of the preprocessing."""
    # snippet: fix | pytorch | Find the stage of the pipeline that loses the information | 找出是哪一步预处理把信息弄丢了
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import cross_val_score

    scores = {}
    for stage, features in stages.items():  # raw, joined, cleaned, scaled, as the model receives them
        flat = features.reshape(len(features), -1)
        scores[stage] = cross_val_score(ExtraTreesClassifier(50), flat, targets, cv=3).mean().item()
    # Mend the stage after which the score falls. Low from the first on: measure something else.
    # end snippet
    return scores


def informative_columns(features: np.ndarray, targets: np.ndarray, keep: int) -> np.ndarray:
    """Return the indices of the columns that tell most about the targets, in order of the columns."""
    # snippet: fix_columns | pytorch | Keep the columns that tell something | 只保留有信息的列，别让噪声淹没
    from sklearn.feature_selection import SelectKBest, mutual_info_classif  # mutual_info_regression

    selector = SelectKBest(mutual_info_classif, k=keep).fit(features, targets)  # training rows only
    columns = selector.get_support(indices=True)
    # end snippet
    return np.asarray(columns)


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    task = load_task("wine")
    x, y = task.x.numpy(), task.y.numpy()
    draw = torch.Generator().manual_seed(0)
    noise = torch.randn(task.x.shape, generator=draw).numpy()
    good, guessing = against_guessing(x, y)
    assert good > guessing + 0.3
    bad, guessing = against_guessing(noise, y)
    assert abs(bad - guessing) < 0.15
    scores = where_it_is_lost({"raw": x, "scaled": 3 * x, "joined": np.roll(x, 7, axis=0)}, y)
    assert min(scores["raw"], scores["scaled"]) > scores["joined"] + 0.3
    columns = informative_columns(np.concatenate([x, noise], axis=1), y, keep=10)
    assert (columns < x.shape[1]).sum() >= 8
