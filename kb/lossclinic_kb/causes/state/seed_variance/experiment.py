"""A small network that some first weights leave stuck: the worst of ten seeds, and the best of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import mean, stdev

import torch

from lossclinic_kb.lab import Task, Trial, World, evaluate, healthy_trial, mlp

SEEDS = 10
SAMPLES, HELD_OUT = 320, 160
UNITS = 3  # enough to solve the task, too few to be sure of it
STEPS = 400
RATE = {"adam": 10.0, "sgd": 4.0}  # times the usual one: so small a network bears it, and is done sooner


def broken(world: World) -> Trial:
    return _trial(world, _ranked(world)[-1])


def cured(world: World) -> Trial:
    """Change the seed and nothing else."""
    return _trial(world, _ranked(world)[0])


def _trial(world: World, seed: int) -> Trial:
    """Return a training whose weights and order come from `seed`; task and split come from the world."""
    batch_size = min(world.batch_size, 32)
    epochs = round(STEPS * batch_size / SAMPLES)
    rate = RATE["adam" if world.optimizer == "adam" else "sgd"]
    world = replace(world, seed=seed, batch_size=batch_size, epochs=epochs, lr_factor=rate)
    task = _same_sign(world)
    torch.manual_seed(seed)
    return healthy_trial(world, task=task, model=mlp(task, UNITS, 1))


def _same_sign(world: World) -> Task:
    """Return points of the plane, told apart by whether their coordinates have the same sign."""
    draw = torch.Generator().manual_seed(world.seed // 1000)
    points = 2 * torch.rand(SAMPLES + HELD_OUT, 2, generator=draw) - 1
    points = points + 0.15 * points.sign()
    same = (points[:, 0] * points[:, 1] > 0).long()
    return Task("same_sign", points[:SAMPLES], same[:SAMPLES], points[SAMPLES:], same[SAMPLES:], 2)


@lru_cache(maxsize=32)
def _ranked(world: World) -> Sequence[int]:
    """Return ten seeds of this world, the one that ends best first."""
    ends = {}
    for number in range(SEEDS):
        seed = 1000 * world.seed + number
        trial = _trial(world, seed)
        for _ in range(trial.epochs):
            for inputs, targets in trial.train:
                trial.train_step(trial, inputs, targets)
        ends[seed] = evaluate(trial)["loss"]
    return sorted(ends, key=lambda seed: ends[seed])


def spread_over_seeds(
    train_and_validate: Callable[[int], float], seeds: Sequence[int]
) -> tuple[float, float]:
    """Return mean and standard deviation of a figure over seeds."""
    # snippet: confirm | pytorch | The same training with other seeds, nothing else changed | 只换种子，其余不动，再训几遍
    scores = [train_and_validate(seed) for seed in seeds]  # at least three; torch.manual_seed(seed) first
    middle, spread = mean(scores), stdev(scores)
    # A gap between two settings below about two spreads is no gap, as long as each was run once.
    # end snippet
    return middle, spread


def difference(old: Sequence[float], new: Sequence[float]) -> tuple[float, float]:
    """Return the mean gain of `new` over `old`, run with the same seeds, and its standard error."""
    # snippet: fix | pytorch | Compare settings over the same seeds | 用同一组种子比较两种设置
    gains = [b - a for a, b in zip(old, new, strict=True)]  # one pair for every seed, five or more
    gain, error = mean(gains), stdev(gains) / len(gains) ** 0.5
    # Believe a gain beyond two standard errors. Report mean and spread, never the best seed.
    # end snippet
    return gain, error


def ensemble(models: Sequence[torch.nn.Module], inputs: torch.Tensor) -> torch.Tensor:
    """Return the mean of the class probabilities of several models."""
    # snippet: fix_ensemble | pytorch | Or use all seeds: average their probabilities | 或者全都用上：对概率取平均
    with torch.no_grad():
        probabilities = torch.stack([model.eval()(inputs).softmax(dim=1) for model in models]).mean(dim=0)
    # end snippet
    return probabilities  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World()
    kept = []

    def train_and_validate(seed: int) -> float:
        trial = _trial(world, seed)
        for _ in range(trial.epochs):
            for inputs, targets in trial.train:
                trial.train_step(trial, inputs, targets)
        kept.append(copy.deepcopy(trial.model))
        return evaluate(trial)["loss"]

    ranked = _ranked(world)
    best, worst = train_and_validate(ranked[0]), train_and_validate(ranked[-1])
    assert worst > 3 * best
    assert train_and_validate(ranked[0]) == best  # the same seed gives the same run
    middle, spread = spread_over_seeds(train_and_validate, ranked[:3])
    assert best < middle
    assert spread > 0
    assert difference([0.80, 0.82, 0.81], [0.81, 0.83, 0.83])[0] > 0
    probabilities = ensemble(kept, _same_sign(world).x_val)
    assert torch.allclose(probabilities.sum(1), torch.ones(HELD_OUT))
